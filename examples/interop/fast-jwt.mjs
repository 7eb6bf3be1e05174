import { createVerifier } from "fast-jwt";
import { JwksClient } from "jwks-rsa";

export function verifier({ issuer, audience, algorithm, secret }) {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
  return createVerifier({
    key: async ({ header }) => secret ?? (await keys.getSigningKey(header.kid)).getPublicKey(),
    algorithms: [algorithm],
    allowedIss: issuer,
    allowedAud: audience,
    checkTyp: "at+jwt",
    requiredClaims: ["exp", "sub"],
    clockTolerance: 5000,
  });
}
