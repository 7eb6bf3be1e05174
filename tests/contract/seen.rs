//! What a run has seen of everything that openapi.yaml lists.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, Operation};
use crate::provocations::Of;
use crate::reply::Reply;
use crate::request::Request;

/// Sets that only grow. An operation is named as in messages: `POST /login`.
#[derive(Default)]
pub struct Seen {
    /// Operation and status.
    pub answers: BTreeSet<(String, u16)>,
    /// Operation, status and a header in lower case.
    pub headers: BTreeSet<(String, u16, String)>,
    /// Operation, status and error code.
    pub codes: BTreeSet<(String, u16, String)>,
    /// A schema of the components, and a member or word of it.
    pub parts: BTreeSet<(String, String)>,
    /// Place and name in lower case, of requests that were accepted.
    pub parameters: BTreeSet<(String, String)>,
    /// Operation and media type, of requests that were accepted.
    pub bodies: BTreeSet<(String, String)>,
}

impl Seen {
    /// Notes an answer.
    pub fn answer(&mut self, document: &Document, of: &Of, response: &Value, reply: &Reply) {
        let (name, status) = (of.to_string(), reply.status);
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        self.parts(document, &response["content"]["application/json"]["schema"], &body);
        if let Some(code) = body["error"].as_str() {
            self.codes.insert((name.clone(), status, code.to_owned()));
        }
        for (header, value) in &reply.headers {
            let header = header.as_str();
            if let Some((_, written)) = members(&response["headers"]).find(|(own, _)| own.eq_ignore_ascii_case(header))
            {
                let schema = &document.resolve(written)["schema"];
                self.parts(document, schema, &Value::from(String::from_utf8_lossy(value.as_bytes())));
            }
            self.headers.insert((name.clone(), status, header.to_owned()));
        }
        self.answers.insert((name, status));
    }

    /// Notes a request that was accepted.
    pub fn accepted(&mut self, document: &Document, operation: &Operation<'_>, request: &Request<'_>) {
        let parameters = request.parameters().into_iter();
        self.parameters.extend(parameters.map(|(place, name, _)| (place.to_owned(), name.to_lowercase())));
        if let Some((media_type, value)) = request.content() {
            let media = &document.resolve(&operation.value["requestBody"])["content"][media_type];
            self.parts(document, &media["schema"], &value);
            self.bodies.insert((operation.to_string(), media_type.to_owned()));
        }
    }

    /// Notes which members and words of named schemas a value has.
    fn parts(&mut self, document: &Document, schema: &Value, value: &Value) {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            let named = document.resolve(schema);
            let keys = members(value).map(|(key, _)| key.as_str()).chain(value.as_str());
            self.parts.extend(keys.map(|key| (name.to_owned(), key.to_owned())));
            self.parts(document, named, value);
        }
        for (key, member) in members(value) {
            self.parts(document, &schema["properties"][key], member);
        }
        for item in value.as_array().into_iter().flatten() {
            self.parts(document, &schema["items"], item);
        }
        for choice in ["anyOf", "oneOf"].iter().flat_map(|list| schema[*list].as_array()).flatten() {
            if document.misfits(choice, value).is_empty() {
                self.parts(document, choice, value);
            }
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
