//! Every hostile token, in a header and in a body: refused with the right reason.

use jeton::testing::attacks::{TokenAttack, tokens};
use jeton::verify::Algorithm;
use serde_json::json;

use crate::doors::{Door, Extractor, Gateway, Server, get};
use crate::say;
use crate::socket::{Answer, Client, exchange, statuses};

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256];

/// Over this a head is 431 and a body 413, whatever stands in it.
const MOST_BYTES: usize = 15 * 1024;

/// How a token that is far too long for a head is refused: by the extractor's actix, by nginx, or not at
/// all, since a connection that ends with bytes of ours unread may lose the answer.
const TOO_LONG: [u16; 3] = [431, 400, 414];

fn in_header(door: &dyn Door, client: &mut Client, token: &str) -> Answer {
    client.ask(get(door, &format!("Authorization: Bearer {token}\r\n")).as_bytes())
}

/// Whether a token that no head has room for is refused as such.
fn is_too_long(door: &dyn Door, token: &str) -> bool {
    let request = get(door, &format!("Connection: close\r\nAuthorization: Bearer {token}\r\n"));
    let answer = exchange(door.address(), request.as_bytes(), door.patience()).unwrap();
    statuses(&answer).iter().all(|status| TOO_LONG.contains(status))
}

fn in_body(door: &dyn Door, client: &mut Client, token: &str) -> Answer {
    let body = json!({ "token": token }).to_string();
    let head = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", door.target());
    client.ask(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
}

/// The wire contract's refusal of a token, word for word.
fn is_refused(answer: &Answer, attack: &TokenAttack) {
    let story = format!("{}: {}: {answer:?}", attack.line, attack.name);
    let challenge = r#"www-authenticate: Bearer realm="jeton", error="invalid_token""#;
    assert_eq!(answer.status, 401, "{story}");
    assert!(answer.head.contains(challenge), "{story}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect(&story);
    let reason = body["reason"].as_str().expect(&story);
    assert!(attack.reason.is_none_or(|expected| expected.reason() == reason), "{story}");
    assert_eq!(body["error"], "invalid_token", "{story}");
    let longest = attack.token.split('.').max_by_key(|part| part.len()).unwrap_or_default();
    assert!(longest.len() < 16 || !answer.body.contains(longest), "echoed: {story}");
}

/// The good token still passes: a door that is shut for everybody would pass every other test.
fn is_open(door: &dyn Door, client: &mut Client) {
    let answer = in_header(door, client, &door.issuer().token_for("ada"));
    assert!(answer.status == 200 && answer.body.contains("ada"), "{answer:?}");
}

fn attacks(door: &dyn Door) -> Vec<TokenAttack> {
    tokens(door.issuer(), &door.issuer().stranger()).collect()
}

#[test]
fn verify_refuses_every_hostile_token_of_every_algorithm_for_its_reason() {
    let (mut headers, mut bodies) = (0, 0);
    for algorithm in ALGORITHMS {
        let server = Server::with(algorithm);
        let mut client = Client::to(server.address());
        is_open(&server, &mut client);
        for attack in attacks(&server) {
            if attack.token.len() > MOST_BYTES {
                assert_eq!(in_body(&server, &mut client, &attack.token).status, 413, "{}", attack.name);
                assert!(is_too_long(&server, &attack.token), "{}", attack.name);
            } else {
                is_refused(&in_body(&server, &mut client, &attack.token), &attack);
            }
            bodies += 1;
            if attack.fits_into_a_header() && attack.token.len() <= MOST_BYTES {
                is_refused(&in_header(&server, &mut client, &attack.token), &attack);
                headers += 1;
            }
        }
        is_open(&server, &mut client);
    }
    say(&format!("/verify: {headers} hostile tokens in a header, {bodies} in a body: all refused"));
    assert!(headers.min(bodies) > 5_000);
}

#[test]
fn the_extractor_refuses_every_hostile_token_for_its_reason() {
    let extractor = Extractor::start();
    let mut client = Client::to(extractor.address());
    is_open(&extractor, &mut client);
    let mut tried = 0;
    for attack in attacks(&extractor).iter().filter(|attack| attack.fits_into_a_header()) {
        // actix reads heads of up to 128 KiB.
        if attack.token.len() > 100_000 {
            assert!(is_too_long(&extractor, &attack.token), "{}", attack.name);
        } else {
            is_refused(&in_header(&extractor, &mut client, &attack.token), attack);
        }
        tried += 1;
    }
    is_open(&extractor, &mut client);
    say(&format!("extractor: {tried} hostile tokens: all refused"));
    assert!(tried > 1_000);
}

#[test]
fn a_gateway_lets_no_hostile_token_through_to_its_backend() {
    let gateway = Gateway::start();
    let mut client = Client::to(gateway.address());
    is_open(&gateway, &mut client);
    assert_eq!(gateway.let_in(), 1);
    let mut tried = 0;
    for attack in attacks(&gateway).iter().filter(|attack| attack.fits_into_a_header()) {
        // nginx reads lines of up to 8 KiB.
        if attack.token.len() > 8_000 {
            assert!(is_too_long(&gateway, &attack.token), "{}", attack.name);
        } else {
            let answer = in_header(&gateway, &mut client, &attack.token);
            assert_eq!(answer.status, 401, "{}: {}: {answer:?}", attack.line, attack.name);
        }
        tried += 1;
    }
    assert_eq!(gateway.let_in(), 1, "the backend was reached");
    is_open(&gateway, &mut client);
    say(&format!("gateway: {tried} hostile tokens: all refused, the backend never reached"));
    assert!(tried > 1_000);
}
