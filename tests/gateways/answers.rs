//! Somebody answers in jeton's place what jeton would not: a proxy between, or a mistake in an address.

use crate::backend::Backend;
use crate::gateway::Gateway;
use crate::kinds::tried;
use crate::reply::AUTH_HEADERS;
use crate::requests::{Request, ask};

/// What is asked: with a token, and with every header that could be believed.
fn request() -> Request {
    let lines = AUTH_HEADERS.iter().map(|name| format!("{name}: root"));
    lines.fold(Request::get("/notes").bearer("any"), |request, line| request.line(&line))
}

#[test]
fn an_answer_that_is_no_permission_lets_nobody_in() {
    for kind in tried().into_iter().filter(|kind| kind.asks) {
        for answer in [
            "HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\nx-auth-subject: root\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-le",
            "nothing of the kind",
            "",
        ] {
            let (instead, backend) = (Backend::answering(answer), Backend::start());
            let gateway = Gateway::start(kind, instead.address, backend.address);
            let reply = ask(gateway.address, &request());
            assert!(reply.status >= 300, "{}: {answer:?}: {reply:?}", kind.name);
            assert!(backend.take_seen().is_empty(), "{}: {answer:?}", kind.name);
        }
    }
}

#[test]
fn a_permission_without_the_headers_makes_no_forged_one_true() {
    for kind in tried().into_iter().filter(|kind| kind.asks) {
        let instead = Backend::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let backend = Backend::start();
        let gateway = Gateway::start(kind, instead.address, backend.address);
        backend.take_seen();
        let reply = ask(gateway.address, &request());
        let seen = backend.take_seen();
        assert!(reply.status == 200 && seen.len() == 1, "{}: {reply:?} {seen:?}", kind.name);
        for name in AUTH_HEADERS {
            assert!(seen[0].taken_for(name).iter().all(|value| value.is_empty()), "{}: {seen:?}", kind.name);
        }
    }
}
