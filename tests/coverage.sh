#!/usr/bin/env bash
# How many lines of core/src its tests run through, and which not: tests/coverage.sh [MORE ARGUMENTS OF cargo llvm-cov]
# Counted are core's own tests and those of clore-blocking, which holds the thread that watches a rental. Not counted
# as lines: tests (files *tests.rs, tests/, scripted*, recordings.rs, and modules `#[cfg(test)] mod .. {`).
# Needs `cargo install cargo-llvm-cov` and `rustup component add llvm-tools`.
set -euo pipefail
cd "$(dirname "$0")/.."
report=target/coverage.lcov
mkdir -p target
# Else programs of an earlier state of the sources are counted too.
cargo llvm-cov clean --workspace
cargo llvm-cov -p clore-core -p clore-blocking --all-features --lcov --output-path "$report" "$@"
awk -F'[:,]' '
    /^SF:/ {
        file = substr($0, 4)
        wanted = file ~ /\/core\/src\// && file !~ /tests\.rs$|\/tests\/|scripted|\/recordings\.rs$/
        end = 0; before = ""
        if (wanted) for (n = 1; (getline text < file) > 0; n++) {
            source[file, n] = text
            if (before == "#[cfg(test)]" && text ~ /^mod [a-z_]+ \{/ && !end) end = n
            before = text
        }
    }
    /^DA:/ && wanted && (!end || $2 + 0 < end) {
        lines++
        if ($3 + 0 > 0) { run++; next }
        shown = file
        sub(/.*\/core\/src\//, "core/src/", shown)
        print shown ":" $2 ": " source[file, $2 + 0]
    }
    END { printf "%d of %d lines of core/src, %.2f %%\n", run, lines, 100 * run / lines }
' "$report"
