"""People who are signed in: each refreshes without a pause, at one jeton and then the other, and goes to
every service with the new token and with an older one that is still good."""

import base64
import collections
import json
import random
import threading
import time

from client import Client, Tally
from world import PASSWORD

PEOPLE = 4
# Nobody goes out with a token that may expire on the way.
MARGIN = 1.5


class Load:
    def __init__(self, world):
        self.world = world
        self.good = {service.name: Tally() for service in world.services}
        self.tokens = self.refreshes = self.refused_refreshes = 0
        self.told = []
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.live, args=[number]) for number in range(PEOPLE)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def live(self, number):
        client, turn = Client(), number
        held = collections.deque()
        refresh = ends = None
        while not self.stopping.is_set():
            turn += 1
            jeton = self.world.jetons[turn % 2]
            if refresh is None or time.time() > ends - 5:
                status, answer = client.post(jeton, "/login", {"username": "ada", "password": PASSWORD})
                ends = time.time() + answer.get("refresh_expires_in", 0)
            else:
                status, answer = client.post(jeton, "/refresh", {"refresh_token": refresh})
                self.count_refresh(status, answer)
            if status != 200:
                refresh = None
                continue
            refresh = answer["refresh_token"]
            held.append(answer["access_token"])
            self.tokens += 1
            while expires(held[0]) < time.time() + MARGIN:
                held.popleft()
            for token in {held[-1], held[0], random.choice(held)}:
                self.visit(client, token)

    def visit(self, client, token):
        for service in self.world.services:
            if expires(token) < time.time() + MARGIN:
                return
            asked = time.time()
            entered, said = client.enters(service, token)
            if not entered and time.time() >= expires(token):
                continue  # The machine stood still meanwhile.
            with self.lock:
                self.good[service.name].tried += 1
                if not entered:
                    self.good[service.name].wrong += 1
                    kid = part(token, 0)["kid"]
                    self.told.append(f"{asked:.2f} {service.name} refused a good token of {kid}: {said}")

    def count_refresh(self, status, answer):
        with self.lock:
            self.refreshes += 1
            if status != 200:
                self.refused_refreshes += 1
                self.told.append(f"{time.time():.2f} a refresh was answered {status} {answer}")


def part(token, index):
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def expires(token):
    return part(token, 1)["exp"]
