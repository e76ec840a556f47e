use crate::advisories::{advisory, folder, osv, report, verdicts};
use crate::specimen::Folder;
use std::io::Write as _;
use std::process::Command;

fn ids(folder: &Folder, databases: &str) -> Vec<String> {
    let (report, _) = report(folder, &format!("{databases} app.wasm"));
    verdicts(&report, 0).into_iter().map(|(id, _)| id).collect()
}

const ALL: [&str; 4] = ["RUSTSEC-2020-9001", "RUSTSEC-2020-9002", "RUSTSEC-2021-9004", "RUSTSEC-2021-9005"];

/// A tar archive with these members (POSIX ustar).
fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, text) in members {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend(header);
        tar.extend(text.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// A zip archive with these members, deflated (APPNOTE.TXT 4.3).
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let packed = miniz_oxide::deflate::compress_to_vec(bytes, 1);
        let offset = u32::try_from(zip.len()).unwrap();
        let mut fields = Vec::new();
        fields.extend([20u16, 0, 8, 0, 0].iter().flat_map(|field| field.to_le_bytes()));
        for field in [crc32(bytes), packed.len().try_into().unwrap(), bytes.len().try_into().unwrap()] {
            fields.extend(u32::to_le_bytes(field));
        }
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        zip.extend(b"PK\x03\x04");
        zip.extend(&fields);
        zip.extend(name.as_bytes());
        zip.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size) = (zip.len(), directory.len());
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    zip.extend([count, count].concat());
    zip.extend(u32::try_from(size).unwrap().to_le_bytes());
    zip.extend(u32::try_from(start).unwrap().to_le_bytes());
    zip.extend([0, 0]);
    zip
}

/// CRC-32 of zip (reflected, polynomial 0xedb88320), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0u32, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

#[test]
fn a_checkout_and_an_archive_of_it_are_the_same() {
    let folder = folder();
    assert_eq!(ids(&folder, "--db db"), ALL);
    let mut members = Vec::new();
    for (package, id) in [
        ("frob", "RUSTSEC-2020-9001"),
        ("frob", "RUSTSEC-2020-9002"),
        ("gone", "RUSTSEC-2021-9004"),
        ("gone", "RUSTSEC-2021-9005"),
    ] {
        let name = format!("advisory-db-main/crates/{package}/{id}.md");
        let text = std::fs::read_to_string(folder.path(format!("db/crates/{package}/{id}.md"))).unwrap();
        members.push((name, text));
    }
    members.push(("advisory-db-main/README.md".to_owned(), "# About".to_owned()));
    let members: Vec<(&str, &str)> = members.iter().map(|(name, text)| (&**name, &**text)).collect();
    folder.put("db.tar", tar(&members));
    assert_eq!(ids(&folder, "--db db.tar"), ALL);
}

#[test]
fn osv_comes_in_folders_archives_and_files() {
    let folder = folder();
    let (frob, gone) =
        (osv("GHSA-frob-9001-aaaa", "frob", "1.2.0"), osv("GHSA-gone-9004-aaaa", "gone", "9.0.0"));
    let other = frob.replace("crates.io", "npm");
    folder.put("osv/crates/GHSA-frob.json", &frob);
    folder.put("osv/crates/deep/GHSA-gone.json", &gone);
    folder.put("osv/README.md", "no advisory");
    folder.put("one.json", &frob);
    folder.put("all.json", format!("[{frob},{gone}]"));
    folder.put("npm.json", other);
    folder.put("all.zip", zip(&[("GHSA-frob.json", frob.as_bytes()), ("a/GHSA-gone.json", gone.as_bytes())]));
    let both = ["GHSA-frob-9001-aaaa", "GHSA-gone-9004-aaaa"];
    assert_eq!(ids(&folder, "--db osv"), both);
    assert_eq!(ids(&folder, "--db all.zip"), both);
    assert_eq!(ids(&folder, "--db all.json"), both);
    assert_eq!(ids(&folder, "--db one.json"), both[..1]);
    assert!(ids(&folder, "--db npm.json").is_empty());
    assert_eq!(ids(&folder, "--db one.json --db osv"), both);
}

