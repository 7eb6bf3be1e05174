import json

import requests
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jwt import JWT


def verifier(issuer, audience, algorithm, secret=None):
    # Make a new one every ten minutes: the keys are fetched once.
    if secret:
        keys = JWK(kty="oct", k=base64url_encode(secret))
    else:
        keys = JWKSet.from_json(requests.get(f"{issuer}/.well-known/jwks.json").text)
    claims = {"iss": issuer, "aud": audience, "exp": None, "sub": None}

    def verify(token):
        checked = JWT(jwt=token, key=keys, algs=[algorithm], check_claims=claims)
        if json.loads(checked.header).get("typ") != "at+jwt":
            raise ValueError("no access token")  # jwcrypto does not look at it
        return json.loads(checked.claims)

    return verify
