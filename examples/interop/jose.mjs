import { createRemoteJWKSet, jwtVerify } from "jose";

export function verifier({ issuer, audience, algorithm, secret }) {
  const url = new URL(`${issuer}/.well-known/jwks.json`);
  const keys = secret ? new TextEncoder().encode(secret) : createRemoteJWKSet(url);
  const checks = {
    algorithms: [algorithm],
    issuer,
    audience,
    typ: "at+jwt",
    requiredClaims: ["exp", "sub"],
    clockTolerance: 5,
  };
  return async (token) => (await jwtVerify(token, keys, checks)).payload;
}
