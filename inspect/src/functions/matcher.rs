//! Which queries a function answers.

use super::list::List;
use super::origin::Origin;
use super::symbol::Symbol;
use super::{Evidence, Found, Query, Reason};
use memchr::memmem;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

/// The queries, and what answered them so far.
pub(super) struct Matcher<'q> {
    queries: Vec<Wanted<'q>>,
    found: Vec<Option<Found>>,
    /// For each query why a function that is linked may be the one that is asked for.
    look_alikes: Vec<Option<Reason>>,
    /// Names of the functions and of the whole libraries that are asked for: most symbols have none of them in their
    /// mangled form.
    names: Vec<memmem::Finder<'static>>,
    /// Names of the functions that are asked for.
    functions: HashSet<&'q str>,
    list: &'q List,
    /// Libraries of which nothing tells the package, and those of them that are programs.
    strangers: BTreeSet<String>,
    programs: BTreeSet<String>,
}

/// How a function answers a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Exact,
    /// It may be the one that is asked for.
    Perhaps(Reason),
}

struct Wanted<'q> {
    query: &'q Query,
    /// The usual name of the library of the package.
    library: String,
    /// The libraries that the package uses, whose functions it may re-export, if that is known.
    below: Option<HashSet<String>>,
}

/// What a function answers, to be counted for each copy of it.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// Whether the function has a name of Rust. Units with line tables only name none, and C names its otherwise.
    pub(super) is_named: bool,
    /// Whether debug information tells its source file. Line tables alone do not.
    pub(super) has_source: bool,
    /// Stands for its mangled name in debug information.
    pub(super) name_key: u64,
    queries: Vec<usize>,
    look_alikes: Vec<(usize, Reason)>,
    /// A library of which nothing tells the package, and whether this is its `main`.
    stranger: Option<(String, bool)>,
    symbol: String,
    file: Option<Rc<str>>,
}

impl<'q> Matcher<'q> {
    pub(super) fn new(queries: &'q [Query], list: &'q List) -> Self {
        let wanted = |query: &'q Query| Wanted {
            query,
            library: library(&query.package),
            below: list.below(&query.package, query.version.as_ref()),
        };
        let queries: Vec<Wanted<'q>> = queries.iter().map(wanted).collect();
        let functions: HashSet<&'q str> = queries.iter().filter_map(Wanted::name).collect();
        let libraries = queries.iter().filter(|wanted| wanted.query.function.is_none());
        let names: BTreeSet<&str> =
            functions.iter().copied().chain(libraries.map(|wanted| wanted.library.as_str())).collect();
        Self {
            found: vec![None; queries.len()],
            look_alikes: vec![None; queries.len()],
            names: names.into_iter().map(|name| memmem::Finder::new(name).into_owned()).collect(),
            queries,
            functions,
            list,
            strangers: BTreeSet::new(),
            programs: BTreeSet::new(),
        }
    }

    /// Tells which queries a function answers. `file` and `origin` are those of its source, if they are known. The name
    /// is that for the linker; functions that keep their name for C have it as it is.
    pub(super) fn function(&self, name: &str, file: Option<&Rc<str>>, origin: &Origin) -> Matched {
        if !is_of_rust(name) {
            return self.unmangled(name, origin);
        }
        let mut matched = Matched { is_named: true, ..Matched::default() };
        let is_wanted = self.names.iter().any(|wanted| wanted.find(name.as_bytes()).is_some());
        // Which crate it is of is the question of some queries; the file tells if the name need not.
        let asks_for_any =
            self.queries.iter().any(|wanted| wanted.query.function.is_none() && wanted.may_be_of(origin));
        if !is_wanted && !asks_for_any {
            return matched;
        }
        let Some(symbol) = Symbol::parse(name) else { return matched };
        for (index, wanted) in self.queries.iter().enumerate() {
            match wanted.answer(&symbol, origin) {
                Some(Fit::Exact) => matched.queries.push(index),
                Some(Fit::Perhaps(reason)) => matched.look_alikes.push((index, reason)),
                None => {}
            }
        }
        if !matched.queries.is_empty() {
            matched.symbol = symbol.shown.clone();
            matched.file = file.cloned();
        }
        if asks_for_any && *origin == Origin::Unknown {
            matched.stranger = self.stranger(&symbol);
        }
        matched
    }

    /// What a function answers of which only the name is known.
    fn unmangled(&self, name: &str, origin: &Origin) -> Matched {
        let mut matched = Matched::default();
        if self.functions.contains(name) && *origin != Origin::Std {
            let same = self
                .queries
                .iter()
                .enumerate()
                .filter(|(_, wanted)| wanted.name() == Some(name) && wanted.may_be_of(origin));
            matched.look_alikes = same.map(|(index, _)| (index, Reason::OtherPath)).collect();
        }
        for (index, wanted) in self.queries.iter().enumerate() {
            if wanted.query.function.is_none() && wanted.is_in_folder(origin) {
                matched.look_alikes.push((index, Reason::SourceElsewhere));
            }
        }
        matched
    }

    /// The library of a function if no package of the list has a library of this name.
    fn stranger(&self, symbol: &Symbol) -> Option<(String, bool)> {
        let library = symbol.libraries().next()?;
        let is_known = is_std(library) || is_in_std(library) || self.list.has_library(library)?;
        let is_main = symbol.paths.iter().any(|path| matches!(path.as_slice(), [_, main] if main == "main"));
        (!is_known).then(|| (library.to_owned(), is_main))
    }

    /// Counts a copy of a function that is linked.
    pub(super) fn count(&mut self, matched: &Matched, evidence: Evidence, is_inlined: bool) {
        if let Some((library, is_main)) = &matched.stranger {
            let kept = if *is_main { &mut self.programs } else { &mut self.strangers };
            if kept.len() < MAX_STRANGERS && !kept.contains(library) {
                kept.insert(library.clone());
            }
        }
        for &(index, reason) in &matched.look_alikes {
            if let Some(seen) = self.look_alikes.get_mut(index) {
                seen.get_or_insert(reason);
            }
        }
        for &index in &matched.queries {
            let Some(found) = self.found.get_mut(index) else { continue };
            match found {
                // Debug information is read first, and the symbol table has the same functions once more.
                Some(found) if found.evidence != evidence => {}
                Some(found) if found.is_inlined && !is_inlined => {
                    // A copy of its own shows more than one that is a part of another function.
                    let count = found.count.saturating_add(1);
                    *found = Found { count, ..shown(matched, evidence, is_inlined) };
                }
                Some(found) => found.count = found.count.saturating_add(1),
                None => *found = Some(shown(matched, evidence, is_inlined)),
            }
        }
    }

    /// What was found for each query, and why something else may be it.
    pub(super) fn finish(self) -> Vec<(Option<Found>, Option<Reason>)> {
        let has_strangers = self.strangers.len() >= MAX_STRANGERS
            || self.strangers.difference(&self.programs).next().is_some();
        let perhaps = self.queries.iter().zip(self.look_alikes).map(|(wanted, look_alike)| {
            let may_be_stranger = has_strangers && wanted.query.function.is_none();
            look_alike.or(may_be_stranger.then_some(Reason::UnknownLibrary))
        });
        self.found.into_iter().zip(perhaps).collect()
    }
}

