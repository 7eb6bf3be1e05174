#!/usr/bin/env bash
# Licences, bans and sources. Advisories need a database from the network: `cargo deny check advisories`.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo deny --version >/dev/null 2>&1; then
    if [ -z "${CI:-}" ]; then
        echo "deny: cargo-deny is not installed (cargo install --locked cargo-deny); .ci/run installs it" >&2
        exit 0
    fi
    cargo install --quiet --locked cargo-deny
fi
cargo deny --all-features check --hide-inclusion-graph licenses bans sources
