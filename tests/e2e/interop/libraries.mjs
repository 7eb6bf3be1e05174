// What each library of Node.js makes of each token: reads settings and tokens as JSON from standard
// input, writes the claims that were accepted, or null, by library.
import { middleware } from "./express-jwt.mjs";
import { verifier as fastJwt } from "./fast-jwt.mjs";
import { verifier as jose } from "./jose.mjs";
import { verifier as jsonwebtoken } from "./jsonwebtoken.mjs";
import { strategy } from "./passport-jwt.mjs";

const request = (token) => ({ method: "GET", headers: { authorization: `Bearer ${token}` } });

// As passport runs a strategy.
function passportJwt(settings) {
  const tried = strategy(settings);
  return (token) =>
    new Promise((success, fail) => Object.assign(Object.create(tried), { success, fail, error: fail }).authenticate(request(token)));
}

// As Express runs a middleware.
function expressJwt(settings) {
  const handle = middleware(settings);
  return (token) =>
    new Promise((resolve, reject) => {
      const asked = request(token);
      handle(asked, {}, (error) => (error ? reject(error) : resolve(asked.auth)));
    });
}

const libraries = { jose, jsonwebtoken, "passport-jwt": passportJwt, "express-jwt": expressJwt, "fast-jwt": fastJwt };

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { settings, tokens } = JSON.parse(input);
const verdicts = {};
for (const [name, verifier] of Object.entries(libraries)) {
  const verify = verifier(settings);
  verdicts[name] = [];
  for (const token of tokens) {
    try {
      verdicts[name].push(await verify(token));
    } catch (error) {
      verdicts[name].push(null);
    }
  }
}
process.stdout.write(JSON.stringify(verdicts));
