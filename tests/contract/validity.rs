//! openapi.yaml by itself: valid OpenAPI 3.1, whole, and without loose ends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::Document;
use crate::schema::complaints;

/// Components that nothing refers to: the answer where there is no operation.
const UNREFERENCED: [&str; 1] = ["#/components/responses/MethodNotAllowed"];

/// Objects that may have members of any name: the custom claims of a token.
const OPEN: [&str; 1] = ["Claims"];

#[test]
fn it_is_openapi_3_1() {
    let schema = serde_json::from_str(include_str!("oas-3.1.schema.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let document = Document::load();
    let complaints = complaints(&validator, &document.root);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    for (name, schema) in document.components("schemas") {
        assert!(jsonschema::meta::is_valid(schema), "the schema {name} is no schema");
        document.validator(schema).unwrap_or_else(|error| panic!("the schema {name}: {error}"));
    }
}

#[test]
fn it_is_of_this_version_and_licence() {
    let info = &Document::load().root["info"];
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"), "info.version is that of Cargo.toml");
    assert_eq!(info["license"]["identifier"], env!("CARGO_PKG_LICENSE"), "info.license is that of Cargo.toml");
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = Document::load();
    let mut references = BTreeSet::new();
    collect_references(&document.root, &mut references);
    for reference in &references {
        assert!(document.target(reference).is_some(), "{reference} leads nowhere");
    }
    references.extend(UNREFERENCED);
    for kind in ["parameters", "requestBodies", "headers", "responses", "schemas"] {
        for (name, _) in document.components(kind) {
            let reference = format!("#/components/{kind}/{name}");
            assert!(references.contains(reference.as_str()), "{reference} is used nowhere");
        }
    }
}

#[test]
fn every_operation_is_named_tagged_and_says_who_may_ask() {
    let document = Document::load();
    let declared: BTreeSet<_> = list(&document.root["tags"]).map(|tag| tag["name"].as_str().unwrap()).collect();
    let (mut names, mut used) = (BTreeSet::new(), BTreeSet::new());
    for operation in document.operations() {
        let name = operation.value["operationId"].as_str().unwrap_or_else(|| panic!("{operation}: no operationId"));
        assert!(names.insert(name.to_owned()), "{operation}: the operationId {name} is taken");
        assert!(operation.value["summary"].is_string(), "{operation}: no summary");
        let tags: Vec<_> = list(&operation.value["tags"]).map(|tag| tag.as_str().unwrap().to_owned()).collect();
        assert_eq!(tags.len(), 1, "{operation}: one tag");
        used.extend(tags);
        assert!(operation.value["security"].is_array(), "{operation}: security is not said");
        for scheme in list(&operation.value["security"]).flat_map(|way| way.as_object().unwrap().keys()) {
            let known = document.root["components"]["securitySchemes"].get(scheme).is_some();
            assert!(known, "{operation}: no security scheme {scheme}");
        }
    }
    assert!(declared.iter().copied().eq(used.iter().map(String::as_str)), "tags: {declared:?} declared, {used:?} used");
}

#[test]
fn every_path_parameter_is_declared() {
    let document = Document::load();
    for operation in document.operations() {
        let in_path: BTreeSet<_> =
            operation.path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        let parameters: Vec<_> = operation.parameters().map(|parameter| document.resolve(parameter)).collect();
        let declared: BTreeSet<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(in_path, declared, "{operation}: the parameters in the path and those declared");
        let distinct: BTreeSet<_> = parameters.iter().map(|p| (p["in"].to_string(), p["name"].to_string())).collect();
        assert_eq!(distinct.len(), parameters.len(), "{operation}: a parameter is declared twice");
    }
}

#[test]
fn our_answers_are_closed_and_every_code_is_listed_once_and_used() {
    let document = Document::load();
    for (name, schema) in document.components("schemas").filter(|(_, schema)| schema["type"] == "object") {
        let asked = name.ends_with("Request") || name.ends_with("Form");
        let open = asked || OPEN.contains(&name);
        assert!(open || schema["additionalProperties"] == false, "{name}: additionalProperties is not false");
    }
    for name in ["ErrorCode", "GrantReason", "PasswordReason", "TokenReason", "RefreshOutcome"] {
        let schema = document.target(&format!("#/components/schemas/{name}")).unwrap();
        assert!(
            list(&schema["oneOf"]).all(|word| word["description"].is_string()),
            "{name}: a word without description"
        );
    }
    let listed = document.words("ErrorCode");
    let distinct: BTreeSet<_> = listed.iter().copied().collect();
    assert_eq!(distinct.len(), listed.len(), "ErrorCode: a code is listed twice");
    let used: BTreeSet<_> = document
        .components("responses")
        .flat_map(|(_, response)| {
            list(&response["content"]["application/json"]["schema"]["properties"]["error"]["enum"])
        })
        .map(|code| code.as_str().unwrap())
        .collect();
    assert_eq!(used, distinct, "the codes of the responses and those of ErrorCode");
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn collect_references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect_references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
