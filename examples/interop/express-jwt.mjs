import { expressjwt } from "express-jwt";
import { JwksClient } from "jwks-rsa";

// The middleware for app.use(); what it finds is the claims, in request.auth.
export function middleware({ issuer, audience, algorithm, secret }) {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
  return expressjwt({
    algorithms: [algorithm],
    issuer,
    audience,
    clockTolerance: 5,
    secret: async (_request, token) => {
      if (token.header.typ !== "at+jwt") throw new Error("no access token"); // express-jwt does not look at it
      return secret ?? (await keys.getSigningKey(token.header.kid)).getPublicKey();
    },
    isRevoked: (_request, token) => !token.payload.exp || !token.payload.sub,
  });
}
