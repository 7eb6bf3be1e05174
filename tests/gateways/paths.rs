//! A rule for a path holds for everything that a service could take for that path.

use crate::kinds::tried;
use crate::readings::readings;
use crate::requests::Request;
use crate::world::World;

/// Ways to write `/reports/…`, and ways to write something else so that some service takes it for that.
const SPELLINGS: &[&str] = &[
    "/reports",
    "/reports/",
    "/reports?x",
    "http://service.test/reports/x",
    // In other letters.
    "/REPORTS/1",
    "/Reports",
    "/rEPORTS%2f1",
    "/%52eports/1",
    // Slashes and letters.
    "//reports/x",
    "/reports//x",
    "/%72eports/x",
    "/reports%2fx",
    "/%2freports/x",
    "/reports\\x",
    "\\reports\\x",
    "/reports%5cx",
    "/a%5c..%5creports/x",
    // Into it.
    "/./reports/x",
    "/a/../reports/x",
    "/a/..//reports/x",
    "/a/%2e%2e/reports/x",
    "/a/%2E./reports/x",
    "/a/..%2freports/x",
    "/a%2F..%2Freports/x",
    "/a\\..\\reports\\x",
    "/a//../../reports/x",
    "/reports/../reports/x",
    "/a/../reports",
    "/a/../REPORTS/x",
    "http://service.test/a/../reports/x",
    // And out of it: there already for a service that resolves nothing.
    "/reports/..",
    "/reports/.",
    "/reports/../a",
    "/reports/%2e%2e/a",
    "/reports/%2E%2E/a",
    "/reports/.%2e/a",
    "/reports/..%2fa",
    "/reports/..%2Fa?x",
    "/reports/..%5ca",
    "/reports/..\\a",
    "/reports/42/../../a",
    "/reports/1%2f..%2f..%2fa",
    "/reports/1/%2e%2e/%2e%2e/a",
    "/REPORTS/../a",
    "//reports/../a",
    "http://service.test/reports/../a",
    // Parameters, which servlets take off first.
    "/reports;/1",
    "/reports;x=y/1",
    "/reports/;x",
    "/;x/reports/1",
    "/a/..;/reports/x",
    "/a/..;x=y/REPORTS/x",
    "/reports/..;/a",
];

/// What services read in different ways, whatever it names.
const AMBIGUOUS: &[&str] =
    &["/a//b", "/a/./b", "/a/../b", "/a/%2e%2E/b", "/a%2fb", "/a%5Cb", "/a\\b", "/a;x=y/b", "/reports/..%2fa", "/a/.."];

fn is_a_report(path: &str) -> bool {
    path == "/reports" || path.starts_with("/reports/")
}

#[test]
fn no_spelling_of_a_path_gets_around_its_rule() {
    for kind in tried() {
        let world = World::start(kind);
        let (ada, eve) = (world.jeton.token("ada"), world.jeton.token("eve"));
        for target in SPELLINGS {
            let (reply, seen) = world.ask(&Request::get(target).bearer(&ada));
            assert!((300..500).contains(&reply.status) || !seen.is_empty(), "{}: {target}: {reply:?}", kind.name);
            for seen in seen {
                let readings = readings(&seen.target);
                assert!(!readings.iter().any(|path| is_a_report(path)), "{}: {target}: {readings:?}", kind.name);
            }
        }
        for target in ["/reports/x", "/REPORTS/x", "/reports/x?y=/../%2f&z//\\", "/reports/a%20b/"] {
            assert_eq!(world.passes(&Request::get(target).bearer(&eve)).target, target, "{}", kind.name);
        }
    }
}

#[test]
fn a_path_that_services_read_in_different_ways_is_refused_or_resolved() {
    for kind in tried() {
        let world = World::start(kind);
        let eve = world.jeton.token("eve");
        for target in AMBIGUOUS {
            let (reply, seen) = world.ask(&Request::get(target).bearer(&eve));
            let is_refused = reply.status == 400 || kind.name.starts_with("envoy") && reply.status == 403;
            assert!(is_refused || !seen.is_empty(), "{}: {target}: {reply:?}", kind.name);
            for seen in seen {
                let readings = readings(&seen.target);
                assert!(readings.windows(2).all(|pair| pair[0] == pair[1]), "{}: {target}: {readings:?}", kind.name);
            }
        }
    }
}

#[test]
fn what_is_next_to_a_path_is_not_under_its_rule() {
    for kind in tried() {
        let world = World::start(kind);
        let ada = world.jeton.token("ada");
        for target in ["/reports.csv", "/reportsx/1", "/a/reports/", "/a?/reports/../x", "/.well-known/a..b/.c/...x"] {
            assert_eq!(world.passes(&Request::get(target).bearer(&ada)).target, target, "{}", kind.name);
        }
        // The whole URL, as every server has to take it (RFC 9112 section 3.2.2).
        world.passes(&Request::get("http://service.test/notes").bearer(&ada));
    }
}

#[test]
fn a_path_without_its_last_slash_is_under_the_same_rule() {
    for kind in tried() {
        let world = World::start(kind);
        let (ada, eve) = (world.jeton.token("ada"), world.jeton.token("eve"));
        assert_eq!(world.refuses(&Request::get("/reports")).status, 401, "{}", kind.name);
        assert_eq!(world.refuses(&Request::get("/reports").bearer(&ada)).status, 403, "{}", kind.name);
        world.passes(&Request::get("/reports").bearer(&eve));
    }
}
