#!/usr/bin/env bash
# The servers that tests start themselves must be installed: where this runs as root, it does so;
# otherwise it says how.
set -euo pipefail

# Debian puts nginx where not everybody looks.
missing=()
for server in redis-server nginx; do
    PATH=$PATH:/usr/sbin command -v $server >/dev/null || missing+=($server)
done
# And PostgreSQL's servers where nobody does.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the tests need ${missing[*]}; install: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi

# Tests start their own processes: the packages' services must not start, nor stay enabled.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends "${missing[@]}"
if command -v systemctl >/dev/null; then
    systemctl disable "${missing[@]}" >/dev/null 2>&1 || true
fi
