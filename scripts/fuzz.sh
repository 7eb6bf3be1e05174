#!/usr/bin/env bash
# Fuzzes every target for a while (JETON_FUZZ_SECONDS each, 60), or those that are named. What is found
# stays in fuzz/found/TARGET, which `make test` tries again for ever after: commit it with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${JETON_FUZZ_SECONDS:-60}
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(token header claims jwk authorization refresh_token password_hash)

if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --quiet --locked cargo-fuzz
fi
# The sanitizer's flags are not stable; the compiler is.
export RUSTC_BOOTSTRAP=1
failed=()
for target in "${targets[@]}"; do
    corpus=fuzz/corpus/$target found=fuzz/found/$target
    mkdir -p "$corpus" "$found"
    echo "== $target, $seconds s"
    cargo fuzz run --sanitizer "${JETON_FUZZ_SANITIZER:-address}" "$target" "$corpus" "fuzz/seeds/$target" "$found" -- \
        -max_total_time="$seconds" -max_len=8192 -timeout=5 -dict=fuzz/words.dict -artifact_prefix="$found/" \
        -print_final_stats=1 2>"$corpus.log" || failed+=("$target")
    grep -E '^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|ERROR|panicked' "$corpus.log" || true
    rmdir --ignore-fail-on-non-empty "$found"
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "found something: ${failed[*]}; see fuzz/corpus/*.log and fuzz/found" >&2
    exit 1
fi
