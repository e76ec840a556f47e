use serde::Serialize;
use spdx::expression::Expression;
use spdx::{LicenseItem, ParseMode};

/// What a manifest declares as its licence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct License {
    declared: String,
    expression: Option<String>,
    /// Whether the expression is one identifier and nothing else.
    is_id: bool,
}

impl License {
    /// The text of `license` in a manifest, or `None` if it is blank.
    ///
    /// An expression of the SPDX list is brought into the form that all readers know: `MIT/Apache-2.0`, as manifests
    /// once wrote it, becomes `MIT OR Apache-2.0`, and `GPL-3.0+` becomes `GPL-3.0-or-later`. Text that is no
    /// expression, such as `Apache 2.0`, stays as it is: what licence was meant is not guessed.
    pub fn declared(text: &str) -> Option<Self> {
        let declared = text.trim();
        let expression = normalized(declared);
        let is_id = expression
            .as_deref()
            .is_some_and(|expression| spdx::license_id(expression).is_some_and(|id| id.name == expression));
        (!declared.is_empty()).then(|| Self { declared: declared.to_owned(), expression, is_id })
    }

    /// The text of the manifest.
    pub fn text(&self) -> &str {
        &self.declared
    }

    /// The SPDX licence expression; `None` for text that is none.
    pub fn expression(&self) -> Option<&str> {
        self.expression.as_deref()
    }

    /// The identifier, if the expression is one of the SPDX list and nothing else.
    pub fn id(&self) -> Option<&str> {
        self.expression().filter(|_| self.is_id)
    }

    /// The licences of the expression that the SPDX list does not have, such as `LicenseRef-Acme`; sorted.
    pub(crate) fn references(&self) -> Vec<String> {
        let expression =
            self.expression().and_then(|expression| Expression::parse_mode(expression, NORMAL).ok());
        let mut references: Vec<String> = expression
            .iter()
            .flat_map(Expression::requirements)
            .filter(|requirement| matches!(requirement.req.license, LicenseItem::Other(_)))
            .map(|requirement| requirement.req.license.to_string())
            .collect();
        references.sort();
        references.dedup();
        references
    }
}

fn normalized(declared: &str) -> Option<String> {
    if declared.len() > MAX_EXPRESSION_BYTES {
        return None;
    }
    let parsed = Expression::parse_mode(declared, MANIFESTS).ok()?;
    let is_license = |license: &LicenseItem| match license {
        // What another document defines cannot be looked up from this one.
        LicenseItem::Other(reference) => reference.doc_ref.is_none(),
        // The crate takes it for a licence, but it is a word of documents.
        LicenseItem::Spdx { id, .. } => id.name != "NOASSERTION",
    };
    if !parsed.requirements().all(|requirement| is_license(&requirement.req.license)) {
        return None;
    }
    let text = Expression::canonicalize(declared).ok()?.unwrap_or_else(|| declared.to_owned());
    Expression::parse_mode(&text, NORMAL).ok()?;
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

/// What readers of documents know.
const NORMAL: ParseMode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };

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
            "NOASSERTION",
            "NONE",
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
    fn only_a_single_identifier_is_one() {
        let id = |text: &str| License::declared(text).unwrap().id().map(str::to_owned);
        assert_eq!(id("MIT").as_deref(), Some("MIT"));
        for text in ["MIT OR Apache-2.0", "MPL-2.0+", "LicenseRef-Acme", "Apache 2.0", "(MIT)"] {
            assert_eq!(id(text), None, "{text}");
        }
        let references = License::declared("LicenseRef-b OR MIT OR LicenseRef-a AND LicenseRef-b").unwrap();
        assert_eq!(references.references(), ["LicenseRef-a", "LicenseRef-b"]);
    }

    #[test]
    fn blank_text_declares_nothing() {
        assert_eq!(License::declared(" \n"), None);
    }
}
