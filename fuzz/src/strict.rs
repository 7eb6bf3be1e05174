//! Strict JSON, found out in another way than jeton does: by counting.

use serde_json::{Map, Value};

/// How deep jeton lets objects and arrays nest.
const MAX_DEPTH: usize = 16;

/// The one object that the bytes are, if no member stands twice and nothing is nested too deep.
pub fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    // serde_json keeps the last of two equal members, so that there are fewer of them than colons.
    let is_strict = members(&value) == colons(bytes) && depth(&value) <= MAX_DEPTH;
    match value {
        Value::Object(object) if is_strict => Some(object),
        _ => None,
    }
}

fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(values) => values.iter().map(members).sum(),
        _ => 0,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Colons outside of strings.
fn colons(json: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b':' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}