#[test]
fn several_databases_tell_of_a_weakness_once() {
    let folder = folder();
    let osv =
        osv("GHSA-frob-9001-aaaa", "frob", "1.2.0").replacen('{', r#"{"aliases":["CVE-2020-90001"],"#, 1);
    folder.put("osv.json", osv);
    assert_eq!(ids(&folder, "--db db --db osv.json"), ALL);
    let (report, _) = report(&folder, "--db osv.json --db db app.wasm");
    // The first database is the one that reports are about.
    let finding = &report["files"][0]["findings"][0];
    assert_eq!(finding["id"], "GHSA-frob-9001-aaaa");
    assert_eq!(finding["aliases"], serde_json::json!(["CVE-2020-90001", "RUSTSEC-2020-9001"]));
}

#[test]
fn the_database_of_cargo_audit_is_found() {
    let folder = folder();
    folder.put("home/.keep", "");
    std::fs::rename(folder.path("db"), folder.path("home/advisory-db")).unwrap();
    let run = |home: &str| {
        let mut command = folder.command("audit app.wasm");
        crate::specimen::texts(&command.env("CARGO_HOME", folder.path(home)).output().unwrap())
    };
    assert_eq!(run("home").0, 1);
    let (code, _, stderr) = run("elsewhere");
    assert_eq!(code, 2);
    assert!(stderr.contains("fetch it with `auditable db update`, or name one with --db"), "{stderr}");
}

#[test]
fn a_broken_advisory_is_named_and_the_others_count() {
    let folder = folder();
    let path = "db/crates/frob/RUSTSEC-2022-9007.md";
    for (text, cause) in [
        (
            advisory("RUSTSEC-2022-9007", "frob", "", "\">= 2, < 1\""),
            "the versions \">=2, <1\" end before they begin",
        ),
        (advisory("RUSTSEC-2022-9007", "frob", "", "\"soon\""), "\"soon\" is no requirement on versions"),
        ("# no front matter".to_owned(), "it does not begin with a block of TOML"),
        ("x".repeat(2 << 20), "1048577 bytes, over the limit of 1048576"),
    ] {
        folder.put(path, &text);
        let (code, stdout, stderr) = folder.run("audit --db db app.wasm");
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(&format!("error: {path}\n  caused by: {cause}")), "{stderr}");
        assert!(stdout.contains("RUSTSEC-2020-9001"), "{stdout}");
    }
    folder.put(path, b"\xff\xfe");
    assert_eq!(folder.run("audit --db db app.wasm").0, 2);
}

#[test]
fn ids_that_repeat_are_told() {
    let folder = folder();
    folder.put("db/crates/other/RUSTSEC-2020-9001.md", advisory("RUSTSEC-2020-9001", "other", "", ""));
    let (code, stdout, stderr) = folder.run("audit --db db app.wasm");
    assert_eq!(code, 2);
    assert!(
        stderr.contains("RUSTSEC-2020-9001 is also in db/crates/frob/RUSTSEC-2020-9001.md, and both count"),
        "{stderr}"
    );
    assert!(stdout.contains("update frob to >= 1.2.0"), "{stdout}");
    let one = osv("GHSA-frob-9001-aaaa", "frob", "1.2.0");
    folder.put("osv/a.json", &one);
    folder.put("osv/b.json", &one);
    let (code, _, stderr) = folder.run("audit --db osv app.wasm");
    assert_eq!(code, 2);
    assert!(
        stderr.contains("osv/b.json\n  caused by: GHSA-frob-9001-aaaa is also in osv/a.json"),
        "{stderr}"
    );
}

#[test]
fn an_advisory_in_a_place_where_nobody_looks_is_told() {
    let folder = folder();
    folder.put("db/crates/frob/RUSTSEC-2022-9007.md", advisory("RUSTSEC-2022-9007", "other", "", ""));
    let (code, stdout, stderr) = folder.run("audit --db db app.wasm");
    assert_eq!(code, 2);
    assert!(stderr.contains("it lies in the folder of frob, and is about another package"), "{stderr}");
    assert!(stdout.contains("RUSTSEC-2020-9001"), "{stdout}");
}

