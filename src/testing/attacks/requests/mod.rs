//! Hostile requests as bytes for a socket: no client library would send most of them.
//!
//! Owns what can be wrong with an HTTP request beside its token. Many of these carry a good token, but
//! none where credentials may stand, or not so that it can be read in one way only. Called by tests only.

mod bytes;
mod credentials;
mod framing;
mod sizes;
mod targets;

/// A word that stands in these requests and must stand in no answer.
pub const CANARY: &str = "canary7Qx";

/// A request that must not be let in.
///
/// Send the bytes over a connection of its own and read to its end. On all of it no answer may be a 2xx,
/// a 101, or a server error, and none may hold the token or [`CANARY`]. Most end with a last request
/// that asks for the connection's end; where a server is still waiting for more, its timers must end it.
#[derive(Clone, Debug)]
pub struct RequestAttack {
    /// The requirement that it breaks.
    pub line: &'static str,
    /// What is wrong with it.
    pub name: String,
    /// What to send.
    pub bytes: Vec<u8>,
}

/// What is attacked: a path that needs a good token, and such a token.
#[derive(Clone, Copy)]
struct Scene<'a> {
    target: &'a str,
    good: &'a str,
}

impl Scene<'_> {
    /// A request with these header lines, each with its line end, and this body.
    fn request(&self, method: &str, lines: &str, body: &str) -> String {
        format!("{method} {} HTTP/1.1\r\nHost: attack.test\r\n{lines}\r\n{body}", self.target)
    }

    /// As [`Self::request`], with the body's length.
    fn with_length(&self, method: &str, lines: &str, body: &str) -> String {
        self.request(method, &format!("{lines}Content-Length: {}\r\n", body.len()), body)
    }

    /// A request without credentials that asks for the connection's end.
    fn last(&self) -> String {
        self.request("GET", "Connection: close\r\n", "")
    }

    /// A request with good credentials, for where nobody may find one.
    fn smuggled(&self) -> String {
        let lines = format!("Authorization: Bearer {}\r\nConnection: close\r\n", self.good);
        self.request("GET", &lines, "")
    }
}

/// A request in the making.
struct Attack {
    name: String,
    bytes: Vec<u8>,
}

impl Attack {
    /// These bytes and nothing behind them.
    fn alone(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }

    /// These bytes and the last request behind them.
    fn new(scene: &Scene<'_>, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let mut bytes = bytes.into();
        bytes.extend_from_slice(scene.last().as_bytes());
        Self { name: name.into(), bytes }
    }
}

macro_rules! lines {
    ($($requirement:ident: $generate:path;)*) => {
        &[$((stringify!($requirement), $generate)),*]
    };
}

type Generate = fn(&Scene<'_>) -> Vec<Attack>;

const LINES: &[(&str, Generate)] = lines! {
    credentials_stand_in_one_header_only: credentials::twice;
    nothing_but_the_header_carries_a_token: credentials::elsewhere;
    a_body_is_no_header: credentials::bodies;
    the_scheme_is_bearer: credentials::schemes;
    behind_bearer_stands_one_word: credentials::words;
    no_control_character_is_stepped_over: bytes::controls;
    a_header_has_exactly_its_name: bytes::names;
    a_header_has_one_line: bytes::folded;
    a_request_ends_where_both_sides_think: framing::lengths;
    transfer_encoding_is_chunked_or_refused: framing::encodings;
    chunks_are_well_formed: framing::chunks;
    what_nobody_reads_is_not_the_next_request: framing::unread;
    heads_are_bounded: sizes::heads;
    bodies_are_bounded: sizes::bodies;
    methods_and_versions_let_nobody_in: targets::methods;
    paths_let_nobody_in: targets::paths;
    a_host_is_believed_in_nothing: targets::hosts;
};

/// Requests to a path that needs a good token, of which `good` is one.
pub fn requests(target: &str, good: &str) -> Vec<RequestAttack> {
    let scene = Scene { target, good };
    let of_line = |(line, generate): &(&'static str, Generate)| {
        let line = *line;
        generate(&scene).into_iter().map(move |Attack { name, bytes }| RequestAttack { line, name, bytes })
    };
    LINES.iter().flat_map(of_line).collect()
}
