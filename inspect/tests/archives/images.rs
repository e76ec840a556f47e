//! Images: the file system as it is in the end.

use crate::support::{MODULE, find, find_by, gzip, tar, tar_member, zstd};
use auditable_inspect::Error;
use auditable_inspect::archive::{
    Content, Format, Unshared, VisitLimits, is_image_folder, visit_folder_image,
};
use std::collections::BTreeMap;
use std::fs;

/// A digest for tests: it only has to be another for other bytes.
fn digest(bytes: &[u8]) -> String {
    format!("{:08x}", crate::support::crc32(bytes)).repeat(8)
}

/// The files of an image in the layout of OCI.
#[derive(Default)]
struct Layout {
    files: BTreeMap<String, Vec<u8>>,
}

impl Layout {
    fn add(&mut self, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        self.files.insert(format!("blobs/sha256/{digest}"), bytes.to_vec());
        format!("sha256:{digest}")
    }

    /// Adds an image; returns the digest of its manifest.
    fn image(&mut self, layers: &[&[u8]]) -> String {
        let layers: Vec<String> = layers
            .iter()
            .map(|layer| {
                let digest = self.add(layer);
                format!(
                    r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{digest}","size":1}}"#
                )
            })
            .collect();
        self.add(format!(r#"{{"schemaVersion":2,"layers":[{}]}}"#, layers.join(",")).as_bytes())
    }

    fn index(digests: &[String]) -> String {
        let manifests: Vec<String> =
            digests.iter().map(|digest| format!(r#"{{"digest":"{digest}"}}"#)).collect();
        format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, manifests.join(","))
    }

    fn finish(mut self, digests: &[String]) -> Self {
        self.files.insert("oci-layout".into(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec());
        self.files.insert("index.json".into(), Self::index(digests).into_bytes());
        self
    }

    fn tar(&self) -> Vec<u8> {
        let folders = ["./", "blobs/", "blobs/sha256/"].map(|path| tar_member(path, b'5', "", b""));
        let members: Vec<_> =
            self.files.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect();
        [folders.concat(), tar(&members)].concat()
    }
}

/// An image in the layout of OCI, its lowest layer first.
pub(crate) fn oci(layers: &[&[u8]]) -> Vec<u8> {
    let mut layout = Layout::default();
    let image = layout.image(layers);
    layout.finish(&[image]).tar()
}

/// An image as older versions of `docker save` write it: the manifest comes last.
pub(crate) fn docker(layers: &[&[u8]]) -> Vec<u8> {
    let names: Vec<String> =
        (0..layers.len()).map(|index| format!("{}/layer.tar", digest(&[index as u8]))).collect();
    let mut members: Vec<_> = names.iter().map(String::as_str).zip(layers.iter().copied()).collect();
    let list = names.iter().map(|name| format!(r#""{name}""#)).collect::<Vec<_>>().join(",");
    let manifest = format!(r#"[{{"Config":"c.json","RepoTags":["a:1"],"Layers":[{list}]}}]"#);
    members.push(("manifest.json", manifest.as_bytes()));
    tar(&members)
}

fn file(path: &str) -> Vec<u8> {
    tar_member(path, b'0', "", MODULE)
}

fn folder(path: &str) -> Vec<u8> {
    tar_member(path, b'5', "", b"")
}

fn hard_link(path: &str, target: &str) -> Vec<u8> {
    tar_member(path, b'1', target, b"")
}

fn symbolic_link(path: &str, target: &str) -> Vec<u8> {
    tar_member(path, b'2', target, b"")
}

fn layer(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

#[test]
fn layers_are_named_from_the_bottom() {
    let lower = layer(&[file("usr/bin/a"), file("usr/bin/b")]);
    let upper = layer(&[folder("usr"), folder("usr/bin"), file("usr/bin/c")]);
    let expected = ["layer-2/usr/bin/c", "layer-1/usr/bin/a", "layer-1/usr/bin/b"];
    for upper in [upper.clone(), gzip(&upper), zstd(&upper)] {
        for image in [oci(&[&lower, &upper]), docker(&[&lower, &upper])] {
            let found = find(&image);
            assert_eq!(found.modules(), expected);
            assert_eq!(found.summary.content, Content::Archive(Format::Image));
            let zipped = find(&gzip(&image));
            assert_eq!(
                (zipped.modules(), zipped.summary.content),
                (expected.to_vec(), Content::Archive(Format::Gzip))
            );
            let nested = find(&tar(&[("image.tar", &image)]));
            assert_eq!(nested.modules()[0], "image.tar!layer-2/usr/bin/c");
        }
    }
}

#[test]
fn what_is_removed_or_replaced_above_is_not_there() {
    let lower = layer(&[
        file("bin/removed"),
        file("bin/replaced"),
        file("bin/kept"),
        file("opaque/a"),
        file("opaque/b/c"),
        file("gone/a/b"),
        file("was-folder/a"),
        file("was-file"),
        file("link-now"),
        file("removed-twice"),
    ]);
    let upper = layer(&[
        file("bin/.wh.removed"),
        file("bin/replaced"),
        file("opaque/new"),
        file("opaque/.wh..wh..opq"),
        file(".wh.gone"),
        tar_member("was-folder", b'0', "", b"text"),
        folder("was-file/"),
        file("was-file/a"),
        symbolic_link("link-now", "bin/kept"),
        file(".wh..wh.aufs"),
        file(".wh.removed-twice"),
    ]);
    let top = layer(&[file("removed-twice"), file("./bin/.wh.replaced")]);
    let expected = ["layer-3/removed-twice", "layer-2/opaque/new", "layer-2/was-file/a", "layer-1/bin/kept"];
    assert_eq!(find(&oci(&[&lower, &upper, &top])).modules(), expected);
    assert_eq!(find(&docker(&[&lower, &gzip(&upper), &zstd(&top)])).modules(), expected);
    // Without a name it removes nothing, nor does what only begins like that of all.
    let marks = layer(&[file("bin/.wh."), file(".wh."), file("bin/.wh..wh..opqX")]);
    assert_eq!(find(&oci(&[&layer(&[file("bin/a")]), &marks])).modules(), ["layer-1/bin/a"]);
    // A whiteout says nothing about its own layer, wherever it stands.
    let both = layer(&[file(".wh..wh..opq"), file("a"), file(".wh.a")]);
    assert_eq!(find(&oci(&[&layer(&[file("a"), file("b")]), &both])).modules(), ["layer-2/a"]);
}

#[test]
fn a_hard_link_keeps_what_it_leads_to() {
    let lower = layer(&[file("bin/a"), hard_link("bin/b", "bin/a"), file("bin/c")]);
    let upper = layer(&[file("bin/.wh.a")]);
    assert_eq!(find(&oci(&[&lower, &upper])).modules(), ["layer-1/bin/c", "layer-1/bin/b"]);
    // Both names are one file.
    assert_eq!(find(&oci(&[&lower])).modules(), ["layer-1/bin/a", "layer-1/bin/c"]);
}

#[test]
fn a_hard_link_keeps_what_a_lower_layer_has() {
    let lower = layer(&[file("bin/a"), file("bin/b")]);
    let upper = layer(&[hard_link("bin/link", "bin/a"), hard_link("bin/second", "bin/a")]);
    let removal = layer(&[file("bin/.wh.a")]);
    // All names are there, and are one file.
    assert_eq!(find(&oci(&[&lower, &upper])).modules(), ["layer-1/bin/a", "layer-1/bin/b"]);
    let expected = ["layer-2/bin/link", "layer-1/bin/b"];
    assert_eq!(find(&oci(&[&lower, &upper, &removal])).modules(), expected);
    assert_eq!(find(&docker(&[&lower, &gzip(&upper), &zstd(&removal)])).modules(), expected);
    // Another file took its name.
    let replacement = layer(&[tar_member("bin/a", b'0', "", b"text")]);
    assert_eq!(find(&oci(&[&lower, &upper, &replacement])).modules(), expected);
    // The link is removed too, or all of its folder.
    let both = layer(&[file("bin/.wh.a"), file("bin/.wh.link"), file("bin/.wh.second")]);
    assert_eq!(find(&oci(&[&lower, &upper, &both])).modules(), ["layer-1/bin/b"]);
    let folder = layer(&[file(".wh.bin")]);
    assert!(find(&oci(&[&lower, &upper, &folder])).modules().is_empty());
}

#[test]
fn a_hard_link_leads_to_what_was_there_at_its_time() {
    let oldest = layer(&[file("a")]);
    let [text, link, removal] = [tar_member("a", b'0', "", b"text"), hard_link("b", "a"), file(".wh.a")];
    let (text, link, removal) = (layer(&[text]), layer(&[link]), layer(&[removal]));
    // Not what is further below.
    assert!(find(&oci(&[&oldest, &text, &link, &removal])).modules().is_empty());
    assert_eq!(find(&oci(&[&oldest, &layer(&[]), &link, &removal])).modules(), ["layer-3/b"]);
    // A link to a link.
    let next = layer(&[hard_link("c", "b")]);
    let removals = layer(&[file(".wh.a"), file(".wh.b")]);
    assert_eq!(find(&oci(&[&oldest, &link, &next, &removals])).modules(), ["layer-3/c"]);
    let same = layer(&[file("a"), hard_link("b", "a")]);
    assert_eq!(find(&oci(&[&same, &removal])).modules(), ["layer-1/b"]);
    // Not what comes after the link in its own layer.
    let replaced = layer(&[hard_link("b", "a"), tar_member("a", b'0', "", b"text")]);
    assert_eq!(find(&oci(&[&oldest, &replaced])).modules(), ["layer-2/b"]);
}

#[test]
fn links_to_folders_are_followed_in_their_own_layer() {
    let links = [folder("usr/bin/"), symbolic_link("bin", "usr/bin"), symbolic_link("usr/sbin", "/bin")];
    let through = layer(&[links.concat(), file("bin/app"), file("usr/sbin/tool")]);
    let expected = ["layer-1/bin/app", "layer-1/usr/sbin/tool"];
    assert_eq!(find(&oci(&[&through])).modules(), expected);
    // They are where the links lead, and are removed and replaced there.
    let removal = layer(&[file("usr/bin/.wh.app"), file("usr/bin/.wh.tool")]);
    assert!(find(&oci(&[&through, &removal])).modules().is_empty());
    let replacement = layer(&[file("usr/bin/app")]);
    let expected = ["layer-2/usr/bin/app", "layer-1/usr/sbin/tool"];
    assert_eq!(find(&oci(&[&through, &replacement])).modules(), expected);
    let lower = layer(&[file("usr/bin/app"), file("usr/bin/tool"), file("usr/bin/other")]);
    let removal = layer(&[links.concat(), file("bin/.wh.app"), file("bin/tool")]);
    assert_eq!(find(&oci(&[&lower, &removal])).modules(), ["layer-2/bin/tool", "layer-1/usr/bin/other"]);
    let emptied = layer(&[links.concat(), file("bin/.wh..wh..opq")]);
    assert!(find(&oci(&[&lower, &emptied])).modules().is_empty());
    // So is what a hard link leads to.
    let linked = layer(&[links.concat(), file("usr/bin/app"), hard_link("bin/link", "bin/app")]);
    let removal = layer(&[file("usr/bin/.wh.app")]);
    assert_eq!(find(&oci(&[&linked, &removal])).modules(), ["layer-1/bin/link"]);
    // A folder that takes the place of the link is none.
    let folders = layer(&[links.concat(), folder("bin/"), file("bin/app")]);
    assert_eq!(find(&oci(&[&lower, &folders])).modules()[..2], ["layer-2/bin/app", "layer-1/usr/bin/app"]);
}

/// As overlayfs shows it: a folder hides the link that is in its place in a layer below, and what that leads to stays.
#[test]
fn links_to_folders_are_not_followed_into_lower_layers() {
    let lower = layer(&[folder("usr/bin/"), symbolic_link("bin", "usr/bin"), file("usr/bin/app")]);
    let replacement = layer(&[file("bin/app")]);
    let expected = ["layer-2/bin/app", "layer-1/usr/bin/app"];
    assert_eq!(find(&oci(&[&lower, &replacement])).modules(), expected);
    for removal in ["bin/.wh.app", "bin/.wh..wh..opq", ".wh.bin"] {
        let removal = layer(&[file(removal)]);
        assert_eq!(find(&oci(&[&lower, &removal])).modules(), ["layer-1/usr/bin/app"]);
    }
    // What was put through the link of its layer is not in the folder that hides the link.
    let through = layer(&[folder("usr/bin/"), symbolic_link("bin", "usr/bin"), file("bin/app")]);
    for removal in ["bin/.wh.app", "bin/.wh..wh..opq", ".wh.bin"] {
        let removal = layer(&[file(removal)]);
        assert_eq!(find(&oci(&[&through, &removal])).modules(), ["layer-1/bin/app"]);
    }
}

#[test]
fn a_layer_that_is_named_again_is_read_once() {
    let once = layer(&[file("a"), file("b")]);
    let between = layer(&[file(".wh.a"), file("c")]);
    let twice = find(&oci(&[&once, &between, &once]));
    let repeated = find(&oci(&[&once, &between, &once, &once, &once]));
    assert_eq!(twice.summary.artifacts, 3);
    assert_eq!(repeated.summary.artifacts, 3);
    assert_eq!(repeated.summary.entries, twice.summary.entries);
}

#[test]
fn several_images_in_one_archive() {
    let mut layout = Layout::default();
    let base = layer(&[file("base")]);
    let first = layout.image(&[&base, &layer(&[file("first")])]);
    let second = layout.image(&[&base, &layer(&[file(".wh.base")])]);
    let platforms =
        layout.add(Layout::index(&[second.clone(), format!("sha256:{}", "0".repeat(64))]).as_bytes());
    // The first has two tags; of the other platforms only one is there.
    let image = layout.finish(&[first.clone(), first, platforms]).tar();
    assert_eq!(find(&image).modules(), ["image-1/layer-2/first", "image-1/layer-1/base"]);
}

#[test]
fn statements_about_images_are_no_images() {
    let mut layout = Layout::default();
    let statement = layout.add(b"{}");
    let manifest =
        format!(r#"{{"layers":[{{"mediaType":"application/vnd.in-toto+json","digest":"{statement}"}}]}}"#);
    let statement = layout.add(manifest.as_bytes());
    let image = layout.image(&[&layer(&[file("a")])]);
    assert_eq!(find(&layout.finish(&[statement, image]).tar()).modules(), ["layer-1/a"]);
}

#[test]
fn layers_that_are_links_to_each_other() {
    let content = layer(&[file("a")]);
    let (first, second) = (digest(b"1"), digest(b"2"));
    let manifest = format!(r#"[{{"Layers":["{first}/layer.tar","{second}/layer.tar"]}}]"#);
    let image = [
        tar_member(&format!("{first}/layer.tar"), b'0', "", &content),
        tar_member(&format!("{second}/layer.tar"), b'2', &format!("../{first}/layer.tar"), b""),
        tar(&[("manifest.json", manifest.as_bytes())]),
    ];
    assert_eq!(find(&image.concat()).modules(), ["layer-2/a"]);
}

#[test]
fn a_bad_layer_does_not_stop_the_rest() {
    let mut layout = Layout::default();
    let image = layout.image(&[&layer(&[file("a")]), b"no layer", &gzip(&layer(&[file("b")]))[..60]]);
    let found = find(&layout.finish(&[image]).tar());
    assert_eq!(found.paths(), ["layer-1/a"]);
    let messages = found.messages();
    assert!(messages[0].starts_with("layer-3: the compressed data are cut off"), "{messages:?}");
    assert!(messages[1].starts_with("layer-2: the layer is no tar archive"), "{messages:?}");
    let manifest = br#"[{"Layers":["missing.tar"]}]"#;
    assert!(
        find(&tar(&[("manifest.json", manifest)])).messages()[0].starts_with("layer-1: the layer is missing")
    );
    for manifest in [b"{".as_slice(), b"[]", br#"[{"Layers":"x"}]"#] {
        assert_eq!(find(&tar(&[("manifest.json", manifest)])).problems.len(), 1);
    }
}

#[test]
fn a_layer_that_is_kept_elsewhere() {
    let mut layout = Layout::default();
    let app = layout.add(&layer(&[file("app")]));
    let image = |base: &str| {
        let kind = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
        let urls = r#"["https://registry.example/base"]"#;
        let own = r#""mediaType":"application/vnd.oci.image.layer.v1.tar","urls":null"#;
        format!(
            r#"{{"layers":[{{"mediaType":"{kind}","digest":"{base}","urls":{urls}}},{{"digest":"{app}",{own}}}]}}"#
        )
    };
    let base = layer(&[file("base")]);
    let absent = layout.add(image(&format!("sha256:{}", digest(&base))).as_bytes());
    let found = find(&layout.finish(&[absent]).tar());
    assert_eq!(found.paths(), ["layer-2/app"]);
    let message = &found.messages()[0];
    assert!(message.starts_with("layer-1: the layer is not in the image, only the addresses"), "{message}");
    assert!(matches!(found.problems[0].1, Error::UnsupportedArchive { .. }));

    // It may be there all the same.
    let mut layout = Layout::default();
    layout.add(&layer(&[file("app")]));
    let base = layout.add(&base);
    let image = layout.add(image(&base).as_bytes());
    assert_eq!(find(&layout.finish(&[image]).tar()).modules(), ["layer-2/app", "layer-1/base"]);
}

#[test]
fn images_in_folders() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside.tar");
    fs::write(&outside, layer(&[file("outside")])).unwrap();
    let root = folder.path().join("image");
    assert!(!is_image_folder(&root));
    let mut layout = Layout::default();
    let image = layout.image(&[&layer(&[file("a")]), &gzip(&layer(&[file("b")]))]);
    for (path, content) in &layout.finish(&[image]).files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    assert!(is_image_folder(&root));
    let visit =
        || find_by(|visitor| visit_folder_image(&root, &VisitLimits::default(), &Unshared, visitor).unwrap());
    let found = visit();
    assert_eq!(found.modules(), ["layer-2/b", "layer-1/a"]);
    assert_eq!(found.summary.content, Content::Archive(Format::Image));

    // What the manifest names outside of the folder is not opened.
    fs::write(root.join("index.json"), br#"{"manifests":[]}"#).unwrap();
    for path in ["../outside.tar", outside.to_str().unwrap(), "blobs/../../outside.tar"] {
        let manifest = format!("[{{\"Layers\":[{path:?}]}}]");
        fs::write(root.join("manifest.json"), manifest).unwrap();
        assert!(visit().messages()[0].starts_with("layer-1: the layer is missing"));
    }
    fs::remove_file(root.join("index.json")).unwrap();
    assert!(visit_folder_image(&root, &VisitLimits::default(), &Unshared, &mut |_| unreachable!()).is_err());
}

#[test]
fn archives_that_only_look_like_images() {
    let hash = digest(b"1");
    let archive = tar(&[(&format!("{hash}/a"), MODULE), ("manifest.jsonl", MODULE)]);
    assert_eq!(find(&archive).modules(), [format!("{hash}/a").as_str(), "manifest.jsonl"]);
    assert_eq!(find(&gzip(&archive)).modules().len(), 2);
    // The manifest of something else among other files.
    let archive = tar(&[("manifest.json", b"{}"), ("bin/a", MODULE)]);
    assert_eq!(find(&archive).modules(), ["bin/a"]);
    assert_eq!(find(&gzip(&archive)).modules(), ["bin/a"]);
}