/// A repository may have links to whatever is on this machine. Other systems refuse names that are no UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_not_waited_for() {
    use std::ffi::OsStr;
    use std::os::unix::{ffi::OsStrExt as _, fs::symlink};
    let folder = folder();
    let link = |to: &str, name: &str| symlink(to, folder.path(name)).unwrap();
    link("/dev/zero", "db/crates/frob/RUSTSEC-2022-9007.md");
    link("..", "db/crates/frob/up");
    link(".", "db/crates/self");
    let pipe = folder.path("db/crates/frob/RUSTSEC-2022-9008.md");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    folder.put(folder.path("db/crates/frob").join(OsStr::from_bytes(b"RUSTSEC-\xff.md")), "");
    let (code, stdout, stderr) = folder.run("audit --db db app.wasm");
    assert_eq!(code, 2);
    for name in [
        "RUSTSEC-2022-9007.md\n  caused by: it is no file",
        "9008.md\n  caused by: it is no file",
        "is no UTF-8",
    ] {
        assert!(stderr.contains(name), "{name}: {stderr}");
    }
    assert!(stdout.contains("RUSTSEC-2020-9001"), "{stdout}");
    folder.put("osv/GHSA-one.txt", osv("GHSA-frob-9001-aaaa", "frob", "1.2.0"));
    link("GHSA-one.txt", "osv/GHSA-one.json");
    link("..", "osv/up");
    assert_eq!(ids(&folder, "--db osv"), ["GHSA-frob-9001-aaaa"]);
}

#[test]
fn any_number_of_records_about_a_crate_is_compared() {
    let folder = folder();
    let records = |aliases: &dyn Fn(u32) -> String| {
        let record = |number: u32| {
            let record = osv(&format!("S{number}-1"), "frob", "1.2.0");
            record.replacen('{', &format!(r#"{{"aliases":[{}],"#, aliases(number)), 1)
        };
        format!("[{}]", (0..10_000).map(record).collect::<Vec<String>>().join(","))
    };
    folder.put("same.json", records(&|_| r#""CVE-2020-1","CVE-2020-2""#.to_owned()));
    assert_eq!(ids(&folder, "--db same.json"), ["S0-1"]);
    folder.put("others.json", records(&|number| format!(r#""CVE-2020-{number}""#)));
    assert_eq!(ids(&folder, "--db others.json").len(), 10_000);
}

#[test]
fn a_file_that_is_no_database_is_an_error() {
    let folder = folder();
    folder.put("text.txt", "no advisories");
    folder.put("empty/readme.txt", "nothing");
    folder.put("cut.zip", &zip(&[("a.json", osv("GHSA-a", "frob", "2.0.0").as_bytes())])[..60]);
    folder.put("other.zip", zip(&[("a.txt", b"text")]));
    for database in ["text.txt", "empty", "cut.zip", "other.zip", "app.wasm"] {
        let (code, _, stderr) = folder.run(&format!("audit --db {database} app.wasm"));
        assert_eq!(code, 2, "{database}: {stderr}");
        assert!(stderr.contains(&format!("error: {database}")), "{stderr}");
    }
    folder.put("broken.json", r#"{"id": "A-1", "published": "yesterday"}"#);
    let (_, _, stderr) = folder.run("audit --db broken.json app.wasm");
    assert!(stderr.contains("caused by: \"yesterday\" is no date"), "{stderr}");
}

#[test]
fn a_bomb_ends_at_a_limit_and_the_rest_is_used() {
    let folder = folder();
    let bomb = vec![b' '; 65 << 20];
    let frob = osv("GHSA-frob-9001-aaaa", "frob", "1.2.0");
    folder.put("bomb.zip", zip(&[("GHSA-frob.json", frob.as_bytes()), ("bomb.json", &bomb)]));
    let (code, stdout, stderr) = folder.run("audit --db bomb.zip app.wasm");
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("error: bomb.zip!bomb.json\n"), "{stderr}");
    assert!(stdout.contains("GHSA-frob-9001-aaaa"), "{stdout}");
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_by_its_name() {
    let folder = folder();
    let mut file = std::fs::File::create(folder.path("large.json")).unwrap();
    file.set_len(100 << 20).unwrap();
    file.write_all(b"{").unwrap();
    let (code, _, stderr) = folder.run("audit --db large.json app.wasm");
    assert_eq!(code, 2);
    assert!(stderr.contains("error: large.json\n"), "{stderr}");
}
