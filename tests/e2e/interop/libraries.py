"""What each library makes of each token: the claims that it accepts, or nothing."""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples/interop"
NODE_MODULES = ROOT / "target/e2e-npm"
sys.path.insert(0, str(EXAMPLES))

import with_authlib  # noqa: E402
import with_joserfc  # noqa: E402
import with_jwcrypto  # noqa: E402
import with_pyjwt  # noqa: E402


def authlib(issuer, audience, algorithm, secret=None):
    """As ResourceProtector runs a validator."""
    validator = with_authlib.Validator(issuer, audience, secret)

    def verify(token):
        claims = validator.authenticate_token(token)
        validator.validate_token(claims, [], None)
        return dict(claims)

    return verify


PYTHON = {
    "PyJWT": with_pyjwt.verifier,
    "joserfc": with_joserfc.verifier,
    "jwcrypto": with_jwcrypto.verifier,
    "Authlib": authlib,
}


def verdict(verify, token):
    try:
        return verify(token)
    except Exception:  # noqa: BLE001: every library has errors of its own, and an accident is a refusal, too
        return None


def verdicts(settings, tokens):
    """For each library its verdicts, in the order of the tokens."""
    asked = json.dumps({"settings": settings, "tokens": tokens})
    command = ["node", str(NODE_MODULES / "libraries.mjs")]
    node = subprocess.run(command, input=asked, check=True, stdout=subprocess.PIPE, text=True, timeout=120)
    python = {}
    for name, verifier in PYTHON.items():
        verify = verifier(**settings)
        python[name] = [verdict(verify, token) for token in tokens]
    return {**json.loads(node.stdout), **python}


def versions():
    """For each library the version that is pinned."""
    npm = json.loads((EXAMPLES / "package.json").read_text())["dependencies"]
    lines = (EXAMPLES / "requirements.txt").read_text().splitlines()
    pip = dict(line.replace("[crypto]", "").split("==") for line in lines if "==" in line)
    return {**npm, **{name: pip[name.lower()] for name in PYTHON}}
