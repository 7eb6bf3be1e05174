//! One answer against what is written about it: headers both ways, and the body.

use serde_json::Value;

use crate::document::Document;
use crate::reply::Reply;

/// Headers of the transport, which OpenAPI does not describe (Content-Type is that of the body).
const TRANSPORT: [&str; 5] = ["content-length", "content-type", "date", "connection", "transfer-encoding"];

/// What differs between an answer and its response object; nothing where they agree. The answer to
/// HEAD has everything but the body.
pub fn differences(document: &Document, response: &Value, reply: &Reply, head: bool) -> Vec<String> {
    let mut found = missing_and_wrong_headers(document, response, reply);
    found.extend(unwritten_headers(response, reply));
    found.extend(body(document, response, reply, head));
    found
}

fn missing_and_wrong_headers(document: &Document, response: &Value, reply: &Reply) -> Vec<String> {
    let mut found = Vec::new();
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = document.resolve(header);
        let values: Vec<_> = reply.headers.get_all(name.as_str()).iter().collect();
        match values[..] {
            [] if header["required"] == true => found.push(format!("the header {name} is missing")),
            [] => {}
            [value] => {
                let value = document.typed(&header["schema"], &String::from_utf8_lossy(value.as_bytes()));
                let misfits = document.misfits(&header["schema"], &value);
                found.extend(misfits.into_iter().map(|misfit| format!("the header {name}: {misfit}")));
            }
            _ => found.push(format!("the header {name} stands more than once")),
        }
    }
    found
}

fn unwritten_headers(response: &Value, reply: &Reply) -> Vec<String> {
    let written = |name: &str| {
        response["headers"].as_object().is_some_and(|headers| headers.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    let names = reply.headers.keys().map(|name| name.as_str());
    names
        .filter(|name| !TRANSPORT.contains(name) && !written(name))
        .map(|name| format!("the header {name} is not in openapi.yaml"))
        .collect()
}

fn body(document: &Document, response: &Value, reply: &Reply, head: bool) -> Vec<String> {
    let Some(content) = response["content"].as_object() else {
        let empty = reply.body.is_empty() && !reply.headers.contains_key("content-type");
        return if empty { Vec::new() } else { vec!["there is a body, of which openapi.yaml says nothing".to_owned()] };
    };
    let Some(media) = content.get(reply.header("content-type")) else {
        return vec![format!("the Content-Type {:?} is not in openapi.yaml", reply.header("content-type"))];
    };
    if head {
        return if reply.body.is_empty() { Vec::new() } else { vec!["HEAD is answered with a body".to_owned()] };
    }
    match serde_json::from_slice(&reply.body) {
        Ok(value) => document.misfits(&media["schema"], &value),
        Err(error) => vec![format!("the body is no JSON: {error}")],
    }
}
