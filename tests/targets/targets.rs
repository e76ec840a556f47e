use crate::support::Toolchain;
use serde_json::Value;
use std::collections::HashSet;
use std::env;
use std::num::NonZero;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// One of each kind: containers, byte orders, word sizes, flags of headers, ways to name files, linkers.
pub(crate) const SAMPLE: &[&str] = &[
    "aarch64-apple-darwin",
    "aarch64-apple-ios",
    "aarch64-apple-ios-sim",
    "aarch64-linux-android",
    "aarch64-pc-windows-gnullvm",
    "aarch64-pc-windows-msvc",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-none",
    "aarch64-unknown-openbsd",
    "aarch64-unknown-uefi",
    "aarch64_be-unknown-linux-gnu",
    "arm-unknown-linux-gnueabi",
    "arm64_32-apple-watchos",
    "arm64e-apple-darwin",
    "arm64ec-pc-windows-msvc",
    "armebv7r-none-eabihf",
    "armv7-unknown-linux-gnueabihf",
    "armv7k-apple-watchos",
    "csky-unknown-linux-gnuabiv2",
    "csky-unknown-linux-gnuabiv2hf",
    "hexagon-unknown-linux-musl",
    "hexagon-unknown-qurt",
    "i686-pc-windows-gnu",
    "i686-pc-windows-msvc",
    "i686-unknown-linux-gnu",
    "i686-unknown-uefi",
    "loongarch64-unknown-linux-gnu",
    "loongarch64-unknown-none-softfloat",
    "m68k-unknown-linux-gnu",
    "mips-mti-none-elf",
    "mips-unknown-linux-gnu",
    "mips64-unknown-linux-gnuabi64",
    "mipsel-sony-psx",
    "mipsisa32r6el-unknown-linux-gnu",
    "msp430-none-elf",
    "powerpc-unknown-linux-gnu",
    "powerpc64-unknown-linux-gnu",
    "powerpc64le-unknown-linux-gnu",
    "riscv32e-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
    "riscv64gc-unknown-linux-gnu",
    "riscv64imac-unknown-none-elf",
    "s390x-unknown-linux-gnu",
    "sparc-unknown-linux-gnu",
    "sparc-unknown-none-elf",
    "sparc64-unknown-linux-gnu",
    "sparcv9-sun-solaris",
    "thumbv6m-none-eabi",
    "thumbv7em-none-eabihf",
    "wasm32-unknown-unknown",
    "wasm32-wasip1",
    "wasm32-wasip2",
    "wasm64-unknown-unknown",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-gnullvm",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-freebsd",
    "x86_64-unknown-hermit",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-gnux32",
    "x86_64-unknown-linux-musl",
    "x86_64-unknown-netbsd",
    "x86_64-unknown-none",
    "x86_64-unknown-uefi",
    "x86_64h-apple-darwin",
];

/// A target, as rustc describes it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) triple: String,
    specification: Value,
}

impl Target {
    fn of(toolchain: &Toolchain, triple: &str) -> Self {
        let output = Command::new(toolchain.rustc())
            .args(["-Zunstable-options", "--print=target-spec-json", "--target", triple])
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .expect("rustc runs");
        let specification: Value = serde_json::from_slice(&output.stdout).expect("rustc prints JSON");
        Self { triple: triple.to_owned(), specification }
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.given_text(field).unwrap_or_default()
    }

    /// As [`Target::text`]; `None` if the specification says nothing.
    pub(crate) fn given_text(&self, field: &str) -> Option<&str> {
        self.specification[field].as_str()
    }

    pub(crate) fn is(&self, field: &str) -> bool {
        self.specification[field] == true
    }
}

/// Whether all targets are tested.
pub(crate) fn are_all() -> bool {
    asked_for().is_some_and(|names| names.is_empty())
}

/// The targets that were asked for by name: none of them if all were. `None` if nobody asked.
pub(crate) fn asked_for() -> Option<Vec<String>> {
    let names = env::var("AUDITABLE_TEST_TARGETS").ok()?;
    Some(if names == "all" { Vec::new() } else { names.split(',').map(str::to_owned).collect() })
}

/// The targets to test, of those that this rustc knows.
pub(crate) fn chosen(toolchain: &Toolchain) -> Vec<Target> {
    let output =
        Command::new(toolchain.rustc()).args(["--print", "target-list"]).output().expect("rustc runs");
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let known: HashSet<&str> = list.lines().collect();
    let chosen: Vec<String> = match asked_for() {
        Some(names) if names.is_empty() => list.lines().map(str::to_owned).collect(),
        Some(names) => names,
        None => SAMPLE.iter().map(|&name| name.to_owned()).collect(),
    };
    let (chosen, unknown): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|triple| known.contains(triple.as_str()));
    for triple in unknown {
        eprintln!("skipped: {triple}, which this rustc does not know");
    }
    in_parallel(&chosen, |triple| Target::of(toolchain, triple))
}

/// Applies a function to all of them, on as many threads as there are processors. The results are in the same order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], function: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, NonZero::get) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = function(item);
                    results.lock().expect("no thread has panicked").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread has panicked");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
