"""Somebody who copies every private key as it appears, and tries tokens of it: while its key is still
published, which must work, or the trials after that would mean nothing; and when it is gone."""

import base64
import hashlib
import re
import threading
import time
from datetime import datetime, timezone

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from client import Client, Tally
from world import ACCESS_TTL, AUDIENCE, MAX_AGE, PERIOD

# From a key's leaving the folder until nobody may have it: every jeton has noticed (a quarter of a period),
# every cache is too old; and half a second for the machine.
FORGOTTEN = PERIOD / 4 + MAX_AGE + 0.5


class Copy:
    """A key, and what was seen of it."""

    def __init__(self, name, pem):
        self.name = name
        self.key = load_pem_private_key(pem, None)
        self.kid = thumbprint(self.key.public_key().public_numbers())
        self.starts = starts(name)
        self.gone = None
        self.token = None
        self.tried = 0


class Thief(threading.Thread):
    def __init__(self, world):
        super().__init__()
        self.world = world
        self.copies = {}
        self.secrets = set()
        self.secrets_gone = 0
        self.alive = {service.name: Tally() for service in world.services}
        self.gone = {service.name: Tally() for service in world.services}
        self.told = []
        self.stopping = threading.Event()

    @property
    def secrets_seen(self):
        return len(self.secrets)

    def rotations(self):
        """How often another key has taken over."""
        now = time.time()
        return sum(1 for copy in list(self.copies.values()) if copy.starts <= now) - 1

    def stop(self):
        self.stopping.set()
        self.join()

    def run(self):
        client = Client()
        while not self.stopping.wait(0.05):
            now = time.time()
            self.look(now)
            for copy in list(self.copies.values()):
                if copy.gone is None and copy.token is None and self.leaves_soon(copy, now):
                    self.use_while_alive(client, copy)
                elif copy.gone and copy.tried == 0 and now > copy.gone + FORGOTTEN:
                    self.use_when_gone(client, copy, [copy.token, self.forge(copy)])
                elif copy.gone and copy.tried == 1 and now > copy.gone + 10 * PERIOD:
                    self.use_when_gone(client, copy, [self.forge(copy)])

    def look(self, now):
        names = {path.name for path in self.world.keys.iterdir()}
        for name in names:
            if name.endswith(".pem") and not name.startswith(".") and name not in self.copies:
                self.copies[name] = Copy(name, (self.world.keys / name).read_bytes())
        for name, copy in self.copies.items():
            if copy.gone is None and name not in names:
                copy.gone = now
        secrets = {name for name in names if re.search(r"^\d.*\.key$", name)}
        self.secrets |= secrets
        self.secrets_gone = len(self.secrets) - len(secrets)

    def leaves_soon(self, copy, now):
        """A second before its last token is over, when a fresh one outlives the key."""
        later = [other.starts for other in self.copies.values() if other.starts > copy.starts]
        return later and min(later) + ACCESS_TTL - 1 < now

    def use_while_alive(self, client, copy):
        copy.token = self.forge(copy)
        for service in self.world.services:
            entered, said = client.enters(service, copy.token)
            if not (self.world.keys / copy.name).exists():
                return  # It went meanwhile.
            self.alive[service.name].tried += 1
            if not entered:
                self.alive[service.name].wrong += 1
                self.told.append(f"{time.time():.2f} {service.name} refused the thief, whose key {copy.kid} is still there: {said}")

    def use_when_gone(self, client, copy, tokens):
        copy.tried += 1
        for service in self.world.services:
            for token in filter(None, tokens):
                entered, _ = client.enters(service, token)
                self.gone[service.name].tried += 1
                if entered:
                    self.gone[service.name].wrong += 1
                    self.told.append(f"{time.time():.2f} {service.name} accepted {copy.kid}, gone since {copy.gone:.2f}")

    def forge(self, copy):
        now = int(time.time())
        claims = {"iss": self.world.issuer, "sub": "eve", "aud": AUDIENCE, "client_id": "default", "iat": now,
                  "exp": now + ACCESS_TTL, "jti": "forged", "sid": "forged"}
        return jwt.encode(claims, copy.key, "ES256", {"typ": "at+jwt", "kid": copy.kid})


def starts(name):
    return datetime.strptime(name.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()


def thumbprint(numbers):
    """RFC 7638."""
    x, y = (encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return encode(hashlib.sha256(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.encode()).digest())


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
