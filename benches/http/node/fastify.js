// Fastify with fast-jwt and its cache: the fastest of Node that we know.
const { createVerifier } = require('fast-jwt');
const app = require('fastify')();

const verify = createVerifier({ key: process.env.SECRET, algorithms: ['HS256'], cache: true });
app.get('/verify', async (request, reply) => {
  try {
    return verify(request.headers.authorization.slice('Bearer '.length));
  } catch {
    return reply.code(401).send();
  }
});
app.listen({ port: 0, host: '127.0.0.1' }).then((address) => console.error(`listening on ${address}`));
