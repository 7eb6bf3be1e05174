#!/usr/bin/env bash
# The servers that tests start themselves must be installed: where this runs as root, it does so;
# otherwise it says how.
set -euo pipefail

command -v redis-server >/dev/null && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the tests need redis-server; install it: sudo apt-get install redis-server" >&2
    exit 1
fi

# Tests start their own processes: the package's service must not start, nor stay enabled.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends redis-server
if command -v systemctl >/dev/null; then
    systemctl disable redis-server >/dev/null 2>&1 || true
fi
