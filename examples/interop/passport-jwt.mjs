import { ExtractJwt, Strategy } from "passport-jwt";
import { JwksClient } from "jwks-rsa";

// The strategy for passport.use(); what it finds is the claims, in request.user.
export function strategy({ issuer, audience, algorithm, secret }) {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
  const options = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    algorithms: [algorithm],
    issuer,
    audience,
    jsonWebTokenOptions: { clockTolerance: 5 },
    secretOrKeyProvider: async (_request, token, done) => {
      try {
        const header = JSON.parse(Buffer.from(token.split(".")[0], "base64url"));
        if (header.typ !== "at+jwt") throw new Error("no access token"); // passport-jwt does not look at it
        done(null, secret ?? (await keys.getSigningKey(header.kid)).getPublicKey());
      } catch (error) {
        done(error.message);
      }
    },
  };
  return new Strategy(options, (claims, done) => done(null, claims.exp && claims.sub ? claims : false));
}
