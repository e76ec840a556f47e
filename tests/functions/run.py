#!/usr/bin/env python3
"""Holds the answers about functions in a binary against programs of which it is known what they call.

For each advisory of `pairs.toml`, two programs are built with the crate at a vulnerable version: one calls a function
that the advisory names, the other does not. Both are built by `cargo auditable` with `debug = 1`, each without and with
link-time optimisation of the whole program, with the same but no debug information for the crate, and stripped.

- a function that is called must be `present`, in at least nine of ten programs, and never `absent`;
- a function that is not called must never be `present`;
- without debug information for the crate, nothing may be `absent`;
- stripped, the answer must be `unknown`.

Needs Python 3.11, cargo, and crates.io. Everything that is built lies in `target/functions`. The exit code is 0 if
all of this holds.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

PROFILES = """
[profile.release]
debug = 1

[profile.fat]
inherits = "release"
lto = "fat"
codegen-units = 1

[profile.hidden]
inherits = "fat"

[profile.hidden.package.CRATE]
debug = 0
"""

NAMES = ["release", "fat", "hidden"]


def main():
    options = arguments()
    pairs = tomllib.loads((HERE / "pairs.toml").read_text(encoding="utf-8"))["pair"]
    pairs = [pair for pair in pairs if not options.only or options.only in pair["advisory"] + pair["crate"]]
    functions, wrapper = build_programs(options.target)
    called, found, avoided, absent, wrong, failed = 0, 0, 0, 0, [], []
    for pair in pairs:
        try:
            programs = build(pair, options.target, wrapper)
        except subprocess.CalledProcessError as error:
            failed.append(pair)
            print(f"FAIL  {pair['advisory']} {pair['crate']} does not build:\n{error.stderr.decode()}", flush=True)
            continue
        shown = []
        for name, profile, path in programs:
            answers = ask(functions, path, pair)
            kinds = {answer.split("\t")[0] for answer in answers}
            is_present, is_absent = "present" in kinds, kinds == {"absent"}
            if profile == "hidden":
                is_wrong = "absent" in kinds or (is_present and name == "avoids")
            elif name == "calls":
                called, found = called + 1, found + is_present
                is_wrong = is_absent
            else:
                avoided, absent = avoided + 1, absent + is_absent
                is_wrong = is_present
            if is_wrong:
                wrong.append(f"{pair['advisory']} {pair['crate']} {profile} {name}: {answers}")
            stripped = strip(path)
            if any(not answer.startswith("unknown") for answer in ask(functions, stripped, pair)):
                wrong.append(f"{pair['advisory']} {pair['crate']} {profile} {name}, stripped: {answers}")
            shown.append(f"{name}/{profile} {'+' if is_present else answers[0].replace(chr(9), ' ')}")
        print(f"{pair['advisory']:18} {pair['crate']:16} {'; '.join(shown)}", flush=True)
    print(
        f"{found} of {called} calls found, {absent} of {avoided} others shown to be absent, {len(wrong)} wrong, "
        f"{len(failed)} not built"
    )
    for line in wrong:
        print(f"wrong: {line}")
    sys.exit(0 if called and found >= 0.9 * called and not wrong and not failed else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="advisories or crates with this in their name")
    parser.add_argument("--target", type=Path, default=ROOT / "target/functions", help="folder of what is built")
    return parser.parse_args()


def build_programs(target):
    """The program that asks, which is an example of the library, and the wrapper."""
    folder = target / "reader"
    command = ["cargo", "build", "--quiet", "--release", "--target-dir", folder, "--package"]
    reader = ["auditable-inspect", "--features", "functions", "--example", "functions"]
    subprocess.run([*command, *reader], cwd=ROOT, check=True)
    subprocess.run([*command, "auditable-cli", "--bin", "cargo-auditable"], cwd=ROOT, check=True)
    return folder / "release/examples/functions", folder / "release/cargo-auditable"


def build(pair, target, wrapper):
    """Name, profile and path of the programs of a pair. What was built from the same pair is used again."""
    folder = target / "projects" / pair["advisory"]
    names = [name for name in ["calls", "avoids"] if name in pair]
    programs = [(name, profile, folder / f"{name}-{profile}") for profile in NAMES for name in names]
    stamp = folder / "pair.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == json.dumps([pair, PROFILES]):
        return programs
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "src/bin").mkdir(parents=True)
    features = ", ".join(f'"{feature}"' for feature in pair.get("features", []))
    dependency = f'{pair["crate"]} = {{ version = "={pair["version"]}", features = [{features}] }}'
    package = f"pair-{pair['advisory'].lower()}"
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "{package}"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n'
        f"\n[dependencies]\n{dependency}\n"
        f"{PROFILES.replace('CRATE', pair['crate'])}",
        encoding="utf-8",
    )
    for name in names:
        program = f"fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{pair[name]}\nOk(())\n}}\n"
        (folder / f"src/bin/{name}.rs").write_text(program, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CARGO_PROFILE")}
    for profile in NAMES:
        command = [wrapper, "auditable", "build", "--quiet", "--profile", profile, "--target-dir", target / "programs"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
        for name in names:
            # The next pair has programs of the same names.
            shutil.copy(target / "programs" / profile / name, folder / f"{name}-{profile}")
    stamp.write_text(json.dumps([pair, PROFILES]), encoding="utf-8")
    return programs


def strip(path):
    stripped = path.with_suffix(".stripped")
    subprocess.run(["strip", "-o", stripped, path], check=True)
    return stripped


def ask(functions, path, pair):
    command = [functions, path, f"{pair['crate']}@{pair['version']}", *pair["functions"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


if __name__ == "__main__":
    main()
