//! What is written as JSON has the layout that `docs/schema` promises.

use crate::archives::tar;
use crate::specimen::{Folder, LIST, module};
use serde_json::Value;

const INSPECT: &str = include_str!("../../docs/schema/inspect.json");
const FIND: &str = include_str!("../../docs/schema/find.json");
const DIFF: &str = include_str!("../../docs/schema/diff.json");

/// Holds each line against a schema. Knows the words of JSON Schema that ours use, and takes no other word.
fn check(lines: &str, schema: &str) {
    assert!(!lines.is_empty());
    let schema: Value = serde_json::from_str(schema).unwrap();
    for line in lines.lines() {
        conforms(&serde_json::from_str(line).unwrap(), &schema, "object");
    }
}

fn conforms(value: &Value, schema: &Value, at: &str) {
    for (word, wanted) in schema.as_object().unwrap() {
        match word.as_str() {
            "$schema" | "title" | "description" => {}
            "const" => assert_eq!(value, wanted, "{at}"),
            "enum" => assert!(wanted.as_array().unwrap().contains(value), "{at}: {value} is not of {wanted}"),
            "minimum" => assert!(value.as_f64() >= wanted.as_f64(), "{at}: {value}"),
            "type" => {
                let is = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let may_be = wanted.as_array().map_or_else(|| vec![wanted.clone()], Clone::clone);
                assert!(may_be.contains(&is.into()), "{at}: {is} is not of {wanted}");
            }
            "required" if value.is_object() => {
                let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
                let mut required: Vec<&str> =
                    wanted.as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
                keys.sort_unstable();
                required.sort_unstable();
                assert_eq!(keys, required, "{at}: keys that are documented, and no others");
            }
            "properties" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    conforms(value, &wanted[key], &format!("{at}.{key}"));
                }
            }
            "items" => {
                for value in value.as_array().into_iter().flatten() {
                    conforms(value, wanted, &format!("{at}[]"));
                }
            }
            "required" => {}
            other => panic!("{at}: {other} is a word that this test does not know"),
        }
    }
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("dist/app", module(&[LIST]));
    folder.put("dist/damaged", &module(&[LIST])[..40]);
    folder.put("dist/none", module(&[]));
    folder.put("dist/package.tar", tar(&[("app", &module(&[LIST, LIST]))]));
    // This program itself is a binary with facts and without a list, in which crates can be recovered.
    std::fs::copy(env!("CARGO_BIN_EXE_auditable"), folder.path("dist/program")).unwrap();
    folder
}

#[test]
fn inspect_keeps_its_layout() {
    let (code, lines, _) = folder().run("inspect --format ndjson --sha256 dist no-such-file");
    assert_eq!((code, lines.lines().count()), (2, 6));
    check(&lines, INSPECT);
    check(&folder().run("inspect --format ndjson --no-recover dist").1, INSPECT);
    let program: Value = serde_json::from_str(lines.lines().nth(4).unwrap()).unwrap();
    assert!(program["binaries"][0]["facts"].is_object(), "{program}");
}

#[test]
fn find_keeps_its_layout() {
    let folder = folder();
    check(&folder.run("find libc --format ndjson dist").1, FIND);
    check(&folder.run("find clap_builder --format ndjson dist/program").1, FIND);
}

#[test]
fn diff_keeps_its_layout() {
    let folder = folder();
    folder.put("new/app", module(&[&LIST.replace("0.2.1", "0.2.2")]));
    folder.put("new/none", module(&[LIST]));
    let (code, lines, _) = folder.run("diff --format ndjson dist new");
    assert_eq!(code, 2);
    check(&lines, DIFF);
    for change in ["crate-changed", "list-added", "file-removed"] {
        assert!(lines.contains(change), "{lines}");
    }
}
