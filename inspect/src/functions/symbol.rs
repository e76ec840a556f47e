//! From the symbol of a function to the paths by which it may be known.
//!
//! ```text
//! smallvec::SmallVec<A>::insert_many                        ->  smallvec::SmallVec::insert_many
//! <http::HeaderMap<T> as core::ops::Index<K>>::index        ->  http::HeaderMap::index, core::ops::Index::index
//! anyhow::error::<impl anyhow::Error>::downcast_mut         ->  anyhow::Error::downcast_mut, anyhow::error::Error::..
//! time::sys::<impl core::convert::From<A> for time::B>::from -> time::B::from, core::convert::From::from, time::sys::B::from
//! tokio::net::bind::{{closure}}                             ->  tokio::net::bind
//! ```

use rustc_demangle::try_demangle;

/// A function of Rust, demangled.
pub(super) struct Symbol {
    /// Without the hash.
    pub(super) shown: String,
    /// Each way to name it: library, modules, types, function; without generics.
    pub(super) paths: Vec<Vec<String>>,
}

impl Symbol {
    /// Reads a mangled name; `None` if it is none of Rust.
    pub(super) fn parse(mangled: &str) -> Option<Self> {
        // Apple's linkers put an underscore before all names, and LLVM appends what it did to a function.
        let shown = format!("{:#}", try_demangle(mangled).ok()?);
        if shown.len() > MAX_SHOWN_BYTES {
            return None;
        }
        let paths = paths(&shown, 0);
        Some(Self { shown, paths })
    }

    /// The libraries that the function may be of: that of its type and that of its trait.
    pub(super) fn libraries(&self) -> impl Iterator<Item = &str> {
        self.paths
            .iter()
            .filter(|path| path.len() >= 2)
            .filter_map(|path| path.first())
            .map(String::as_str)
            .filter(
                // Methods of primitive types are in the standard library; `__rustc` is what the compiler makes itself.
                |library| is_library(library),
            )
    }
}

