//! People and organisations, as the command line names them.

use auditable_sbom::Contact;

/// Reads `NAME <MAIL>`, `NAME <URL>`, or one of the three alone.
///
/// # Errors
///
/// In words for the user.
pub(crate) fn parse(text: &str) -> Result<Contact, String> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address.trim()),
        None => ("", text),
    };
    if (name.is_empty() && address.is_empty()) || text.contains(char::is_control) {
        return Err("a name, a mail address or a URL is needed".to_owned());
    }
    // Documents want a name in any case.
    let mut contact = Contact::new(if name.is_empty() { address } else { name });
    if ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) {
        contact.url = Some(address.to_owned());
    } else if is_mail_address(address) {
        contact.email = Some(address.to_owned());
    } else if !name.is_empty() {
        return Err(format!("{address:?} is neither a mail address nor a URL that begins with https://"));
    }
    if !contact.is_shown_whole() {
        return Err(format!(
            "{address:?} has an account in it, or is no address on the public network: documents could not show it"
        ));
    }
    Ok(contact)
}

fn is_mail_address(text: &str) -> bool {
    let is_plain = !text.contains(|character: char| character.is_whitespace() || "<>,;".contains(character));
    is_plain && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_or_without_an_address() {
        for (text, name, email, url) in [
            ("Jane Doe", "Jane Doe", None, None),
            ("Jane Doe <jane@example.com>", "Jane Doe", Some("jane@example.com"), None),
            ("Example <https://example.com>", "Example", None, Some("https://example.com")),
            ("jane@example.com", "jane@example.com", Some("jane@example.com"), None),
            ("<jane@example.com>", "jane@example.com", Some("jane@example.com"), None),
            ("https://example.com/a@b", "https://example.com/a@b", None, Some("https://example.com/a@b")),
            ("Less < More", "Less < More", None, None),
        ] {
            let contact = parse(text).unwrap();
            assert_eq!(
                (contact.name.as_str(), contact.email.as_deref(), contact.url.as_deref()),
                (name, email, url)
            );
        }
        for text in ["", " ", "<>", "a\nb", "Jane <jane>", "Jane <>", "Jane <a b@c>", "Jane <ftp://a>"] {
            assert!(parse(text).is_err(), "{text}");
        }
        for text in ["Jane <jane@localhost>", "https://jane:secret@example.com", "Jane <http://localhost>"] {
            assert!(parse(text).unwrap_err().contains("public network"), "{text}");
        }
    }
}
