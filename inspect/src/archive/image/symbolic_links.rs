use crate::archive::image::path_hash::{PathHash, PathHasher};
use crate::archive::tar::MemberKind;
use std::borrow::Cow;
use std::collections::HashMap;

/// The symbolic links of one layer, which what comes after them in the layer may be put through.
pub(super) struct SymbolicLinks {
    hasher: PathHasher,
    /// By the hash of the path.
    targets: HashMap<u64, String>,
    text_bytes: usize,
    /// The last folder that was asked for, and where it really is if that is elsewhere: members come folder by folder.
    folder: String,
    resolved: Option<String>,
}

impl SymbolicLinks {
    pub(super) fn new(hasher: PathHasher) -> Self {
        Self { hasher, targets: HashMap::new(), text_bytes: 0, folder: String::new(), resolved: None }
    }

    /// Where a member of the layer really is: the links among the folders that it is in are followed, not itself.
    pub(super) fn resolve<'p>(&mut self, path: &'p str) -> Cow<'p, str> {
        let Some((folder, name)) = path.rsplit_once('/').filter(|_| !self.targets.is_empty()) else {
            return Cow::Borrowed(path);
        };
        if self.folder != folder {
            self.resolved = self.resolved_folder(folder);
            folder.clone_into(&mut self.folder);
        }
        match self.resolved.as_deref() {
            Some("") => Cow::Borrowed(name),
            Some(folder) => Cow::Owned(format!("{folder}/{name}")),
            None => Cow::Borrowed(path),
        }
    }

    /// Takes note of what is in a place now; `hash` is that of its resolved path.
    pub(super) fn see(&mut self, hash: u64, kind: &MemberKind) {
        let target = match kind {
            // No system has a link that says nothing.
            MemberKind::SymbolicLink(target) if !target.is_empty() => Some(target),
            _ => None,
        };
        if target.is_none() && self.targets.is_empty() {
            return;
        }
        let before = self.targets.remove(&hash);
        self.text_bytes = self.text_bytes.saturating_sub(before.as_ref().map_or(0, String::len));
        if let Some(target) = target {
            let text_bytes = self.text_bytes.saturating_add(target.len());
            if text_bytes <= MAX_TEXT_BYTES && self.targets.len() < MAX_LINKS {
                self.text_bytes = text_bytes;
                self.targets.insert(hash, target.clone());
            }
        }
        if before.is_some() || target.is_some() {
            self.folder.clear();
        }
    }

    /// `None` if it is where it says.
    fn resolved_folder(&self, folder: &str) -> Option<String> {
        if !self.hasher.prefixes(folder).take(MAX_PARTS).any(|hash| self.targets.contains_key(&hash)) {
            return None;
        }
        let mut rest: Vec<&str> = folder.rsplit('/').collect();
        let mut resolved: Vec<(&str, PathHash)> = Vec::new();
        // Links may lead to themselves, or be many.
        for _ in 0..MAX_PARTS {
            let Some(part) = rest.pop() else {
                let parts: Vec<&str> = resolved.iter().map(|(part, _)| *part).collect();
                return Some(parts.join("/"));
            };
            match part {
                "" | "." => continue,
                ".." => {
                    resolved.pop();
                    continue;
                }
                _ => {}
            }
            let mut hash = resolved.last().map_or_else(|| self.hasher.root(), |(_, hash)| hash.clone());
            hash.push(part);
            let Some(target) = self.targets.get(&hash.finish()) else {
                resolved.push((part, hash));
                continue;
            };
            if target.starts_with('/') {
                resolved.clear();
            }
            // If there are more parts than that, the end is not reached.
            rest.extend(target.rsplit('/').take(MAX_PARTS));
        }
        None
    }
}

/// Of one layer. Those at the root, which matter most, come early; what is put through a link beyond these is taken to
/// be where it says.
const MAX_LINKS: usize = 16 << 10;

/// Of all targets in one layer.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Parts of a path, with those of the links on its way.
const MAX_PARTS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(links: &[(&str, &str)]) -> SymbolicLinks {
        let mut all = SymbolicLinks::new(PathHasher::default());
        for (path, target) in links {
            all.see(all.hasher.hash(path), &MemberKind::SymbolicLink((*target).to_owned()));
        }
        all
    }

    #[test]
    fn links_are_followed_inside_of_the_image() {
        let mut links = of(&[
            ("bin", "usr/bin"),
            ("usr/sbin", "bin/"),
            ("sbin", "./usr/sbin"),
            ("opt/absolute", "/usr/bin"),
            ("opt/outside", "../../../../etc"),
            ("opt/root", "/"),
            ("opt/empty", ""),
        ]);
        for (path, resolved) in [
            ("bin/app", "usr/bin/app"),
            ("bin/a/b", "usr/bin/a/b"),
            ("sbin/app", "usr/bin/app"),
            ("opt/absolute/app", "usr/bin/app"),
            ("opt/outside/app", "etc/app"),
            ("opt/root/app", "app"),
            ("opt/empty/app", "opt/empty/app"),
            ("opt/app", "opt/app"),
            ("bin", "bin"),
            ("usr/bin/app", "usr/bin/app"),
            ("binary/app", "binary/app"),
        ] {
            assert_eq!(links.resolve(path), resolved, "{path}");
        }
        links.see(links.hasher.hash("bin"), &MemberKind::Folder);
        assert_eq!(links.resolve("bin/app"), "bin/app");
    }

    #[test]
    fn links_without_end_are_not_followed() {
        let mut links = of(&[("a", "b"), ("b", "a"), ("c", "c/c/c"), ("d", &"x/".repeat(100_000))]);
        for path in ["a/x", "b/x/y", "c/x", "d/x"] {
            assert_eq!(links.resolve(path), path);
        }
        let mut links = of(&[]);
        for index in 0..100_000 {
            links.see(index, &MemberKind::SymbolicLink("target".repeat(20)));
        }
        assert!(links.text_bytes <= MAX_TEXT_BYTES && links.targets.len() <= MAX_LINKS);
    }
}
