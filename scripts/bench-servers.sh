#!/usr/bin/env bash
# What `make bench-http` compares with: wrk and Redis from the system's packages, Node's libraries from npm.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/servers.sh
if ! command -v wrk >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "bench-http needs wrk; install it: sudo apt-get install wrk" >&2
        exit 1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends wrk
fi
# Without Node the rows of its libraries are left out.
if command -v npm >/dev/null; then
    npm ci --silent --no-audit --no-fund --prefix benches/http/node
fi
