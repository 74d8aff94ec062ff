#!/usr/bin/env bash
# Fuzzes every target, or those named, for so many seconds each: fuzz/run.sh 60 [TARGET...]
# Needs cargo-fuzz and a nightly toolchain (RUSTC_BOOTSTRAP=1 with the stable one works too: set TOOLCHAIN=stable).
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?say how many seconds each target gets}
shift
toolchain=${TOOLCHAIN:-nightly}
[ "$toolchain" = nightly ] || export RUSTC_BOOTSTRAP=1
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(basename -s .rs -a fuzz_targets/*.rs); fi
cargo run -q --manifest-path ../Cargo.toml -p clore-tests --bin fuzz-seeds -- seeds
failed=0
for target in "${targets[@]}"; do
    mkdir -p "found/$target"
    log=$(mktemp)
    verdict=ok
    cargo "+$toolchain" fuzz run "$target" "found/$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        >"$log" 2>&1 || { verdict=FAILED; failed=1; }
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-10s %12s executions  %s\n' "$target" "${runs:-?}" "$verdict"
    [ "$verdict" = ok ] || tail -n 40 "$log"
    rm -f "$log"
done
exit $failed
