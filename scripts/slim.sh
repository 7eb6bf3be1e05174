#!/usr/bin/env bash
# The half that other services import must stay slim: it builds alone, its tree holds nothing of the
# server's, and it works beside a second crypto back end.
set -euo pipefail
cd "$(dirname "$0")/.."

forbidden='^(redis|argon2|rusqlite|libsqlite3-sys|tokio-postgres|env_logger|clap|toml|rpassword|postcard) '

for features in '' actix testing actix,testing; do
    cargo clippy --quiet --no-default-features --features "$features" -- -D warnings
done

tree=$(cargo tree --no-default-features --features actix --edges normal --prefix none | sed 's/ (\*)$//' | sort -u)
echo "slim dependency tree (actix): $(wc -l <<<"$tree") packages"
cargo tree --no-default-features --edges normal --depth 1
if grep -E "$forbidden" <<<"$tree"; then
    echo "slim: the packages above belong to the server" >&2
    exit 1
fi

cargo test --quiet --manifest-path tests/both-backends/Cargo.toml --target-dir target
