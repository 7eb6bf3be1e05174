//! The route table and the paths of openapi.yaml, both ways.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::TestApp;
use crate::document::Document;

/// The methods that are asked of every path, and that stand for "any" in openapi.yaml.
pub const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Whether a path has a method; HEAD is wherever GET is.
pub fn answers(item: &Value, method: &str) -> bool {
    let written = |method: &str| item.get(method.to_lowercase()).is_some();
    written(method) || method == "HEAD" && written("GET")
}

#[test]
fn every_route_is_written_and_everything_written_is_a_route() {
    let document = Document::load();
    let mut built = BTreeSet::new();
    for (path, methods) in jeton::http::routes() {
        // actix names a tail with its pattern.
        let path = path.replace(":.*}", "}");
        let methods = if methods == ["*"] { METHODS.to_vec() } else { methods };
        built.extend(methods.into_iter().map(|method| format!("{method} {path}")));
    }
    let written: BTreeSet<_> = document.operations().iter().map(ToString::to_string).collect();
    let unwritten: Vec<_> = built.difference(&written).collect();
    let unbuilt: Vec<_> = written.difference(&built).collect();
    assert!(unwritten.is_empty(), "these routes are not in openapi.yaml: {unwritten:?}");
    assert!(unbuilt.is_empty(), "these operations of openapi.yaml are no routes: {unbuilt:?}");
}

#[test]
fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    let (document, app) = (Document::load(), TestApp::start());
    for (path, item) in document.paths() {
        let (has, has_not): (Vec<&str>, Vec<&str>) = METHODS.iter().partition(|method| answers(item, method));
        for method in has_not {
            let reply = app.send(method, path, &[], b"");
            let allowed: BTreeSet<_> = reply.header("allow").split(", ").collect();
            assert_eq!((reply.status, allowed), (405, has.iter().copied().collect()), "{method} {path}");
        }
    }
}
