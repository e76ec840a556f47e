//! From the words of the command line to the files that they mean, in a fixed order.

use crate::scan::folder::Folder;
use crate::scan::list::List;
use std::path::{Path, PathBuf};
use std::{fs, io, vec};

/// Something to look at.
pub(crate) enum Job {
    /// What follows comes from the next word.
    Word(Word),
    /// A file. If it was named, it must be a binary or an archive.
    File { path: PathBuf, is_named: bool },
    /// A folder with an image in the OCI layout.
    Image { path: PathBuf },
    /// Something that cannot be looked at.
    Problem { path: PathBuf, error: io::Error },
}

/// A word of the command line, or a list of files.
pub(crate) struct Word {
    pub(crate) path: PathBuf,
    /// Whether it is a file, and not a folder or a list.
    pub(crate) is_file: bool,
}

/// Walks through the words of the command line, and then through a list of files.
///
/// Folders are walked by the names of their entries. Links in them are not followed, and devices and pipes in them not
/// opened; a link that is named is followed.
pub(crate) struct Walk {
    words: vec::IntoIter<PathBuf>,
    list: Option<List>,
    is_list_begun: bool,
    /// The folders that are open, each in the one before.
    folders: Vec<Folder>,
    pending: Option<Job>,
}

impl Walk {
    pub(crate) fn new(words: Vec<PathBuf>, list: Option<List>) -> Self {
        Self { words: words.into_iter(), list, is_list_begun: false, folders: Vec::new(), pending: None }
    }

    fn word(&mut self, path: PathBuf) -> Job {
        let mut is_file = true;
        self.pending = if is_standard_input(&path) {
            Some(Job::File { path: path.clone(), is_named: true })
        } else {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    is_file = false;
                    self.enter(path.clone())
                }
                Ok(_) => Some(Job::File { path: path.clone(), is_named: true }),
                Err(error) => Some(Job::Problem { path: path.clone(), error }),
            }
        };
        Job::Word(Word { path, is_file })
    }

    /// A path out of the list: a folder is walked too, and a file may be anything.
    fn listed(&mut self, path: PathBuf) -> Option<Job> {
        // In a list it is a file of that name.
        let path = if is_standard_input(&path) { Path::new(".").join(path) } else { path };
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => self.enter(path),
            Ok(metadata) if metadata.is_file() => Some(Job::File { path, is_named: false }),
            Ok(_) => None,
            Err(error) => Some(Job::Problem { path, error }),
        }
    }

    fn enter(&mut self, path: PathBuf) -> Option<Job> {
        match Folder::open(path.clone()) {
            Ok(folder) if folder.is_image() => Some(Job::Image { path }),
            Ok(folder) => {
                self.folders.push(folder);
                None
            }
            Err(error) => Some(Job::Problem { path, error }),
        }
    }

    /// The next job out of the innermost open folder, which is closed at its end.
    fn in_folder(&mut self, mut folder: Folder) -> Option<Job> {
        match folder.next() {
            Ok(None) => None,
            Ok(Some(entry)) => {
                let path = folder.path().join(&entry.name);
                self.folders.push(folder);
                if entry.is_folder { self.enter(path) } else { Some(Job::File { path, is_named: false }) }
            }
            Err(error) => Some(Job::Problem { path: folder.path().to_owned(), error }),
        }
    }
}

impl Iterator for Walk {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        loop {
            if let Some(job) = self.pending.take() {
                return Some(job);
            }
            if let Some(folder) = self.folders.pop() {
                self.pending = self.in_folder(folder);
            } else if let Some(path) = self.words.next() {
                return Some(self.word(path));
            } else {
                let list = self.list.as_mut()?;
                if !self.is_list_begun {
                    self.is_list_begun = true;
                    return Some(Job::Word(Word { path: list.path().to_owned(), is_file: false }));
                }
                match list.next() {
                    Ok(Some(path)) => self.pending = self.listed(path),
                    Ok(None) => self.list = None,
                    Err(error) => {
                        self.pending = Some(Job::Problem { path: list.path().to_owned(), error });
                        self.list = None;
                    }
                }
            }
        }
    }
}

pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The jobs, each as a line.
    fn walk(words: &[&Path], list: Option<&str>) -> Vec<String> {
        let list = list.map(|text| List::new(PathBuf::from("list"), io::Cursor::new(text.to_owned()), b'\n'));
        let shown = |path: &Path| {
            path.display()
                .to_string()
                .replace(std::path::MAIN_SEPARATOR, "/")
                .rsplit('~')
                .next()
                .unwrap()
                .to_owned()
        };
        Walk::new(words.iter().map(|word| word.to_path_buf()).collect(), list)
            .map(|job| match job {
                Job::Word(word) => format!("word {} {}", shown(&word.path), word.is_file),
                Job::File { path, is_named } => format!("file {} {is_named}", shown(&path)),
                Job::Image { path } => format!("image {}", shown(&path)),
                Job::Problem { path, error } => format!("problem {} {:?}", shown(&path), error.kind()),
            })
            .collect()
    }

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::Builder::new().suffix("~").tempdir().unwrap();
        let path = folder.path();
        for inner in ["b/d", "b/c", "image/blobs", "empty"] {
            fs::create_dir_all(path.join(inner)).unwrap();
        }
        for file in ["b/z", "b/c/y", "b.txt", "a", "image/oci-layout", "image/index.json"] {
            fs::write(path.join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn folders_are_walked_in_order_of_names_and_images_are_one_job() {
        let folder = tree();
        assert_eq!(
            walk(&[folder.path(), &folder.path().join("a"), Path::new("-")], None),
            [
                "word  false",
                "file /a false",
                "file /b/c/y false",
                "file /b/z false",
                "file /b.txt false",
                "image /image",
                "word /a true",
                "file /a true",
                "word - true",
                "file - true"
            ]
        );
    }

    #[test]
    fn a_list_is_one_word_and_what_it_names_may_be_anything_that_exists() {
        let folder = tree();
        let at = |name: &str| folder.path().join(name).display().to_string();
        assert_eq!(
            walk(&[], Some(&format!("{}\n\n{}\n{}", at("a"), at("b"), at("none")))),
            [
                "word list false",
                "file /a false",
                "file /b/c/y false",
                "file /b/z false",
                "problem /none NotFound"
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_in_folders_are_not_followed_and_named_ones_are() {
        let folder = tempfile::Builder::new().suffix("~").tempdir().unwrap();
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        link(".", "loop");
        link("file", "to-file");
        link("nowhere", "broken");
        fs::write(folder.path().join("file"), "").unwrap();
        assert_eq!(walk(&[folder.path()], None), ["word  false", "file /file false"]);
        assert_eq!(
            walk(&[&folder.path().join("to-file")], None),
            ["word /to-file true", "file /to-file true"]
        );
        assert_eq!(walk(&[&folder.path().join("loop")], None), ["word /loop false", "file /loop/file false"]);
    }
}
