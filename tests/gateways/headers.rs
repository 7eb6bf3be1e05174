//! What the service is told about the caller is jeton's word, whatever the caller says himself.

use crate::backend::Seen;
use crate::kinds::tried;
use crate::reply::AUTH_HEADERS;
use crate::requests::Request;
use crate::world::World;

/// Nothing that a service could take for one of the five headers says anything but this, and each says
/// it once. An empty value may come as no header.
#[track_caller]
fn is_told(seen: &Seen, expected: &[String; 5]) {
    for (name, value) in AUTH_HEADERS.iter().zip(expected) {
        let taken = seen.taken_for(name);
        assert!(taken == [value] || value.is_empty() && taken.is_empty(), "{name}: {taken:?} for {value:?}: {seen:?}");
    }
}

/// Every way to write one of the names that we know to have fooled somebody.
fn spellings(name: &str) -> Vec<String> {
    let capitals = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>();
    let [first, second, third] = &capitals[..] else { panic!("three words: {name}") };
    let mut spellings = vec![name.to_owned(), capitals.join("-"), name.to_uppercase()];
    spellings.extend([capitals.join("_"), name.replace('-', "_"), name.to_uppercase().replace('-', "_")]);
    spellings.extend([format!("{first}-{second}_{third}"), format!("{first}_{second}-{third}")]);
    spellings.extend([capitals.join("."), format!("{first}-{second}.{third}"), format!("{first}.{second}-{third}")]);
    spellings
}

/// Header lines by which a caller makes himself somebody else.
fn forgeries() -> Vec<Vec<String>> {
    let mut forgeries = Vec::new();
    for name in AUTH_HEADERS {
        for spelling in spellings(name) {
            forgeries.push(vec![format!("{spelling}: root")]);
            forgeries.push(vec![format!("{spelling}: root"), format!("{spelling}: admin")]);
        }
        forgeries.push(vec![format!("{name}:")]);
        forgeries.push(vec![format!("{name} : root")]);
        forgeries.push(vec![format!("{name}\t: root")]);
        // A header that Connection names belongs to this hop, and is not handed on.
        for connection in ["Connection: ", "Connection: close, ", "Connection: keep-alive,"] {
            forgeries.push(vec![format!("{connection}{name}"), format!("{name}: root")]);
        }
    }
    forgeries.push(AUTH_HEADERS.map(|name| format!("{name}: root")).to_vec());
    forgeries
}

#[test]
fn a_good_token_s_headers_are_those_of_jeton() {
    for kind in tried() {
        let world = World::start(kind);
        for name in ["ada", "eve"] {
            let token = world.jeton.token(name);
            let seen = world.passes(&Request::get("/notes").bearer(&token));
            is_told(&seen, &world.jeton.tells(&token));
        }
    }
}

#[test]
fn a_forged_header_changes_nothing_of_what_the_service_is_told() {
    for kind in tried() {
        let world = World::start(kind);
        // Eve has no roles: where jeton says nothing, nobody else may.
        for name in ["ada", "eve"] {
            let token = world.jeton.token(name);
            let expected = world.jeton.tells(&token);
            for lines in forgeries() {
                let request = lines.iter().fold(Request::get("/notes"), |request, line| request.line(line));
                let (reply, seen) = world.ask(&request.bearer(&token));
                // Some of it is no HTTP, and may be refused for that.
                assert!(reply.status == 200 || reply.status == 400, "{}: {lines:?}: {reply:?}", kind.name);
                assert_eq!(seen.len(), usize::from(reply.status == 200), "{}: {lines:?}", kind.name);
                seen.iter().for_each(|seen| is_told(seen, &expected));
            }
        }
    }
}

#[test]
fn a_forged_header_lets_nobody_in() {
    for kind in tried() {
        let world = World::start(kind);
        for lines in forgeries() {
            let request = lines.iter().fold(Request::get("/notes"), |request, line| request.line(line));
            world.refuses(&request);
            world.refuses(&request.bearer("garbage"));
        }
    }
}
