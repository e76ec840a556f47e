#!/usr/bin/env python3
"""Says which version of a C library lies in a version of a crate, as the header in the crate's source has it.

    bundled.py CRATE@VERSION...    # prints the lines for audit/src/bundled/versions.tsv
    bundled.py                     # does so for all in that file, and fails if it says anything else

Cargo fetches the crates from crates.io, into a temporary folder. What lies between two releases of the library is left
out. Nothing is compiled.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "audit/src/bundled/versions.tsv"


def define(name):
    return rf'^#\s*define\s+{name}\s+"?([\w.]+)"?'


# The header, wherever it lies in the crate, and the parts of the version in it.
HEADERS = {
    "brotli-sys": ("common/version.h", [define("BROTLI_VERSION")]),
    "freetype-sys": ("include/freetype/freetype.h", [define(f"FREETYPE_{part}") for part in ("MAJOR", "MINOR", "PATCH")]),
    "liblzma-sys": ("api/lzma/version.h", [define(f"LZMA_VERSION_{part}") for part in ("MAJOR", "MINOR", "PATCH")]),
    "libsqlite3-sys": ("sqlite3/sqlite3.h", [define("SQLITE_VERSION")]),
    "libssh2-sys": ("include/libssh2.h", [define("LIBSSH2_VERSION")]),
    "libwebp-sys": ("src/dec/vp8i_dec.h", [define(f"DEC_{part}_VERSION") for part in ("MAJ", "MIN", "REV")]),
    "libz-sys": ("src/zlib/zlib.h", [define("ZLIB_VERSION")]),
    "lz4-sys": ("lib/lz4.h", [define(f"LZ4_VERSION_{part}") for part in ("MAJOR", "MINOR", "RELEASE")]),
    "lzma-sys": ("api/lzma/version.h", [define(f"LZMA_VERSION_{part}") for part in ("MAJOR", "MINOR", "PATCH")]),
    "onig_sys": ("src/oniguruma.h", [define(f"ONIGURUMA_VERSION_{part}") for part in ("MAJOR", "MINOR", "TEENY")]),
    "pcre2-sys": ("pcre2.h", [define(f"PCRE2_{part}") for part in ("MAJOR", "MINOR")]),
}

# Lines that say that it is no release.
BETWEEN = re.compile(r'LZMA_VERSION_STABILITY\s+LZMA_VERSION_STABILITY_(?!STABLE)|PCRE2_PRERELEASE\s+-')


def main():
    asked = [one.split("@") for one in sys.argv[1:]]
    known = TABLE.read_text(encoding="utf-8").splitlines()
    if not asked:
        asked = [(line.split("\t")[0], version) for line in known for version in line.split("\t")[3].split(" ")]
    rows = {}
    with tempfile.TemporaryDirectory() as home:
        for crate, version in asked:
            header, library = library_in(fetch(crate, version, Path(home)), crate)
            if library is None:
                print(f"{crate} {version}: no release of the library in {header}", file=sys.stderr)
            else:
                rows.setdefault((crate, library, header), []).append(version)
    lines = ["\t".join([*row, " ".join(versions)]) for row, versions in rows.items()]
    print(*lines, sep="\n")
    if not sys.argv[1:] and lines != known:
        sys.exit(f"error: {TABLE} says something else")


def fetch(crate, version, home):
    environment = {**os.environ, "CARGO_HOME": str(home)}
    subprocess.run(
        ["cargo", "info", "--quiet", "--registry", "crates-io", f"{crate}@{version}"],
        env=environment, check=True, stdout=subprocess.DEVNULL, cwd=home,
    )
    return next(home.glob(f"registry/cache/*/{crate}-{version}.crate"))


def library_in(archive, crate):
    """The path of the header in the crate, and the version in it if it is that of a release."""
    end, patterns = HEADERS[crate]
    with tarfile.open(archive) as crate_archive:
        paths = [path for path in crate_archive.getnames() if path.endswith(f"/{end}")]
        if len(paths) != 1:
            return f"{len(paths)} files {end}", None
        text = crate_archive.extractfile(paths[0]).read().decode("latin-1")
    parts = [re.search(pattern, text, re.MULTILINE) for pattern in patterns]
    path = paths[0].split("/", 1)[1]
    if not all(parts) or BETWEEN.search(text):
        return path, None
    version = ".".join(part[1] for part in parts)
    if version.startswith("0x"):
        # Brotli: 8 bits, 12 and 12.
        number = int(version, 16)
        version = f"{number >> 24}.{number >> 12 & 0xfff}.{number & 0xfff}"
    return path, version if re.fullmatch(r"\d+(\.\d+)+", version) else None


if __name__ == "__main__":
    main()
