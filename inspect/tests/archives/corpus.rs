//! The corpora of the fuzz targets, replayed without a fuzzer. A test program of its own, since it needs readers that
//! the others do not.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a library of its own there")]
mod properties;

use std::fs;
use std::path::Path;

#[test]
fn the_corpora_hold_their_properties() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut inputs = 0;
    for property in properties::PROPERTIES {
        let folder = corpora.join(property.name);
        let before = inputs;
        for entry in fs::read_dir(&folder).expect("each target has a corpus") {
            let path = entry.expect("the folder can be read").path();
            println!("{}", path.display());
            let bytes = fs::read(path).expect("inputs are files");
            (property.check)(&bytes);
            // What is cut off is close to what is sound.
            for size in (0..bytes.len()).step_by(bytes.len() / 50 + 1) {
                (property.check)(&bytes[..size]);
            }
            inputs += 1;
        }
        assert!(inputs > before, "{} is empty", folder.display());
    }
}
