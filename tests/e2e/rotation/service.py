"""A service in Python: lets in whoever has a good token, by PyJWT's JWK client.

Arguments: the JWKS, the issuer, the audience, max-age in seconds.
"""

import http.server
import sys

import jwt

JWKS, ISSUER, AUDIENCE, MAX_AGE = sys.argv[1:]
KEYS = jwt.PyJWKClient(JWKS, cache_jwk_set=True, cache_keys=False, lifespan=int(MAX_AGE))


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Headers and body leave in one packet.
    wbufsize = -1

    def do_GET(self):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            key = KEYS.get_signing_key_from_jwt(token).key
            jwt.decode(
                token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER,
                options={"require": ["exp", "iat", "sub"]},
            )
            self.answer(200, "")
        except jwt.PyJWTError as error:
            self.answer(401, f"{type(error).__name__}: {error}")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
