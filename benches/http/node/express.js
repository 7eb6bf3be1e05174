// Express with jsonwebtoken, as most tutorials have it.
const express = require('express');
const jwt = require('jsonwebtoken');

const app = express();
app.get('/verify', (request, response) => {
  try {
    const token = request.headers.authorization.slice('Bearer '.length);
    response.json(jwt.verify(token, process.env.SECRET, { algorithms: ['HS256'] }));
  } catch {
    response.sendStatus(401);
  }
});
const server = app.listen(0, '127.0.0.1', () => console.error(`listening on http://127.0.0.1:${server.address().port}`));
