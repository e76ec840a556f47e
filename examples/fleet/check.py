#!/usr/bin/env python3
"""Runs the example over a small fleet of modules made here, and holds its answers against what was put in.

    python check.py PROGRAM [--no-spark]

Needs DuckDB, and PySpark with Java unless told otherwise. What is left out is said on stderr.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(program, *options):
    program = str(Path(shutil.which(program) or sys.exit(f"error: there is no program {program}")).resolve())
    with tempfile.TemporaryDirectory() as folder:
        fleet = Path(folder, "fleet")
        make(fleet)
        scan(program, fleet, Path(folder, "scan"))
        check_duckdb(Path(folder, "scan"))
        if "--no-spark" in options or shutil.which("java") is None:
            print("SKIPPED: Spark, which needs Java", file=sys.stderr)
        else:
            check_spark(program, fleet)


def make(fleet):
    """Forty binaries on three machines: crate `rare` is in four of them, in two versions; one is in an archive."""
    for number in range(40):
        machine = fleet / f"machine-{number % 3}"
        machine.mkdir(parents=True, exist_ok=True)
        packages = [{"name": "common", "version": "1.0.0", "source": "crates.io"}]
        if number % 10 == 0:
            packages.append({"name": "rare", "version": f"0.{number // 20}.0", "source": "git"})
        dependencies = list(range(len(packages)))
        packages.append({"name": "app", "version": "0.1.0", "source": "local", "dependencies": dependencies, "root": True})
        (machine / f"app {number}.wasm").write_bytes(module({"packages": packages, "format": 9}))
        (machine / f"notes {number}.txt").write_text("no binary")
    (fleet / "silent.wasm").write_bytes(b"\0asm\1\0\0\0" + section("producers", b"\1\x0cprocessed-by\1\5rustc\x061.95.0"))
    (fleet / "damaged.wasm").write_bytes(module({"packages": []})[:-3])
    packed = fleet / "machine-0" / "app 0.wasm"
    with tarfile.open(fleet / "machine-0" / "image.tar", "w") as archive:
        archive.add(packed, "usr/bin/app")
    packed.unlink()


def module(graph):
    """A WebAssembly module of nothing but a list."""
    content = zlib.compress(json.dumps(graph, separators=(",", ":")).encode())
    return b"\0asm\1\0\0\0" + section(".dep-v0", content)


def section(name, content):
    content = bytes([len(name)]) + name.encode() + content
    assert len(content) < 1 << 14, "a length of two bytes"
    return bytes([0, len(content) & 0x7F | 0x80, len(content) >> 7]) + content


def scan(program, fleet, folder):
    """As the README says: several processes, each with a part of the paths and a file of its own."""
    folder.mkdir()
    script = 'printf "%s\\0" "$@" | "$AUDITABLE" inspect --quiet --format ndjson -0 --files-from - -o "scan/$$.ndjson"'
    find = subprocess.Popen(["find", fleet, "-type", "f", "-print0"], stdout=subprocess.PIPE)
    xargs = ["xargs", "-0", "-n", "20", "-P", "2", "sh", "-c", script, "scan"]
    subprocess.run(
        xargs,
        stdin=find.stdout,
        stderr=subprocess.DEVNULL,
        cwd=folder.parent,
        env=os.environ | {"AUDITABLE": program},
    )
    assert find.wait() == 0
    lines = [line for file in folder.iterdir() for line in file.read_text().splitlines()]
    assert len(lines) == 42, f"40 applications, a silent one and a damaged one, and not {len(lines)}"


def check_duckdb(folder):
    said = run(["with_duckdb.py", f"{folder}/*.ndjson", "rare"], "")
    expect(said, "  0.0.0 | git | 2 | ", "  0.1.0 | git | 2 | ", "  app | 40 | 1", "  common | 40 | 1", "  rare | 4 | 2")
    expect(said, "silent.wasm | - | 1.95.0 | 0")
    expect(said.split("What could not be read?")[1], "damaged.wasm | - | ")
    print("DuckDB answers what was put in")


def check_spark(program, fleet):
    paths = "".join(f"{path}\n" for path in sorted(fleet.rglob("*")) if path.is_file())
    said = run(["with_spark.py", "rare", program], paths)
    expect(said, "0.0.0 | git | 2\n", "0.1.0 | git | 2\n")
    print("Spark answers what was put in")


def run(command, text):
    done = subprocess.run([sys.executable, *command], input=text, capture_output=True, text=True, cwd=HERE)
    if done.returncode:
        sys.exit(f"error: {command[0]} failed\n{done.stderr}")
    return done.stdout


def expect(said, *lines):
    for line in lines:
        assert line in said, f"{line!r} is not in what was said:\n{said}"


if __name__ == "__main__":
    main(*sys.argv[1:])
