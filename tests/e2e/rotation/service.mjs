// A service in Node.js: lets in whoever has a good token, by jose's remote JWK Set.
// Arguments: the JWKS, the issuer, the audience, max-age in seconds.
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const [jwks, issuer, audience, maxAge] = process.argv.slice(2)
// A kid that it does not know is no reason to ask again: being published in time must be enough.
const keys = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: maxAge * 1000, cooldownDuration: 3_600_000 })
const options = { issuer, audience, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['exp', 'iat', 'sub'] }

const server = createServer(async (request, response) => {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
  try {
    await jwtVerify(token, keys, options)
    response.writeHead(200).end()
  } catch (error) {
    response.writeHead(401).end(error.code ?? String(error))
  }
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
