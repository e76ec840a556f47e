use crate::Timestamp;
use crate::address::public_address;
use crate::facts::one_line;
use serde::Serialize;
use std::borrow::Cow;

/// What a document says about its own making.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The program that writes the document.
    pub tool: Tool,
    /// When the document is written. The caller decides: a clock, or `SOURCE_DATE_EPOCH` for documents that can be
    /// reproduced byte for byte.
    pub timestamp: Timestamp,
    /// The people who answer for the document.
    pub authors: Vec<Contact>,
    /// Who supplies what the document describes, and with it the crates that have no other source than its own tree.
    pub supplier: Option<Contact>,
}

impl Options {
    /// The options that every document needs.
    pub fn new(tool: Tool, timestamp: Timestamp) -> Self {
        Self { tool, timestamp, authors: Vec::new(), supplier: None }
    }

    /// The same options in the form that documents show.
    pub(crate) fn tidy(self) -> Self {
        Self {
            authors: self.authors.iter().map(Contact::tidy).collect(),
            supplier: self.supplier.as_ref().map(Contact::tidy),
            ..self
        }
    }
}

/// A program that writes documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A person or an organisation, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// Its name, such as `Example Ltd`.
    pub name: String,
    /// A mail address, such as `security@example.com`. Documents leave out what is none.
    pub email: Option<String>,
    /// The address of a page, such as `https://example.com`. Documents leave out what is none.
    pub url: Option<String>,
}

impl Contact {
    /// Someone of whom no more is known than the name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), email: None, url: None }
    }

    /// Whether documents show its addresses as they are, and leave out none of them nor a password in one.
    pub fn is_shown_whole(&self) -> bool {
        let shown = self.tidy();
        shown.email == self.email && shown.url == self.url
    }

    /// No line breaks, and no addresses that a format might refuse.
    fn tidy(&self) -> Self {
        let url = self.url.as_deref().and_then(|url| public_address(url.trim()));
        Self {
            name: one_line(&self.name).unwrap_or_default(),
            email: self.email.clone().filter(|email| is_mail_address(email)),
            url: url.map(Cow::into_owned),
        }
    }

    /// An author as manifests write it, such as `Jane Doe <jane@example.com>`.
    pub(crate) fn of_author(text: &str) -> Self {
        let parts = text.rsplit_once('<').and_then(|(name, rest)| {
            let email = rest.trim_end().strip_suffix('>')?.trim();
            is_mail_address(email).then(|| (name.trim(), email))
        });
        match parts {
            Some((name, email)) => Self {
                email: Some(email.to_owned()),
                ..Self::new(if name.is_empty() { email } else { name })
            },
            None if is_mail_address(text) => Self { email: Some(text.to_owned()), ..Self::new(text) },
            None => Self::new(text),
        }
    }
}

/// Whether every format takes it for a mail address.
fn is_mail_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_word = |text: &str, also: &[u8]| {
        text.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        })
    };
    let labels_are_long_enough = domain.rsplit('.').next().is_some_and(|top| top.len() > 1);
    is_word(local, b"_+-") && is_word(domain, b"-") && domain.contains('.') && labels_are_long_enough
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_for_everyone_are_shown() {
        for (email, url, expected) in [
            (None, None, true),
            (Some("jane@example.com"), Some("https://example.com/jane"), true),
            (Some("jane@localhost"), None, false),
            (None, Some("https://jane:secret@example.com"), false),
            (None, Some("http://localhost:8080"), false),
        ] {
            let (email, url) = (email.map(str::to_owned), url.map(str::to_owned));
            let contact = Contact { email, url, ..Contact::new("Jane") };
            assert_eq!(contact.is_shown_whole(), expected, "{contact:?}");
        }
    }

    #[test]
    fn authors_have_names_and_mail_addresses() {
        for (text, name, email) in [
            ("Jane Doe <jane@example.com>", "Jane Doe", Some("jane@example.com")),
            ("Jane Doe", "Jane Doe", None),
            ("<jane@example.com>", "jane@example.com", Some("jane@example.com")),
            ("jane@example.com", "jane@example.com", Some("jane@example.com")),
            ("Jane <jane at example>", "Jane <jane at example>", None),
            ("Jane <a@b.com> <jane+x@mail.example.com>", "Jane <a@b.com>", Some("jane+x@mail.example.com")),
            ("Jane <jane@localhost>", "Jane <jane@localhost>", None),
            ("Jane <@example.com>", "Jane <@example.com>", None),
            ("Jane <a..b@example.com>", "Jane <a..b@example.com>", None),
        ] {
            let contact = Contact::of_author(text);
            assert_eq!((contact.name.as_str(), contact.email.as_deref()), (name, email), "{text}");
        }
    }
}
