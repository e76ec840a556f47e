#!/bin/sh
# Builds a Rust program and a C program without cargo, each with the list of the crates in it.
# usage: build.sh FOLDER       AUDITABLE, RUSTC and CC name other programs than those in PATH
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$1
auditable=${AUDITABLE:-auditable}
rustc=${RUSTC:-rustc}
cc=${CC:-cc}
mkdir -p "$out"

# Asks the C compiler for the linker's option that keeps the section; Apple's names have an underscore.
case $(uname) in
    Darwin) keep=-Wl,-u,_AUDITABLE_VERSION_INFO system= ;;
    *) keep=-Wl,-u,AUDITABLE_VERSION_INFO system='-lpthread -ldl -lm' ;;
esac

# A program of rustc's: the object is one more argument of the linker.
"$auditable" object --rustc "$rustc" --graph "$here/hello.json" -o "$out/hello.dep-v0.o"
"$rustc" --edition=2024 --crate-type=rlib --out-dir "$out" "$here/greeting.rs"
"$rustc" --edition=2024 --extern greeting="$out/libgreeting.rlib" -o "$out/hello" "$here/hello.rs" \
    -C link-arg="$out/hello.dep-v0.o" -C link-arg="$keep"

# A C program with a static library in Rust, which rustc makes without a linker: who links it adds the object.
"$auditable" object --rustc "$rustc" --graph "$here/count.json" -o "$out/count.dep-v0.o"
"$rustc" --edition=2024 --crate-type=staticlib -C panic=abort --out-dir "$out" "$here/greeting.rs"
# shellcheck disable=SC2086 # several words
"$cc" -o "$out/count" "$here/count.c" "$out/libgreeting.a" "$out/count.dep-v0.o" "$keep" $system

"$auditable" inspect "$out/hello" "$out/count"
