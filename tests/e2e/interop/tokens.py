"""A good token, and tokens in which one thing is wrong. jeton itself says of each what it is."""

import base64
import hmac
import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

OTHER_KEYS = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "HS256": lambda: "somebody else's secret, long enough",
}


def part(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


def with_secret(header, claims, secret):
    """What PyJWT refuses to make: a public key as the secret of an HMAC."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256'))}"


def cases(jeton):
    """(what it is, the token, what /verify says: nothing for a good one)."""
    good = jeton.sign_in()
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    head, payload, signature = good.split(".")
    now = int(time.time())

    def signed(key=jeton.key(), typ="at+jwt", kid=header["kid"], **changes):
        changed = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(changed, key, algorithm=jeton.algorithm, headers={"typ": typ, "kid": kid})

    flipped = ("B" if signature[9] == "A" else "A").join([signature[:9], signature[10:]])
    yield "a good token", good, None
    yield "a good token of the test's own", signed(), None
    yield "a broken signature", f"{head}.{payload}.{flipped}", "bad_signature"
    yield "other claims under the signature", f"{head}.{part({**claims, 'sub': 'root'})}.{signature}", "bad_signature"
    yield "no signature", f"{part({**header, 'alg': 'none'})}.{payload}.", "bad_signature"
    yield "another key", signed(key=OTHER_KEYS[jeton.algorithm]()), "bad_signature"
    yield "an expired token", signed(iat=now - 660, exp=now - 60), "expired"
    yield "no expiry", signed(exp=None), "malformed"
    yield "another audience", signed(aud="https://other.example"), "wrong_audience"
    yield "another issuer", signed(iss="https://other.example"), "wrong_issuer"
    yield "another type", signed(typ="JWT"), "wrong_type"
    yield "no type", signed(typ=None), "wrong_type"
    if not jeton.secret:
        yield "an unknown key", signed(kid="nobody"), "unknown_key"
        public = load_pem_private_key(jeton.key().encode(), None).public_key()
        secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        yield "the public key as a secret", with_secret({**header, "alg": "HS256"}, claims, secret), "bad_signature"
