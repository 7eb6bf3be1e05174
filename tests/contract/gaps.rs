//! What openapi.yaml lists and no provocation has drawn.

use serde_json::Value;

use crate::document::{Document, Operation};
use crate::seen::Seen;

/// What cannot be provoked here: status, code, and why.
const UNPROVOKED: [(u16, &str, &str); 2] = [
    (408, "request_timeout", "it takes ten seconds of real time"),
    (500, "server_error", "it is for mistakes that nobody knows of yet"),
];

/// Everything that was written and not seen.
pub fn gaps(document: &Document, seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for operation in document.operations() {
        for (status, response) in operation.responses() {
            let response = document.resolve(response);
            let missing = answer(&operation, status, response, seen);
            found.extend(missing.into_iter().map(|part| format!("{operation} {status}: {part}")));
        }
        let asked = [parameters(document, &operation, seen), bodies(document, &operation, seen)].concat();
        found.extend(asked.into_iter().map(|part| format!("{operation}: {part}")));
    }
    found.extend(parts(document, seen));
    found.into_iter().map(|gap| format!("{gap} is in openapi.yaml, but no provocation draws it")).collect()
}

fn answer(operation: &Operation<'_>, status: u16, response: &Value, seen: &Seen) -> Vec<String> {
    let name = operation.to_string();
    let excused = UNPROVOKED.iter().any(|(excused, ..)| *excused == status);
    if excused {
        return Vec::new();
    }
    if !seen.answers.contains(&(name.clone(), status)) {
        return vec!["this status".to_owned()];
    }
    let headers = response["headers"].as_object().into_iter().flat_map(|headers| headers.keys());
    let headers = headers
        .filter(|header| !seen.headers.contains(&(name.clone(), status, header.to_lowercase())))
        .map(|header| format!("the header {header}"));
    let schema = &response["content"]["application/json"]["schema"];
    let codes = schema["properties"]["error"]["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let codes = codes
        // The answer to HEAD has no body to read a code from.
        .filter(|_| operation.method != "HEAD")
        .filter(|code| !seen.codes.contains(&(name.clone(), status, (*code).to_owned())))
        .map(|code| format!("the error {code}"));
    headers.chain(codes).collect()
}

fn parameters(document: &Document, operation: &Operation<'_>, seen: &Seen) -> Vec<String> {
    let parameters = operation.parameters().map(|parameter| document.resolve(parameter));
    parameters
        .map(|parameter| [&parameter["in"], &parameter["name"]].map(|text| text.as_str().unwrap_or_default()))
        .filter(|[place, _]| *place != "path")
        .filter(|[place, name]| !seen.parameters.contains(&((*place).to_owned(), name.to_lowercase())))
        .map(|[place, name]| format!("the {place} parameter {name}"))
        .collect()
}

fn bodies(document: &Document, operation: &Operation<'_>, seen: &Seen) -> Vec<String> {
    let content = document.resolve(&operation.value["requestBody"])["content"].as_object();
    let media_types = content.into_iter().flat_map(|content| content.keys());
    media_types
        .filter(|media_type| !seen.bodies.contains(&(operation.to_string(), (*media_type).clone())))
        .map(|media_type| format!("a body of {media_type}"))
        .collect()
}

/// Members and words of every schema.
fn parts(document: &Document, seen: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    for (name, schema) in document.components("schemas") {
        let members = schema["properties"].as_object().into_iter().flat_map(|members| members.keys());
        for part in members.map(String::as_str).chain(document.words(name)) {
            let excused = UNPROVOKED.iter().any(|(_, code, _)| *code == part);
            if !excused && !seen.parts.contains(&(name.to_owned(), part.to_owned())) {
                found.push(format!("{name}: {part}"));
            }
        }
    }
    found
}
