import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey


def verifier(issuer, audience, algorithm, secret=None):
    # Make a new one every ten minutes: the keys are fetched once.
    url = f"{issuer}/.well-known/jwks.json"
    keys = OctKey.import_key(secret) if secret else KeySet.import_key_set(requests.get(url).json())
    claims = jwt.JWTClaimsRegistry(
        leeway=5,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
    )

    def verify(token):
        decoded = jwt.decode(token, keys, algorithms=[algorithm])
        if decoded.header.get("typ") != "at+jwt":
            raise JoseError("no access token")  # joserfc does not look at it
        claims.validate(decoded.claims)
        return decoded.claims

    return verify
