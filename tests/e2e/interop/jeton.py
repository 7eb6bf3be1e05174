"""A jeton for one algorithm, as a process, and somebody who signs in there."""

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

AUDIENCE = "https://api.example"
PASSWORD = "correct horse battery staple"
SECRET = "an e2e secret of at least thirty-two bytes"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Jeton:
    """Runs until the end of its `with`."""

    def __init__(self, program, algorithm):
        self.program = program
        self.algorithm = algorithm
        self.folder = tempfile.TemporaryDirectory()
        self.issuer = f"http://127.0.0.1:{free_port()}"
        self.secret = SECRET if algorithm == "HS256" else None

    def __enter__(self):
        environment = {
            "PATH": os.environ["PATH"],
            "JETON_LISTEN": self.issuer.removeprefix("http://"),
            "JETON_ISSUER": self.issuer,
            # The second for the README's lines, where the audience is the issuer.
            "JETON_AUDIENCE": f"{AUDIENCE},{self.issuer}",
            "JETON_ALGORITHM": self.algorithm,
        }
        if self.secret:
            environment["JETON_HMAC_SECRET"] = self.secret
        here = {"cwd": self.folder.name, "env": environment}
        add = [self.program, "user", "add", "ada", "--password-stdin", "--role", "admin", "--scope", "notes:read"]
        subprocess.run(add, input=PASSWORD.encode(), check=True, stdout=subprocess.DEVNULL, **here)
        self.process = subprocess.Popen([self.program, "serve"], stderr=subprocess.PIPE, text=True, **here)
        for line in self.process.stderr:
            if re.search(r"listening on http://", line):
                return self
        raise SystemExit(f"{self.algorithm}: the server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=15)
        self.process.stderr.close()
        self.folder.cleanup()

    def sign_in(self, audience=AUDIENCE):
        """An access token."""
        body = {"username": "ada", "password": PASSWORD, "audience": audience}
        return self.ask("/login", json.dumps(body).encode(), {"Content-Type": "application/json"})["access_token"]

    def verify(self, token):
        """The claims of a good token, or the reason why it is refused."""
        try:
            return self.ask("/verify", None, {"Authorization": f"Bearer {token}"})
        except urllib.error.HTTPError as error:
            return json.load(error).get("reason")

    def ask(self, path, body, headers):
        with urllib.request.urlopen(urllib.request.Request(self.issuer + path, body, headers), timeout=10) as answer:
            return json.load(answer)

    def key(self):
        """What it signs with: a private key in PEM, or the secret."""
        if self.secret:
            return self.secret
        # The earliest signs; the next one waits.
        file = min(pathlib.Path(self.folder.name, "keys").glob("*.pem"))
        return file.read_text()
