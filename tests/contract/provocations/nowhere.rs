//! What no operation answers: paths and methods that are not built.

use super::{Provocation, stray, target};
use crate::document::Document;
use crate::request::Request;
use crate::routes::{METHODS, answers};

pub fn all(document: &Document) -> Vec<Provocation> {
    let mut rows = vec![
        stray("NotFound", 404, "a path that is not built", |world| Request::new(&world.up, "GET", "/nowhere")),
        stray("NotFound", 404, "a method that OpenAPI cannot name", |world| {
            Request::new(&world.up, "PROPFIND", "/nowhere")
        }),
    ];
    for (path, item) in document.paths() {
        for method in METHODS.into_iter().filter(|method| !answers(item, method)) {
            let target = target(path);
            rows.push(stray("MethodNotAllowed", 405, "a method that the path does not have", move |world| {
                Request::new(&world.up, method, &target)
            }));
        }
    }
    rows
}
