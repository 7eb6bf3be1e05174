"""The processes: two jetons, nginx before them, and a service of each kind."""

import json
import os
import pathlib
import re
import socket
import subprocess
import threading
import urllib.request

HERE = pathlib.Path(__file__).parent
PASSWORD = "correct horse battery staple"
PERIOD, ACCESS_TTL, SESSION_TTL, MAX_AGE = 2, 8, 60, 1
AUDIENCE = "https://api.example"


class Service:
    """Something that lets good tokens in, at an address."""

    def __init__(self, name, port):
        self.name, self.port = name, port


class World:
    def __init__(self, folder, jeton, rust):
        self.folder = pathlib.Path(folder)
        self.keys = self.folder / "keys"
        self.processes = []
        self.services = []
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin",
            "JETON_LISTEN": "127.0.0.1:0",
            "JETON_ISSUER": self.issuer,
            "JETON_AUDIENCE": AUDIENCE,
            "JETON_KEY_ROTATION": f"{PERIOD}s",
            "JETON_ACCESS_TTL": f"{ACCESS_TTL}s",
            "JETON_REFRESH_IDLE_TTL": f"{SESSION_TTL}s",
            "JETON_REFRESH_ABSOLUTE_TTL": f"{SESSION_TTL}s",
            # All clocks are one machine's.
            "JETON_LEEWAY": "0",
            "RUST_LOG": "warn,jeton::audit=off",
        }
        self.jeton, self.rust = jeton, rust

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # Who asks before who answers.
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()

    def build(self):
        subprocess.run(
            [self.jeton, "user", "add", "ada", "--password-stdin"], input=PASSWORD.encode(), check=True,
            cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.jetons = [self.start_jeton(), self.start_jeton()]
        self.start_nginx()
        jwks = f"{self.issuer}/.well-known/jwks.json"
        max_age = urllib.request.urlopen(jwks, timeout=5).headers["Cache-Control"]
        if max_age != f"public, max-age={MAX_AGE}":
            raise SystemExit(f"max-age is not as the schedule has it: {max_age}")
        arguments = [jwks, self.issuer, AUDIENCE, str(MAX_AGE)]
        self.start_service("jeton's library", [self.rust, *arguments])
        self.start_service("jose (Node.js)", ["node", os.environ["JOSE_SERVICE"], *arguments])
        self.start_service("PyJWT (Python)", ["python", str(HERE / "service.py"), *arguments])
        self.services.append(Service("nginx, auth_request", self.port))

    def start_jeton(self):
        process = self.spawn([self.jeton, "serve"], stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            found = re.search(r"listening on http://(\S+)", line)
            if found:
                threading.Thread(target=pass_on, args=[process.stderr], daemon=True).start()
                return found.group(1)
        raise SystemExit("a jeton did not start")

    def start_nginx(self):
        (self.folder / "inside").mkdir()
        (self.folder / "inside" / "page").write_text("inside\n")
        text = (HERE / "nginx.conf").read_text()
        one, other = self.jetons
        for name, value in {"ONE": one, "OTHER": other, "PORT": self.port, "MAX_AGE": MAX_AGE}.items():
            text = text.replace(f"@{name}@", str(value))
        if os.geteuid() == 0:
            # Its worker would become somebody who cannot look into our folder.
            text = "user root;\n" + text
        (self.folder / "nginx.conf").write_text(text)
        self.spawn(["nginx", "-p", str(self.folder), "-c", "nginx.conf", "-e", "stderr"])
        wait_for_port(self.port)

    def start_service(self, name, command):
        process = self.spawn(command, stdout=subprocess.PIPE, text=True)
        self.services.append(Service(name, int(process.stdout.readline())))

    def spawn(self, command, **streams):
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, **streams)
        self.processes.append(process)
        return process

    def check_alive(self):
        for process in self.processes:
            if process.poll() is not None:
                raise SystemExit(f"{process.args[0]} ended with {process.returncode}")

    def check_agreement(self):
        """Both publish the same keys, a moment between two changes granted."""
        for _ in range(20):
            sets = [json.load(urllib.request.urlopen(f"http://{jeton}/.well-known/jwks.json")) for jeton in self.jetons]
            if sets[0] == sets[1]:
                return
        raise SystemExit("the two jetons publish different keys")


def pass_on(stream):
    for line in stream:
        print("  jeton: " + line, end="", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    raise SystemExit("nginx did not start")
