#!/usr/bin/env python3
"""Reads shipped binaries with `auditable inspect` and holds the result against the table `corpus.tsv`.

The binaries are fetched from PyPI, npm and Debian by package name and version, through the ordinary clients; nothing
of them is committed. Each archive and each file taken out of it is checked against its SHA-256, so the cache holds
only what the table names, and a file in the cache is not fetched again.

A file passes if the program prints exactly the embedded JSON (its SHA-256 stands in the table) and exits with 0, or,
where the file has no list, prints nothing, says so on stderr and exits with 1.

Needs Python 3.11 and pip; with `--select all` also npm, apt-get, and apt sources of the Debian release that the table
names. The exit code is 0 if no file failed and at least one passed; with `--strict` every file must have been fetched.
"""

import argparse
import contextlib
import csv
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main():
    options = arguments()
    files = [file for file in read_table(HERE / "corpus.tsv") if options.select in ("all", file.select)]
    program = shutil.which(options.auditable)
    if program is None:
        sys.exit(f"error: there is no program {options.auditable}: cargo build --release")
    example = python_example(options.example) if options.example else None
    fetcher = Fetcher(options.cache, files)
    passed, failed, absent = 0, 0, []
    with ThreadPoolExecutor(max_workers=4) as pool:
        for file, fetched in [(file, pool.submit(fetcher.fetch, file)) for file in files]:
            try:
                path = fetched.result()
            except FetchError as error:
                absent.append((file, error))
                print(f"----  {file}", flush=True)
                continue
            wrong = check_program(program, file, path)
            if example and file.has_list:
                wrong = wrong or check_example(example, file, path)
            passed, failed = (passed, failed + 1) if wrong else (passed + 1, failed)
            print(f"FAIL  {file}: {wrong}" if wrong else f"ok    {file}", flush=True)
    for file, error in absent:
        print(f"not fetched: {file}: {error}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {len(absent)} not fetched")
    sys.exit(1 if failed or not passed or (absent and options.strict) else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--auditable", default=str(ROOT / "target/release/auditable"), help="the program to test")
    parser.add_argument("--select", choices=["small", "all"], default="small", help="which files (default: small)")
    parser.add_argument("--cache", type=Path, default=ROOT / "target/corpus", help="folder of the fetched files")
    parser.add_argument("--strict", action="store_true", help="a file that cannot be fetched is a failure")
    parser.add_argument(
        "--example",
        type=Path,
        metavar="MARKDOWN",
        help="also read each list with the Python program in this document, and compare",
    )
    return parser.parse_args()


@dataclass(frozen=True)
class File:
    """One line of the table."""

    select: str  # `small` or `all`
    origin: str  # `pypi`, `npm` or `deb`
    package: str
    version: str
    tag: str  # the wheel's tag, with its first platform; Debian's architecture; `-` on npm
    member: str  # path inside the archive
    format: str
    architecture: str  # several, joined by `+`, in a universal file
    archive_sha256: str
    file_sha256: str
    list_sha256: str  # of the embedded JSON; `-` where the file has no list

    @property
    def has_list(self):
        return self.list_sha256 != "-"

    @property
    def basename(self):
        return self.member.rsplit("/", 1)[-1]

    def __str__(self):
        what = "list" if self.has_list else "no list"
        return f"{self.format:6} {self.architecture:12} {what:7}  {self.package} {self.version} {self.basename}"


def read_table(path):
    with path.open(encoding="utf-8", newline="") as table:
        return [File(**row) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]


def check_program(program, file, path):
    """What is wrong with the program's answer, or None."""
    done = subprocess.run([program, "inspect", "--format", "raw", path], stdin=subprocess.DEVNULL, capture_output=True)
    words = done.stderr.decode(errors="replace").strip()
    if done.returncode != (0 if file.has_list else 1):
        return f"exit code {done.returncode}; {words or 'nothing on stderr'}"
    if file.has_list:
        return differs(done.stdout, file.list_sha256)
    if done.stdout:
        return f"{len(done.stdout)} bytes on stdout for a file without a list"
    if path.name not in words or "no list" not in words:
        return f"the words on stderr do not say that {path.name} has no list: {words!r}"
    return None


def check_example(example, file, path):
    """What is wrong with the answer of the documented reader, or None."""
    done = subprocess.run([sys.executable, "-c", example, path], stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        return f"the documented reader failed: {done.stderr.decode(errors='replace').strip()}"
    wrong = differs(done.stdout, file.list_sha256)
    return wrong and f"the documented reader: {wrong}"


def differs(json, expected):
    found = hashlib.sha256(json).hexdigest()
    return None if found == expected else f"{len(json)} bytes with SHA-256 {found}, expected {expected}"


def python_example(document):
    """The first Python program in a Markdown document."""
    block = re.search(r"^```python\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return block[1] if block else sys.exit(f"error: {document} has no Python example")


class FetchError(Exception):
    """Why a file is not in the cache."""


class Fetcher:
    """Gets files of the table into the cache folder, each under its own hash."""

    def __init__(self, cache, files):
        self.cache = cache
        self.files_of_archive = {}
        for file in files:
            self.files_of_archive.setdefault(file.archive_sha256, []).append(file)
        self.locks = {archive: threading.Lock() for archive in self.files_of_archive}
        cache.mkdir(parents=True, exist_ok=True)

    def fetch(self, file):
        """The path of a file, which is in the cache or else fetched, with all that is wanted of the same archive."""
        path = self.path(file)
        # Files of one archive are asked for at the same moment; the second finds what the first has fetched.
        with self.locks[file.archive_sha256]:
            if not (path.exists() and sha256(path.read_bytes()) == file.file_sha256):
                archive = self.archive(file)
                for each in self.files_of_archive[file.archive_sha256]:
                    self.path(each).write_bytes(member(archive, each))
        return path

    def path(self, file):
        return self.cache / f"{file.file_sha256[:16]}-{file.basename}"

    def archive(self, file):
        """The bytes of the archive that a file is in. The archive itself is not kept."""
        download = {"pypi": self.from_pypi, "npm": self.from_npm, "deb": self.from_debian}[file.origin]
        with tempfile.TemporaryDirectory(dir=self.cache) as folder:
            download(file, folder)
            paths = list(Path(folder).iterdir())
            if len(paths) != 1:
                raise FetchError(f"{len(paths)} files were downloaded, not one")
            content = paths[0].read_bytes()
        if sha256(content) != file.archive_sha256:
            raise FetchError(f"{paths[0].name} has SHA-256 {sha256(content)}, not {file.archive_sha256}")
        return content

    def from_pypi(self, file, folder):
        _, abi, platform = file.tag.split("-")
        run(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"),
            *("--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--implementation", "cp"),
            *("--abi", abi, "--platform", platform, "--dest", folder, f"{file.package}=={file.version}"),
        )

    def from_npm(self, file, folder):
        run("npm", "pack", "--silent", "--pack-destination", folder, f"{file.package}@{file.version}")

    def from_debian(self, file, folder):
        # Package lists of foreign architectures go into the cache folder, so that the system stays as it is.
        state = (self.cache / "apt" / file.tag).resolve()
        settings = ["-o", f"APT::Architectures={file.tag}", "-o", f"Dir::State::lists={state}/lists"]
        settings += ["-o", f"Dir::Cache={state}/cache", "-o", "APT::Sandbox::User="]
        if not state.exists():
            for part in ("lists/partial", "cache/archives/partial"):
                (state / part).mkdir(parents=True)
            # A source that is not needed here may be out of reach; if it was needed, the download fails and says so.
            with contextlib.suppress(FetchError):
                run("apt-get", "update", "--quiet", *settings)
        run("apt-get", "download", "--quiet", *settings, f"{file.package}:{file.tag}={file.version}", cwd=folder)


def run(*command, cwd=None):
    try:
        subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    except OSError as error:
        raise FetchError(f"{command[0]} does not start: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines() or ["without a word"]
        raise FetchError(f"{Path(command[0]).name} failed: {lines[-1]}") from error


def member(archive, file):
    """The bytes of one member of an archive. No path of the archive is ever used as a path on disk."""
    try:
        if file.origin == "pypi":
            with zipfile.ZipFile(io.BytesIO(archive)) as wheel:
                content = wheel.read(file.member)
        else:
            packed = archive if file.origin == "npm" else debian_data(archive)
            with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
                content = tar.extractfile(file.member).read()
    except (AttributeError, KeyError, ValueError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise FetchError(f"{file.member} cannot be taken out of the archive: {error}") from error
    if sha256(content) != file.file_sha256:
        raise FetchError(f"{file.member} has SHA-256 {sha256(content)}, not {file.file_sha256}")
    return content


def debian_data(archive):
    """The member `data.tar.*` of a Debian package, an `ar` archive with a header of 60 bytes for each member."""
    offset = len(b"!<arch>\n")
    while len(header := archive[offset : offset + 60]) == 60:
        size = int(header[48:58])
        if header.startswith(b"data.tar"):
            return archive[offset + 60 : offset + 60 + size]
        offset += 60 + size + size % 2
    raise ValueError("no data.tar in the package")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
