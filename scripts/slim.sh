#!/usr/bin/env bash
# The half that other services import must stay slim: it builds alone with every set of its features, its
# trees hold nothing of the server's and no second crypto, and it works beside one.
set -euo pipefail
cd "$(dirname "$0")/.."

forbidden='^(redis|argon2|rusqlite|libsqlite3-sys|tokio-postgres|env_logger|clap|toml|rpassword|postcard|ring|openssl|native-tls|h2) '

for features in '' actix remote actix,remote testing actix,remote,testing; do
    cargo clippy --quiet --no-default-features --features "$features" -- -D warnings
done

for features in '' actix remote actix,remote; do
    tree=$(cargo tree --no-default-features --features "$features" --edges normal --prefix none | sed 's/ (\*)$//' | sort -u)
    echo "slim dependency tree (${features:-no feature}): $(wc -l <<<"$tree") packages"
    if grep -E "$forbidden" <<<"$tree"; then
        echo "slim: the packages above do not belong there" >&2
        exit 1
    fi
done
cargo tree --no-default-features --features actix,remote --edges normal --depth 1

cargo test --quiet --manifest-path tests/both-backends/Cargo.toml --target-dir target
