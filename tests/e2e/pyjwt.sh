#!/usr/bin/env bash
# A stranger's library checks our tokens from nothing but the issuer's address: PyJWT, for every
# asymmetric algorithm, through its JWKS client; HS256 with the shared secret.
set -euo pipefail
cd "$(dirname "$0")/../.."
jeton=$(realpath "$1")

venv=target/e2e-venv
if [ ! -x $venv/bin/python ] || ! $venv/bin/python -c 'import jwt, cryptography' 2>/dev/null; then
    python3 -m venv $venv || { echo "e2e: python3 with venv is needed (apt-get install python3-venv)" >&2; exit 1; }
    $venv/bin/pip install --quiet 'pyjwt[crypto]'
fi
exec $venv/bin/python tests/e2e/pyjwt_check.py "$jeton"
