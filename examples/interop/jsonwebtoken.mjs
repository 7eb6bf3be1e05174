import jwt from "jsonwebtoken";
import { JwksClient } from "jwks-rsa";

export function verifier({ issuer, audience, algorithm, secret }) {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
  const checks = { algorithms: [algorithm], issuer, audience, clockTolerance: 5 };
  return async (token) => {
    const header = jwt.decode(token, { complete: true })?.header;
    if (header?.typ !== "at+jwt") throw new Error("no access token"); // jsonwebtoken does not look at it
    const key = secret ?? (await keys.getSigningKey(header.kid)).getPublicKey();
    const claims = jwt.verify(token, key, checks);
    if (!claims.exp || !claims.sub) throw new Error("a claim is missing"); // nor whether these are there
    return claims;
  };
}
