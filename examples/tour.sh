#!/usr/bin/env bash
# The tour by itself: a server of its own on a free port, in a folder that is thrown away, and every
# step checked. Usage: examples/tour.sh path/to/jeton
set -euo pipefail
jeton=$(realpath "${1:-target/release/jeton}")
command -v curl >/dev/null || { echo "the tour needs curl" >&2; exit 1; }

folder=$(mktemp -d)
cd "$folder"
JETON_LISTEN=127.0.0.1:0 "$jeton" serve --dev >out 2>err &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
until grep -q '^listening on' err; do
    kill -0 $server 2>/dev/null || { cat err >&2; exit 1; }
    sleep 0.05
done
base=$(sed -n 's/^listening on //p' err)
password=$(sed -n 's/^The user demo has the password //p' out)

json='content-type: application/json'
pick() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
step() { printf '\n\033[1m%s\033[0m\n' "$1"; }
expect() { grep -q -- "$2" <<<"$1" || { printf 'expected %s in:\n%s\n' "$2" "$1" >&2; exit 1; }; }
refresh() { curl -si "$base/refresh" -H "$json" -d "{\"refresh_token\":\"$1\"}"; }

step "1. Sign in"
tokens=$(curl -s "$base/login" -H "$json" -d "{\"username\":\"demo\",\"password\":\"$password\"}")
access=$(pick access_token <<<"$tokens") old=$(pick refresh_token <<<"$tokens")
echo "an access token of ${#access} characters, a refresh token of ${#old}"

step "2. Verify the access token"
answer=$(curl -si "$base/verify" -H "authorization: Bearer $access")
expect "$answer" "200 OK"
tail -n 1 <<<"$answer"; echo

step "3. Refresh"
answer=$(refresh "$old")
expect "$answer" "refresh-outcome: rotated"
new=$(pick refresh_token <<<"$answer")
echo "rotated"

step "4. The answer was lost: send the old token again"
answer=$(refresh "$old")
expect "$answer" "refresh-outcome: repeated"
[ "$(pick refresh_token <<<"$answer")" = "$new" ] || { echo "another successor" >&2; exit 1; }
echo "repeated: the same successor came back"

step "5. Sign out"
expect "$(curl -si "$base/logout" -H "$json" -d "{\"refresh_token\":\"$new\"}")" "204 No Content"
echo "signed out"

step "6. Refresh once more"
answer=$(refresh "$new")
expect "$answer" "400 Bad Request"
expect "$answer" '"reason":"revoked"'
tail -n 1 <<<"$answer"; echo

printf '\nThe tour is done. Start the server for yourself: make run\n'
