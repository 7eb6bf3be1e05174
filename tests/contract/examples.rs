//! The examples of openapi.yaml, each against the schema beside it.

use serde_json::Value;

use crate::document::Document;

#[test]
fn every_example_fits_its_schema() {
    let document = Document::load();
    let mut examples = Vec::new();
    collect(&document.root, "", &mut examples);
    assert!(examples.len() > 50, "only {} examples were found", examples.len());
    let mut misfits = Vec::new();
    for (place, schema, example) in examples {
        let found = document.misfits(schema, example);
        misfits.extend(found.into_iter().map(|misfit| format!("{place}: {misfit}")));
    }
    assert!(misfits.is_empty(), "these examples do not fit:\n- {}", misfits.join("\n- "));
}

/// Every example below a value, with its place and its schema.
fn collect<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value, &'a Value)>) {
    match value {
        Value::Object(members) => {
            for (schema, example) in examples_of(value) {
                found.push((place.to_owned(), schema, example));
            }
            // What stands in an example is no part of the document.
            for (name, member) in members.iter().filter(|(name, _)| !["example", "examples"].contains(&name.as_str())) {
                collect(member, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, item)| collect(item, &format!("{place}/{number}"), found));
        }
        _ => {}
    }
}

/// The examples of a parameter, header or body, of which the schema is a member, or of a schema itself;
/// a schema's default is an example, too.
fn examples_of(value: &Value) -> Vec<(&Value, &Value)> {
    let schema = value.get("schema").unwrap_or(value);
    let one = value.get("example");
    let named = value["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
    let listed = value["examples"].as_array().into_iter().flatten();
    let default = value.get("default");
    one.into_iter().chain(named).chain(listed).chain(default).map(|example| (schema, example)).collect()
}
