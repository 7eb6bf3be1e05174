"""HTTP with kept connections, and what is counted of it."""

import http.client
import json


class Tally:
    """How often something was tried, and how often it went wrong."""

    def __init__(self):
        self.tried = self.wrong = 0


class Client:
    """One thread's connections."""

    def __init__(self):
        self.connections = {}

    def ask(self, address, method, path, headers, body=None):
        """Status and body; a kept connection that was closed meanwhile is opened again."""
        for attempt in range(2):
            connection = self.connections.get(address) or http.client.HTTPConnection(address, timeout=10)
            self.connections[address] = connection
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                del self.connections[address]
                if attempt:
                    raise

    def enters(self, service, token):
        """Whether a service lets a token in, and what it says."""
        address = f"127.0.0.1:{service.port}"
        status, body = self.ask(address, "GET", "/", {"Authorization": f"Bearer {token}"})
        if status not in (200, 401):
            raise SystemExit(f"{service.name} answers {status}: {body!r}")
        return status == 200, body.decode(errors="replace")

    def post(self, address, path, body):
        status, answer = self.ask(address, "POST", path, {"Content-Type": "application/json"}, json.dumps(body))
        return status, json.loads(answer)
