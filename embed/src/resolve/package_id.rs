use super::source;
use super::units::PackageKey;
use crate::report::Problem;
use auditable_graph::Version;

/// Reads cargo's package id: `SOURCE#NAME@VERSION`, or `SOURCE#VERSION` where the name ends the source's address
/// (cargo's reference, "Package ID Specifications"); before 1.77 `NAME VERSION (SOURCE)`.
///
/// # Errors
///
/// If it is neither.
pub(crate) fn parse(id: &str) -> Result<PackageKey, Problem> {
    let unknown = || Problem::new(format!("{id:?} is not a package id"));
    let (name, version, address) = split(id).ok_or_else(unknown)?;
    let version = Version::parse(version).map_err(|error| unknown().cause(error))?;
    Ok(PackageKey { name: name.to_owned(), version, source: source::of_id(Some(address)) })
}

fn split(id: &str) -> Option<(&str, &str, &str)> {
    if let Some((package, address)) = id.strip_suffix(')').and_then(|id| id.split_once(" (")) {
        let (name, version) = package.split_once(' ')?;
        return Some((name, version, address));
    }
    let (address, package) = id.rsplit_once('#')?;
    if let Some((name, version)) = package.split_once('@') {
        return Some((name, version, address));
    }
    let path = address.split('?').next()?.trim_end_matches('/');
    Some((path.rsplit('/').next()?, package, address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Source;

    #[test]
    fn package_ids_of_all_forms() {
        for (id, name, source) in [
            ("registry+https://github.com/rust-lang/crates.io-index#serde@1.0.2", "serde", Source::CratesIo),
            ("path+file:///home/me/app#1.0.2", "app", Source::Local),
            ("path+file:///home/me/folder#app@1.0.2", "app", Source::Local),
            ("git+https://example.com/x/app?rev=01#1.0.2", "app", Source::Git),
            (
                "serde 1.0.2 (registry+https://github.com/rust-lang/crates.io-index)",
                "serde",
                Source::CratesIo,
            ),
            ("app 1.0.2 (path+file:///home/me/folder)", "app", Source::Local),
        ] {
            let key = parse(id).unwrap();
            assert_eq!(
                (key.name.as_str(), key.version, key.source),
                (name, Version::new(1, 0, 2), source),
                "{id}"
            );
        }
        assert!(parse("serde").is_err());
        assert!(parse("path+file:///a#b@c").is_err());
    }
}