fn is_library(name: &str) -> bool {
    let mut characters = name.chars();
    // The underscore is a type that is left open, as in methods of pointers.
    characters.next().is_some_and(|first| first.is_lowercase() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
        && !matches!(
            name,
            "_" | "__rustc"
                | "bool"
                | "char"
                | "str"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "u128"
                | "usize"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "i128"
                | "isize"
                | "f16"
                | "f32"
                | "f64"
                | "f128"
        )
}

/// The ways to name what a path means.
fn paths(text: &str, depth: usize) -> Vec<Vec<String>> {
    let mut heads: Vec<Vec<String>> = vec![Vec::new()];
    if depth > MAX_DEPTH {
        return heads;
    }
    for (index, segment) in split(text, "::").into_iter().enumerate() {
        if segment.starts_with("{closure") || segment.starts_with("{{closure") {
            // A closure is a part of the function that it stands in.
            break;
        }
        if segment.starts_with('{') {
            continue;
        }
        if let Some(inner) = segment.strip_prefix("<impl ").and_then(|inner| inner.strip_suffix('>')) {
            heads = of_impl(&heads, inner, depth);
        } else if let (0, Some(inner)) = (index, inside(segment)) {
            heads = match split_once(inner, " as ") {
                Some((of, interface)) => {
                    let mut both = of_type(of, depth);
                    both.extend(of_type(interface, depth));
                    both
                }
                None => of_type(inner, depth),
            };
        } else {
            let plain = segment.split('<').next().unwrap_or_default().trim();
            if !plain.is_empty() {
                heads.iter_mut().for_each(|head| head.push(plain.to_owned()));
            }
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// An `impl` outside of the module of its type: it is known by the type, by the trait, and by the module that it
/// stands in.
fn of_impl(modules: &[Vec<String>], inner: &str, depth: usize) -> Vec<Vec<String>> {
    let mut known = match split_once(inner, " for ") {
        Some((interface, of)) => {
            let mut both = of_type(of, depth);
            both.extend(of_type(interface, depth));
            both
        }
        None => of_type(inner, depth),
    };
    let names: Vec<String> = known.iter().filter_map(|path| path.last().cloned()).collect();
    for name in names {
        for module in modules.iter().filter(|module| !module.is_empty()) {
            known.push(module.iter().cloned().chain([name.clone()]).collect());
        }
    }
    known.truncate(MAX_PATHS);
    known
}

fn of_type(text: &str, depth: usize) -> Vec<Vec<String>> {
    let mut text = text.trim();
    while let Some(rest) =
        ["&", "mut ", "dyn ", "*const ", "*mut "].iter().find_map(|word| text.strip_prefix(word))
    {
        text = rest.trim_start();
    }
    paths(text, depth.saturating_add(1))
}

/// What stands between the angle brackets that enclose all of a text.
fn inside(text: &str) -> Option<&str> {
    text.strip_prefix('<')?.strip_suffix('>')
}

fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((part, tail)) = split_once(rest, separator) {
        parts.push(part);
        rest = tail;
    }
    parts.push(rest);
    parts
}

/// Splits at the first separator that no bracket encloses.
fn split_once<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (index, character) in text.char_indices() {
        if depth == 0 && text.get(index..)?.starts_with(separator) {
            return Some((text.get(..index)?, text.get(index.checked_add(separator.len())?..)?));
        }
        match character {
            '<' | '(' | '[' | '{' => depth = depth.saturating_add(1),
            // The arrow before the type that a function returns.
            '>' if previous == '-' => {}
            '>' | ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        previous = character;
    }
    None
}

/// Types within types within types; real ones are four or five deep.
const MAX_DEPTH: usize = 16;

const MAX_PATHS: usize = 16;

/// Longer names are not taken apart: those of iterators and futures have some thousand.
const MAX_SHOWN_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Vec<String> {
        paths(text, 0).into_iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn a_function_is_known_by_type_trait_and_module() {
        for (text, expected) in [
            ("regex::compile", &["regex::compile"][..]),
            ("smallvec::SmallVec<A>::insert_many", &["smallvec::SmallVec::insert_many"]),
            ("<smallvec::SmallVec<[u8; 4]>>::insert_many::<u8>", &["smallvec::SmallVec::insert_many"]),
            (
                "<http::HeaderMap<T> as core::ops::Index<K>>::index",
                &["http::HeaderMap::index", "core::ops::Index::index"],
            ),
            ("<&mut a::B as core::iter::Iterator>::next", &["a::B::next", "core::iter::Iterator::next"]),
            (
                "anyhow::error::<impl anyhow::Error>::downcast_mut",
                &["anyhow::Error::downcast_mut", "anyhow::error::Error::downcast_mut"],
            ),
            (
                "time::sys::<impl core::convert::From<x::A> for time::B>::from",
                &[
                    "time::B::from",
                    "core::convert::From::from",
                    "time::sys::B::from",
                    "time::sys::From::from",
                ],
            ),
            ("tokio::net::bind::{{closure}}", &["tokio::net::bind"]),
            ("tokio::net::bind::{closure#0}::{closure#1}", &["tokio::net::bind"]),
            ("a::f::<fn(u8) -> b::C>", &["a::f"]),
            ("<fn(u8) -> b::C as a::T>::f", &["a::T::f"]),
            ("<[u8] as a::T>::f", &["a::T::f"]),
            ("core::ptr::drop_in_place<a::B<c::D>>", &["core::ptr::drop_in_place"]),
            ("<a::B<<c::D as e::F>::G> as h::I>::j", &["a::B::j", "h::I::j"]),
        ] {
            let found = known(text);
            let found: Vec<&str> = found
                .iter()
                .map(String::as_str)
                .filter(|path| !path.starts_with("[u8]") && !path.starts_with("fn("))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn both_manglings_are_read() {
        let legacy =
            Symbol::parse("_ZN8smallvec17SmallVec$LT$A$GT$11insert_many17h0123456789abcdefE").unwrap();
        assert_eq!(legacy.shown, "smallvec::SmallVec<A>::insert_many");
        assert_eq!(legacy.libraries().collect::<Vec<_>>(), ["smallvec"]);
        let of_primitive = Symbol::parse("_RNvXCs1234_7mycratehNtB2_5Trait3foo").unwrap();
        assert_eq!(of_primitive.shown, "<u8 as mycrate::Trait>::foo");
        assert_eq!(of_primitive.libraries().collect::<Vec<_>>(), ["mycrate"]);
        let v0 = Symbol::parse("_RNvNtCs1234_7mycrate3foo3bar").unwrap();
        assert_eq!(v0.paths, [["mycrate", "foo", "bar"]]);
        assert!(Symbol::parse("_ZN3foo3barEv").is_none());
        assert!(Symbol::parse("main").is_none());
    }

    #[test]
    fn deep_types_end() {
        let text = format!("{}a::B{}::f", "<&".repeat(100), " as c::D>".repeat(100));
        assert!(known(&text).len() <= 128);
    }
}