fn shown(matched: &Matched, evidence: Evidence, is_inlined: bool) -> Found {
    Found {
        evidence,
        symbol: matched.symbol.clone(),
        is_inlined,
        file: matched.file.as_deref().map(|file| file.replace('\\', "/")),
        count: 1,
    }
}

impl<'q> Wanted<'q> {
    /// The name of the function, without its path.
    fn name(&self) -> Option<&'q str> {
        self.query.function.as_ref()?.names().last().map(String::as_str)
    }

    /// Whether the source lay in a folder that is surely that of the package.
    fn is_in_folder(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Package { .. } => self.may_be_of(origin),
            Origin::Vendored { library } => *library == self.library,
            Origin::Std | Origin::Unknown => false,
        }
    }

    fn answer(&self, symbol: &Symbol, origin: &Origin) -> Option<Fit> {
        let is_of = self.may_be_of(origin);
        let Some(path) = &self.query.function else {
            let is_named_so = symbol.libraries().next() == Some(&self.library)
                && !self.may_be_of_std(&self.library, origin);
            return match origin {
                Origin::Vendored { library } if *library == self.library => Some(Fit::Exact),
                Origin::Unknown | Origin::Vendored { .. } => is_named_so.then_some(Fit::Exact),
                _ if is_of => Some(Fit::Exact),
                // The compiler names what it makes of traits of the standard library after the type.
                Origin::Std => None,
                _ => (is_named_so && !self.is_other_version(origin))
                    .then_some(Fit::Perhaps(Reason::SourceElsewhere)),
            };
        };
        let wanted = path.names();
        let mut perhaps = None;
        // What is not found by the path may be found by the name: advisories name types that do not have the function,
        // aliases, and paths that re-export it.
        let is_named_so = |known: &Vec<String>| known.last() == wanted.last();
        let is_of_library = |known: &Vec<String>| {
            known.first().is_some_and(|name| name == path.library() || *name == self.library)
        };
        if !path.is_of_type()
            && symbol.paths.iter().any(is_named_so)
            && !self.is_other_version(origin)
            && (self.is_in_folder(origin)
                || (symbol.paths.iter().any(is_of_library)
                    && !(is_in_std(path.library()) && *origin == Origin::Std)))
        {
            perhaps = Some(Reason::OtherPath);
        }
        for known in &symbol.paths {
            let Some((known_library, known)) = known.split_first() else { continue };
            if !is_same(wanted, known) {
                continue;
            }
            let is_library =
                known_library == path.library() || (is_std(known_library) && is_std(path.library()));
            if !is_library {
                if wanted.len() >= 2 || self.may_reexport(known_library) {
                    perhaps.get_or_insert(Reason::PerhapsReexported);
                }
            } else if self.may_be_of_std(path.library(), origin) {
                if *origin != Origin::Std {
                    perhaps = Some(Reason::SourceElsewhere);
                }
            } else if is_of {
                return Some(Fit::Exact);
            } else if !self.is_other_version(origin) {
                perhaps = Some(Reason::SourceElsewhere);
            }
        }
        perhaps.map(Fit::Perhaps)
    }

    /// Whether the package may re-export functions of a library: one that it uses.
    fn may_reexport(&self, library: &str) -> bool {
        is_std(library) || self.below.as_ref().is_none_or(|below| below.contains(library))
    }

    /// Whether a function of a library may be that of the copy in the standard library.
    fn may_be_of_std(&self, name: &str, origin: &Origin) -> bool {
        is_in_std(name) && matches!(origin, Origin::Std | Origin::Unknown)
    }

    /// Whether the source lay in the folder of another version of the package.
    fn is_other_version(&self, origin: &Origin) -> bool {
        matches!(origin, Origin::Package { library, .. } if *library == self.library)
            && !self.may_be_of(origin)
    }

    /// Whether a function whose source lay there may be of the package.
    fn may_be_of(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Std => is_std(&self.library),
            Origin::Package { library, version } => {
                *library == self.library && self.query.version.as_ref().is_none_or(|wanted| wanted == version)
            }
            // Where vendored crates lie says no more than a guess.
            Origin::Vendored { .. } | Origin::Unknown => true,
        }
    }
}

