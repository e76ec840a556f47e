use serde::Serialize;
use spdx::expression::Expression;
use spdx::{LicenseItem, ParseMode};

/// What a manifest declares as its licence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct License {
    declared: String,
    expression: Option<String>,
}

impl License {
    /// The text of `license` in a manifest, or `None` if it is blank.
    ///
    /// An expression of the SPDX list is brought into the form that all readers know: `MIT/Apache-2.0`, as manifests
    /// once wrote it, becomes `MIT OR Apache-2.0`, and `GPL-3.0+` becomes `GPL-3.0-or-later`. Text that is no
    /// expression, such as `Apache 2.0`, stays as it is: what licence was meant is not guessed.
    pub fn declared(text: &str) -> Option<Self> {
        let declared = text.trim();
        (!declared.is_empty())
            .then(|| Self { declared: declared.to_owned(), expression: normalized(declared) })
    }

    /// The text of the manifest.
    pub fn text(&self) -> &str {
        &self.declared
    }

    /// The SPDX licence expression; `None` for text that is none.
    pub fn expression(&self) -> Option<&str> {
        self.expression.as_deref()
    }
}

fn normalized(declared: &str) -> Option<String> {
    if declared.len() > MAX_EXPRESSION_BYTES {
        return None;
    }
    let parsed = Expression::parse_mode(declared, MANIFESTS).ok()?;
    // What another document defines cannot be looked up from this one.
    let refers_elsewhere = parsed.requirements().any(|requirement| match &requirement.req.license {
        LicenseItem::Other(reference) => reference.doc_ref.is_some(),
        LicenseItem::Spdx { .. } => false,
    });
    if refers_elsewhere {
        return None;
    }
    let text = Expression::canonicalize(declared).ok()?.unwrap_or_else(|| declared.to_owned());
    Expression::parse_mode(&text, ParseMode { allow_deprecated: true, ..ParseMode::STRICT }).ok()?;
    Some(text)
}

/// What crates.io has let through over the years, but for the names that only resemble one of the list.
const MANIFESTS: ParseMode = ParseMode {
    allow_slash_as_or_operator: true,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// The longest on crates.io has below 200 bytes.
const MAX_EXPRESSION_BYTES: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Option<String> {
        License::declared(text).unwrap().expression().map(str::to_owned)
    }

    #[test]
    fn what_manifests_once_wrote_becomes_an_expression() {
        for (text, normal) in [
            ("MIT", "MIT"),
            (" MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("MIT / Apache-2.0 / BSD-3-Clause", "MIT OR Apache-2.0 OR BSD-3-Clause"),
            ("(MIT or Apache-2.0) and Unicode-DFS-2016", "(MIT OR Apache-2.0) AND Unicode-DFS-2016"),
            ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
            ("GPL-3.0+", "GPL-3.0-or-later"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("MPL-2.0+", "MPL-2.0+"),
            ("LicenseRef-Acme", "LicenseRef-Acme"),
        ] {
            assert_eq!(expression(text).as_deref(), Some(normal), "{text}");
        }
    }

    #[test]
    fn other_text_stays_text() {
        for text in [
            "Apache 2.0",
            "BSD",
            "non-standard",
            "MIT OR",
            "(MIT",
            "MIT)",
            "MIT,Apache-2.0",
            "See LICENSE",
            "DocumentRef-x:LicenseRef-y",
            "</text>",
            "MIT\0",
            "\u{1F980}",
            &"(".repeat(5_000),
        ] {
            assert_eq!(expression(text), None, "{text}");
            assert_eq!(License::declared(text).unwrap().text(), text);
        }
    }

    #[test]
    fn blank_text_declares_nothing() {
        assert_eq!(License::declared(" \n"), None);
    }
}
