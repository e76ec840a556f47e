//! Which addresses a document may show to everyone.

use auditable_graph::Source;
use std::borrow::Cow;

/// The address without a password in it; `None` for what is no absolute address that everyone could ask.
///
/// A lock file can hold the path of a folder on the machine of the build, or the token of a private server. Neither
/// is of use to a reader of the document, and both would be given away. Characters that a URI cannot have are a
/// reason to refuse, since formats disagree on how to read them.
pub(crate) fn public_address(address: &str) -> Option<Cow<'_, str>> {
    let (scheme, rest) = address.split_once("://")?;
    if !SCHEMES.contains(&scheme) || address.len() > MAX_ADDRESS_BYTES || !rest.bytes().all(is_of_uri) {
        return None;
    }
    if !has_whole_escapes(rest) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let host_and_user = match authority.rsplit_once('@') {
        None => authority.to_owned(),
        // A server for ssh wants the account, which is no secret: `git@` for most.
        Some((user, host)) if scheme == "ssh" && !user.contains(':') => format!("{user}@{host}"),
        Some((_, host)) => host.to_owned(),
    };
    let host = host_and_user.rsplit('@').next().unwrap_or_default();
    if host_and_user.matches('@').count() > 1 || !is_public_host(host) {
        return None;
    }
    if host_and_user == authority {
        return Some(Cow::Borrowed(address));
    }
    Some(Cow::Owned(format!("{scheme}://{host_and_user}{path}")))
}

/// Whether documents show the word of a list for a source as it is, and leave out no account, password or folder in it.
///
/// What they leave out is in the binary for everyone to read.
pub fn is_shown_whole(source: &Source) -> bool {
    public_source(source) == *source
}

/// The word of a list for a source, without an address that [`public_address`] would not show.
///
/// Lists name kinds of sources, and say no address. But one can hold any word, and other writers leave the one of the lock
/// file there if they know no better: `registry+https://user:password@example.com/index`.
pub(crate) fn public_source(source: &Source) -> Source {
    let Source::Other(word) = source else { return source.clone() };
    let (kind, address) = match word.split_once('+') {
        Some((kind, address)) if kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
            (kind, address)
        }
        _ => ("", word.as_str()),
    };
    if !is_address(address) {
        return source.clone();
    }
    match public_address(address) {
        Some(address) if kind.is_empty() => Source::Other(address.into_owned()),
        Some(address) => Source::Other(format!("{kind}+{address}")),
        // The kind alone is what lists usually say.
        None if kind.is_empty() => Source::Other("an address that is not public".to_owned()),
        None => Source::from(kind),
    }
}

/// Whether a text that can be anything looks like an address: a URL, a path, or an account with a password at a server.
fn is_address(text: &str) -> bool {
    let authority = text.split('/').next().unwrap_or_default();
    let has_password = authority.rsplit_once('@').is_some_and(|(account, _)| account.contains(':'));
    let is_on_drive = matches!(text.as_bytes(), [_, b':', b'/' | b'\\', ..]);
    text.contains("://") || text.starts_with(['/', '\\', '~']) || is_on_drive || has_password
}

/// Whether it is the name of a server for everyone, such as `example.com:8080`, rather than of one nearby.
fn is_public_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let top = name.rsplit('.').next().unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.contains('.')
        && name.split('.').all(is_label)
        && top.len() > 1
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && port.parse::<u16>().is_ok()
}

/// Whether each `%` begins two hexadecimal digits.
fn has_whole_escapes(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Whether the character can stand in a URI after its scheme, by RFC 3986, but for the brackets of IPv6 addresses.
fn is_of_uri(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte)
}

const SCHEMES: [&str; 4] = ["https", "http", "ssh", "git"];

const MAX_ADDRESS_BYTES: usize = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_left_out() {
        for (address, public) in [
            ("https://github.com/rust-lang/log", "https://github.com/rust-lang/log"),
            ("https://token@example.com/a@b", "https://example.com/a@b"),
            ("https://user:secret@example.com:8080/a?b#c", "https://example.com:8080/a?b#c"),
            ("ssh://git@github.com/rust-lang/log", "ssh://git@github.com/rust-lang/log"),
            ("ssh://git:secret@github.com/rust-lang/log", "ssh://github.com/rust-lang/log"),
        ] {
            assert_eq!(public_address(address).as_deref(), Some(public), "{address}");
        }
    }

    #[test]
    fn folders_and_damaged_addresses_are_refused() {
        for address in [
            "",
            "example.com",
            "file:///home/user/project",
            "https://",
            "https:///path",
            "https://localhost:8080/",
            "https://127.0.0.1/",
            "https://example.com:99999/",
            "https://-.com-/",
            "https://[::1]/",
            "https://a b",
            "https://example.com/\u{e4}",
            "https://example.com/\n",
            "https://example.com/<text>",
            "https://example.com/%2",
            "https://example.com/%zz",
            "javascript://example.com/",
        ] {
            assert_eq!(public_address(address), None, "{address}");
        }
        assert_eq!(public_address(&format!("https://example.com/{}", "x".repeat(2_048))), None);
    }

    #[test]
    fn words_of_lists_show_no_more_than_addresses_do() {
        for (word, public) in [
            ("crates.io", "crates.io"),
            ("registry", "registry"),
            ("moon", "moon"),
            ("a moon", "a moon"),
            ("a@1.0.0/b:c", "a@1.0.0/b:c"),
            ("pkg:cargo/foo@1.0.0", "pkg:cargo/foo@1.0.0"),
            ("registry+https://me:secret@a.example/index", "registry+https://a.example/index"),
            ("sparse+https://a.example/index/", "sparse+https://a.example/index/"),
            ("git+ssh://git@a.example/b?branch=c#0123456", "git+ssh://git@a.example/b?branch=c#0123456"),
            ("https://token@a.example/b", "https://a.example/b"),
            ("path+file:///home/jane/project", "path"),
            ("registry+https://me:secret@intranet/index", "registry"),
            ("/home/jane/project", "an address that is not public"),
            ("C:\\Users\\jane", "an address that is not public"),
            ("me:secret@a.example:b", "an address that is not public"),
        ] {
            assert_eq!(public_source(&Source::from(word)), Source::from(public), "{word}");
            assert_eq!(is_shown_whole(&Source::from(word)), word == public, "{word}");
        }
    }
}
