"""Starts jeton once per algorithm, signs in, and lets PyJWT judge the access token."""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

import jwt

JETON = sys.argv[1]
SECRET = "an e2e secret of at least thirty-two bytes"
PASSWORD = "correct horse battery staple"


def start(folder, algorithm):
    """A server on a free port, and its address as it says it on standard error."""
    environment = {
        "PATH": os.environ["PATH"],
        "JETON_LISTEN": "127.0.0.1:0",
        "JETON_ISSUER": "http://127.0.0.1:8080",
        "JETON_AUDIENCE": "https://api.example",
        "JETON_ALGORITHM": algorithm,
    }
    if algorithm == "HS256":
        environment["JETON_HMAC_SECRET"] = SECRET
    subprocess.run(
        [JETON, "user", "add", "ada", "--password-stdin", "--role", "admin"],
        input=PASSWORD.encode(), cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen([JETON, "serve"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        found = re.search(r"listening on (http://\S+)", line)
        if found:
            return server, found.group(1)
    raise SystemExit(f"{algorithm}: the server did not start")


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def check(algorithm):
    with tempfile.TemporaryDirectory() as folder:
        server, base = start(folder, algorithm)
        try:
            token = post(f"{base}/login", {"username": "ada", "password": PASSWORD})["access_token"]
            if algorithm == "HS256":
                key = SECRET
            else:
                key = jwt.PyJWKClient(f"{base}/.well-known/jwks.json").get_signing_key_from_jwt(token).key
            claims = jwt.decode(
                token, key, algorithms=[algorithm], audience="https://api.example", issuer="http://127.0.0.1:8080",
                options={"require": ["exp", "iat", "sub", "jti"]},
            )
            assert claims["roles"] == ["admin"], claims
            broken = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
            try:
                jwt.decode(broken, key, algorithms=[algorithm], audience="https://api.example")
                raise SystemExit(f"{algorithm}: a broken token was accepted")
            except jwt.InvalidSignatureError:
                pass
        finally:
            server.terminate()
            server.wait(timeout=15)
            server.stderr.close()
    print(f"pyjwt {jwt.__version__}: {algorithm} verified")


for name in ["ES256", "RS256", "PS256", "EdDSA", "HS256"]:
    check(name)
