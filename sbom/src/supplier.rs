use crate::address::public_address;
use crate::purl::is_from_crates_io;
use crate::{Contact, Options, Origin};
use auditable_graph::{Package, Source};

/// Where a crate was taken from: the registry or repository that distributes it, which is what the formats ask for.
/// Authors are another question.
///
/// A crate out of the tree of the program itself is supplied by whoever supplies the program.
pub(crate) fn supplier(package: &Package, origin: Option<&Origin>, options: &Options) -> Option<Contact> {
    match (&package.source, origin) {
        (Source::CratesIo, _) if is_from_crates_io(package) => {
            Some(Contact { url: Some("https://crates.io".to_owned()), ..Contact::new("crates.io") })
        }
        (Source::Git, Some(Origin::Git { repository: address, .. }))
        | (Source::Registry, Some(Origin::Registry { index: address })) => {
            let address = public_address(address)?.into_owned();
            let (_, place) = address.split_once("://")?;
            let name = place.trim_end_matches('/').trim_end_matches(".git").to_owned();
            let is_page = address.starts_with("http");
            Some(Contact { url: is_page.then_some(address), ..Contact::new(name) })
        }
        (Source::Local, _) => options.supplier.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Timestamp, Tool};
    use auditable_graph::Version;

    #[test]
    fn the_supplier_is_where_it_was_taken_from() {
        let tool = Tool { name: "auditable".into(), version: "1".into() };
        let mut options = Options::new(tool, Timestamp::from_unix_seconds(0).unwrap());
        options.supplier = Some(Contact::new("Example Ltd"));
        let git = Origin::Git { repository: "ssh://git@example.com/a/b.git".into(), revision: None };
        let registry = Origin::Registry { index: "https://token@example.com/index/".into() };
        for (source, origin, expected) in [
            (Source::CratesIo, None, Some(("crates.io", Some("https://crates.io")))),
            (Source::Git, Some(&git), Some(("git@example.com/a/b", None))),
            (
                Source::Registry,
                Some(&registry),
                Some(("example.com/index", Some("https://example.com/index/"))),
            ),
            (Source::Local, None, Some(("Example Ltd", None))),
            (Source::Git, None, None),
            (Source::Registry, Some(&git), None),
            (Source::Other("moon".into()), None, None),
        ] {
            let package = Package::new("a", Version::new(1, 0, 0), source);
            let supplier = supplier(&package, origin, &options);
            let supplier = supplier.as_ref().map(|contact| (contact.name.as_str(), contact.url.as_deref()));
            assert_eq!(supplier, expected, "{}", package.source);
        }
    }
}
