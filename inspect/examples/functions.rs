//! Which functions are in a binary.
//!
//! ```text
//! cargo run --features functions --example functions -- app time@0.1.43 time::now time::at
//! ```
//!
//! Without a function: whether the package has any code in the binary.

#![expect(clippy::print_stdout, reason = "a program")]

use auditable_inspect::{Answer, FunctionPath, Query, binaries, search};
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(package)) = (arguments.next(), arguments.next()) else {
        return Err("usage: functions FILE PACKAGE@VERSION [FUNCTION]...".into());
    };
    let (package, version) = package.split_once('@').ok_or("a package is NAME@VERSION")?;
    let version = Some(version.parse()?);
    let functions = arguments.map(|path| FunctionPath::parse(&path)).collect::<Result<Vec<_>, _>>()?;
    let mut queries: Vec<Query> =
        functions.into_iter().map(|path| Query::function(package, version.clone(), path)).collect();
    if queries.is_empty() {
        queries.push(Query::any_code(package, version));
    }
    let file = File::open(path)?;
    for binary in binaries(&file)? {
        for answer in search(&file, &binary, &queries)?.answers {
            match answer {
                Answer::Present(found) => println!("present\t{}\t{}", found.evidence, found.symbol),
                Answer::Absent => println!("absent"),
                Answer::Unknown(reason) => println!("unknown\t{}", reason.as_str()),
                _ => println!("other"),
            }
        }
    }
    Ok(())
}
