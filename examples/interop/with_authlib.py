import requests
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet, OctKey


# For ResourceProtector.register_token_validator(). Authlib chooses the algorithm by the key.
class Validator(JWTBearerTokenValidator):
    def __init__(self, issuer, audience, secret=None):
        super().__init__(issuer, audience)
        # Make a new one every ten minutes: the keys are fetched once.
        url = f"{issuer}/.well-known/jwks.json"
        self.keys = OctKey.import_key(secret) if secret else KeySet.import_key_set(requests.get(url).json())

    def get_jwks(self):
        return self.keys

    def authenticate_token(self, token_string):
        token = super().authenticate_token(token_string)
        if token.header.get("typ") != "at+jwt":
            raise InvalidTokenError()  # Authlib accepts a token without any
        return token
