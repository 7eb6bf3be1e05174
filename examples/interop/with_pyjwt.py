import jwt


def verifier(issuer, audience, algorithm, secret=None):
    keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")

    def verify(token):
        if jwt.get_unverified_header(token).get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("no access token")  # PyJWT does not look at it
        return jwt.decode(
            token, secret or keys.get_signing_key_from_jwt(token).key, algorithms=[algorithm], issuer=issuer,
            audience=audience, leeway=5, options={"require": ["exp", "iss", "aud", "sub"]},
        )

    return verify
