//! Attributes that pax(1) puts before a member of tar.
//!
//! ```text
//! ( size of this record in decimal digits  " "  key  "="  value  "\n" )*
//! ```

use crate::Error;
use crate::archive::Format;
use crate::archive::input::Input;

/// Those that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) path: Option<Vec<u8>>,
    pub(super) target: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) is_sparse: bool,
}

/// Reads the content of a member of type `x`.
pub(super) fn read(input: &mut Input<'_>, size: u64, offset: u64) -> Result<Attributes, Error> {
    if size > MAX_BYTES {
        return Err(Error::Limit { what: "bytes of attributes", limit: MAX_BYTES, actual: size, offset });
    }
    let bytes = input.bytes(size)?.ok_or_else(|| malformed("archive ends inside attributes", offset))?;
    parse(&bytes).ok_or_else(|| malformed("attributes of a member are damaged", offset))
}

fn parse(mut records: &[u8]) -> Option<Attributes> {
    let mut attributes = Attributes::default();
    let mut sparse_name = None;
    // Some writers pad with zeros.
    while !matches!(records, [] | [0, ..]) {
        let digits = records.iter().position(|&byte| byte == b' ')?;
        let size: usize = str::from_utf8(records.get(..digits)?).ok()?.parse().ok()?;
        let (record, rest) = records.split_at_checked(size)?;
        let record = record.get(digits..)?.strip_prefix(b" ")?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|&byte| byte == b'=')?;
        let (key, value) = (record.get(..equals)?, record.get(equals..)?.strip_prefix(b"=")?);
        match key {
            b"path" => attributes.path = Some(value.to_vec()),
            b"linkpath" => attributes.target = Some(value.to_vec()),
            b"size" => attributes.size = Some(str::from_utf8(value).ok()?.parse().ok()?),
            b"GNU.sparse.name" => sparse_name = Some(value.to_vec()),
            _ => {}
        }
        attributes.is_sparse |= key.starts_with(b"GNU.sparse.");
        records = rest;
    }
    attributes.path = sparse_name.or(attributes.path);
    Some(attributes)
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Tar, what, offset }
}

/// Extended attributes of files have some kB.
const MAX_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_by_their_size() {
        let records = b"19 path=a=b\nc d\xff/e\n20 size=12345678901\n13 comment=x\n";
        let attributes = parse(records).unwrap();
        assert_eq!(attributes.path.unwrap(), b"a=b\nc d\xff/e");
        assert_eq!((attributes.size, attributes.is_sparse), (Some(12_345_678_901), false));
        let sparse = b"22 GNU.sparse.major=1\n24 GNU.sparse.name=name\n18 path=GNUSparse\n";
        let attributes = parse(sparse).unwrap();
        assert_eq!((attributes.path.unwrap(), attributes.is_sparse), (b"name".to_vec(), true));
    }

    #[test]
    fn damaged_records_are_no_attributes() {
        for records in
            ["x", "5 a=b", "7 a=b\n", "5 a=b\n", "0 a=b\n", "1 a=b\n", "4 ab\n", "9 size=x\n", "-1 a=b\n"]
        {
            assert_eq!(parse(records.as_bytes()), None, "{records:?}");
        }
        assert_eq!(parse(b""), Some(Attributes::default()));
    }
}
