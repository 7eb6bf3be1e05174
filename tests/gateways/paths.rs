//! A rule for a path holds for everything that the service would take for that path.

use crate::kinds::tried;
use crate::requests::Request;
use crate::world::World;

/// The path as a service reads it that decodes, and then resolves dots and double slashes.
fn as_read(target: &str) -> String {
    let path = target.split(['?', '#']).next().unwrap();
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => (bytes.push(code), rest = &after[2..]).1,
            _ => (bytes.push(*first), rest = after).1,
        }
    }
    let mut parts: Vec<&str> = Vec::new();
    let path = String::from_utf8(bytes).unwrap();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[test]
fn no_spelling_of_a_path_gets_around_its_rule() {
    for kind in tried() {
        let world = World::start(kind);
        let (ada, eve) = (world.jeton.token("ada"), world.jeton.token("eve"));
        for target in [
            "//reports/x",
            "/./reports/x",
            "/a/../reports/x",
            "/a/..//reports/x",
            "/%72eports/x",
            "/a/%2e%2e/reports/x",
            "/a/%2E./reports/x",
            "/a/..%2freports/x",
            "/a%2F..%2Freports/x",
            "/reports%2fx",
            "/%2freports/x",
            "/reports/../reports/x",
            "/a//../../reports/x",
            "http://service.test/reports/x",
        ] {
            let (reply, seen) = world.ask(&Request::get(target).bearer(&ada));
            assert!((300..500).contains(&reply.status) || !seen.is_empty(), "{}: {target}: {reply:?}", kind.name);
            for seen in seen {
                assert!(!as_read(&seen.target).starts_with("/reports/"), "{}: {target}: {seen:?}", kind.name);
            }
        }
        world.passes(&Request::get("/reports/x").bearer(&eve));
    }
}

#[test]
fn what_is_read_out_of_a_path_is_what_a_service_reads() {
    for target in ["/reports/x", "/a/..%2freports/x", "//%72eports//x?y", "/a/b/%2e%2e/../reports/./x"] {
        assert_eq!(as_read(target), "/reports/x", "{target}");
    }
    assert_eq!(as_read("/a%zz/%"), "/a%zz/%");
}
