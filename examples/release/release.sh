#!/bin/sh
# Builds the programs of a package for release, and writes down what they are made of. The package needs no build
# script for it, and is not changed.
#
#   release.sh PACKAGE OUT NAME@VERSION
#
#   OUT/bin/           the programs, each with its list of crates
#   OUT/sbom/          what each is made of, for people who ask for CycloneDX and for those who ask for SPDX
#   OUT/NAME-VERSION.cdx.json
#                      what all of them are made of, in one document
#   OUT/attestations/  the first of these bound to the programs' digests, for `cosign attest-blob --statement`
#   OUT/SHA256SUMS     digests of it all
#
# The same commit gives the same documents: their time is that of the commit.
set -eu

if [ $# -ne 3 ]; then
    echo "usage: release.sh PACKAGE OUT NAME@VERSION" >&2
    exit 2
fi
package=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
release=$3
: "${SOURCE_DATE_EPOCH:=$(git -C "$package" log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

cargo auditable install --quiet --locked --no-track --force --path "$package" --root "$out"

# A program without its list does not leave the house.
auditable verify "$out/bin"

describe() {
    auditable sbom --manifest-path "$package/Cargo.toml" "$@" "$out/bin"
}
describe --format cyclonedx-json,cyclonedx-xml,spdx-json,spdx3-json --output "$out/sbom/"
describe --format cyclonedx-json --attest --output "$out/attestations/"
describe --merge "$release" --output "$out/"

cd "$out"
find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum >SHA256SUMS
