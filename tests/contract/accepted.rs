//! A request that the server accepted, against what openapi.yaml asks for.

use serde_json::Value;

use crate::document::{Document, Operation};
use crate::request::Request;

/// What differs between an accepted request and its operation; nothing where they agree.
pub fn departures(document: &Document, operation: &Operation<'_>, request: &Request<'_>) -> Vec<String> {
    let mut found = body(document, operation, request);
    for (place, name, text) in request.parameters() {
        match parameter(document, operation, place, &name) {
            Some(parameter) => {
                let schema = &parameter["schema"];
                let misfits = document.misfits(schema, &document.typed(schema, &text));
                found.extend(misfits.into_iter().map(|misfit| format!("the {place} parameter {name}: {misfit}")));
            }
            // What a gateway appends is somebody else's query.
            None if place == "query" && operation.path.ends_with("/{path}") => {}
            None => found.push(format!("the {place} parameter {name} is not in openapi.yaml")),
        }
    }
    found.into_iter().map(|departure| format!("the request was accepted, but {departure}")).collect()
}

/// The parameter of an operation that stands in a query or header.
fn parameter<'a>(document: &'a Document, operation: &'a Operation<'_>, place: &str, name: &str) -> Option<&'a Value> {
    let parameters = operation.parameters().map(|parameter| document.resolve(parameter));
    let same_name = |parameter: &&Value| parameter["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
    parameters.filter(|parameter| parameter["in"] == place).find(same_name)
}

fn body(document: &Document, operation: &Operation<'_>, request: &Request<'_>) -> Vec<String> {
    let Some((media_type, value)) = request.content() else { return Vec::new() };
    let body = document.resolve(&operation.value["requestBody"]);
    let Some(media) = body["content"].get(media_type) else {
        return vec![format!("a body of {media_type} is not in openapi.yaml")];
    };
    let mut found = document.misfits(&media["schema"], &value);
    // The schemas of requests are open, since unknown members are ignored; but here all are known ones.
    let listed = &document.resolve(&media["schema"])["properties"];
    let members = value.as_object().into_iter().flat_map(|members| members.keys());
    let unlisted = members.filter(|member| listed.get(member.as_str()).is_none());
    found.extend(unlisted.map(|member| format!("the member {member} is not in openapi.yaml")));
    found.into_iter().map(|misfit| format!("its body: {misfit}")).collect()
}