/// Whether a path that leaves out modules means this one: `SmallVec::push` is `vec::SmallVec::push`, and not
/// `SmallVec::inner::push`. The path of a type means all its functions.
fn is_same(wanted: &[String], known: &[String]) -> bool {
    let known = match (wanted.last(), known.split_last()) {
        (Some(name), Some((_, of))) if is_type(name) => of,
        _ => known,
    };
    let (Some((wanted_name, wanted)), Some((known_name, known))) = (wanted.split_last(), known.split_last())
    else {
        return false;
    };
    if wanted_name != known_name {
        return false;
    }
    let type_of = |path: &[String]| path.last().filter(|name| is_type(name)).cloned();
    if !is_type(wanted_name) && type_of(wanted) != type_of(known) {
        return false;
    }
    let mut known = known.iter();
    wanted.iter().all(|part| known.any(|known| known == part))
}

/// Whether an identifier is that of a type or a trait: Rust's compiler warns of others.
pub(super) fn is_type(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

/// The usual name of the library of a package.
pub(super) fn library(package: &str) -> String {
    package.replace('-', "_")
}

/// Whether a mangled name is one of Rust. Those of C++ begin so too, but end otherwise than with a hash.
pub(super) fn is_of_rust(mangled: &str) -> bool {
    let name = mangled.trim_start_matches('_');
    // The end is where the hash is, unless LLVM has appended something: looking there first spares most searches.
    let ends_in_hash = || {
        let start = name.len().checked_sub(HASH_BYTES);
        start.and_then(|start| name.get(start..)).is_some_and(|end| end.starts_with(HASH))
    };
    (name.starts_with("ZN") && (ends_in_hash() || name.contains(HASH))) || name.starts_with('R')
}

/// Whether a library is one of those that come with the compiler.
pub(super) fn is_std(library: &str) -> bool {
    STD.contains(&library)
}

/// Whether the standard library has a copy of this library in it, so that a name alone does not tell whose it is.
pub(super) fn is_in_std(library: &str) -> bool {
    IN_STD.contains(&library)
}

/// How the hash in a mangled name begins, which is one of its parts, of 17 characters.
const HASH: &str = "17h";

/// The hash, and what ends the name.
const HASH_BYTES: usize = "17h0123456789abcdefE".len();

const STD: [&str; 11] = [
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "panic_abort",
    "panic_unwind",
    "std_detect",
    "unwind",
    "compiler_builtins",
    "backtrace",
];

/// Every crate that a standard library since Rust 1.40 was linked with on any target.
const IN_STD: [&str; 22] = [
    "addr2line",
    "adler",
    "adler2",
    "cfg_if",
    "dlmalloc",
    "fortanix_sgx_abi",
    "foldhash",
    "getopts",
    "gimli",
    "hashbrown",
    "hermit_abi",
    "libc",
    "memchr",
    "miniz_oxide",
    "object",
    "r_efi",
    "rand",
    "rand_core",
    "rustc_demangle",
    "unicode_width",
    "wasi",
    "windows_targets",
];

/// Most names of libraries that are kept. Nearly all binaries have none.
const MAX_STRANGERS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FunctionPath;
    use auditable_graph::Version;

    fn query(path: &str) -> Query {
        let path = FunctionPath::parse(path).unwrap();
        Query::function(path.library().to_owned(), Some(Version::new(1, 2, 3)), path)
    }

    fn symbol(path: &str) -> Symbol {
        let paths = vec![path.split("::").map(str::to_owned).collect()];
        Symbol { shown: path.to_owned(), paths }
    }

    fn answer(query: &Query, symbol: &Symbol, origin: &Origin) -> Option<Fit> {
        let below = Some(["a_core".to_owned()].into());
        Wanted { query, library: library(&query.package), below }.answer(symbol, origin)
    }

    #[test]
    fn modules_may_be_left_out_and_types_may_not() {
        let other_path = Some(Fit::Perhaps(Reason::OtherPath));
        for (wanted, known, expected) in [
            ("a::B::f", "a::b::B::f", Some(Fit::Exact)),
            ("a::b::B::f", "a::b::c::B::f", Some(Fit::Exact)),
            ("a::f", "a::b::f", Some(Fit::Exact)),
            ("a::b::f", "a::f", other_path),
            ("a::B::f", "a::C::f", other_path),
            ("a::f", "a::C::f", other_path),
            ("a::B", "a::b::B::f", Some(Fit::Exact)),
            ("a::B", "a::b::C::f", None),
            ("a::B::f", "a::f", other_path),
            ("a::B::f", "a::B::g", None),
            ("a::B::f", "c::B::f", Some(Fit::Perhaps(Reason::PerhapsReexported))),
            ("a::f", "c::f", None),
            ("a::f", "a_core::x::f", Some(Fit::Perhaps(Reason::PerhapsReexported))),
            // Nothing tells whether this is the one in the standard library.
            ("memchr::memchr", "memchr::memchr::memchr", Some(Fit::Perhaps(Reason::SourceElsewhere))),
        ] {
            let found = answer(&query(wanted), &symbol(known), &Origin::Unknown);
            assert_eq!(found, expected, "{wanted} {known}");
        }
    }

    #[test]
    fn the_folder_of_the_source_decides_about_the_version() {
        let of = |library: &str, version| Origin::Package { library: library.to_owned(), version };
        let elsewhere = Some(Fit::Perhaps(Reason::SourceElsewhere));
        for (origin, expected) in [
            (of("a", Version::new(1, 2, 3)), Some(Fit::Exact)),
            (of("a", Version::new(2, 0, 0)), None),
            // A macro of another crate, or an implementation of the trait `a::...`, made it.
            (of("b", Version::new(1, 2, 3)), elsewhere),
            (Origin::Std, elsewhere),
            (Origin::Vendored { library: "b".to_owned() }, Some(Fit::Exact)),
        ] {
            assert_eq!(answer(&query("a::f"), &symbol("a::f"), &origin), expected, "{origin:?}");
            let any = Query::any_code("a", Some(Version::new(1, 2, 3)));
            let expected = expected.filter(|_| origin != Origin::Std);
            assert_eq!(answer(&any, &symbol("a::f"), &origin), expected, "{origin:?}");
        }
        assert_eq!(answer(&query("memchr::f"), &symbol("memchr::f"), &Origin::Std), None);
        let any_version = Query::any_code("a", None);
        assert_eq!(answer(&any_version, &symbol("x::f"), &of("a", Version::new(2, 0, 0))), Some(Fit::Exact));
        // The library has another name than the package.
        let renamed = Query::any_code("md-5", Some(Version::new(1, 2, 3)));
        let vendored = Origin::Vendored { library: "md_5".to_owned() };
        assert_eq!(answer(&renamed, &symbol("md5::f"), &vendored), Some(Fit::Exact));
        let std = Query::any_code("std", None);
        assert_eq!(answer(&std, &symbol("core::f"), &Origin::Std), Some(Fit::Exact));
    }

    #[test]
    fn a_copy_of_its_own_is_shown_rather_than_an_inlined_one() {
        let queries = [query("a::f")];
        let list = List::default();
        let mut matcher = Matcher::new(&queries, &list);
        let matched = matcher.function("_ZN1a1f17h0123456789abcdefE", None, &Origin::Unknown);
        matcher.count(&matched, Evidence::Dwarf, true);
        matcher.count(&matched, Evidence::Dwarf, false);
        matcher.count(&matched, Evidence::Symbols, false);
        let (found, _) = matcher.finish().remove(0);
        let found = found.unwrap();
        assert_eq!((found.is_inlined, found.count, found.symbol.as_str()), (false, 2, "a::f"));
    }
}
