//! openapi.yaml as data: references followed, operations listed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use jsonschema::Validator;
use serde_json::Value;

const METHODS: [&str; 8] = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];

/// The document.
pub struct Document {
    pub root: Value,
    /// What was compiled so far, by the schema's text.
    pub(super) validators: RefCell<HashMap<String, Rc<Validator>>>,
}

impl Document {
    /// The one at the project's root.
    pub fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let root = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path} is no YAML: {error}"));
        Self { root, validators: RefCell::default() }
    }

    /// Follows `$ref` until something stands there by itself.
    pub fn resolve<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        while let Some(reference) = value["$ref"].as_str() {
            value = self.target(reference).unwrap_or_else(|| panic!("openapi.yaml: {reference} leads nowhere"));
        }
        value
    }

    /// What a reference names.
    pub fn target(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// A response of `components`.
    pub fn response(&self, name: &str) -> &Value {
        let found = self.target(&format!("#/components/responses/{name}"));
        found.unwrap_or_else(|| panic!("openapi.yaml: no response {name} among the components"))
    }

    /// The components of a kind by name.
    pub fn components(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.root["components"][kind].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Every path with its item.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.root["paths"].as_object().unwrap().iter().map(|(path, item)| (path.as_str(), item))
    }

    /// Every operation in the order of paths and methods.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in self.paths() {
            for method in METHODS {
                if let Some(value) = item.get(method) {
                    operations.push(Operation { method: method.to_uppercase(), path, value, item });
                }
            }
        }
        operations
    }

    /// The words that a schema of `components` lists as `oneOf` or `enum`.
    pub fn words(&self, schema: &str) -> Vec<&str> {
        let schema = self.target(&format!("#/components/schemas/{schema}")).unwrap_or(&Value::Null);
        let listed = schema["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
        listed.chain(schema["enum"].as_array().into_iter().flatten()).filter_map(Value::as_str).collect()
    }
}

/// A method of a path.
pub struct Operation<'a> {
    pub method: String,
    pub path: &'a str,
    pub value: &'a Value,
    /// The path's item, with what its operations share.
    pub item: &'a Value,
}

impl Operation<'_> {
    /// Its statuses with their responses, references not yet followed.
    pub fn responses(&self) -> impl Iterator<Item = (u16, &Value)> {
        let responses = self.value["responses"].as_object().into_iter().flatten();
        responses.map(move |(status, response)| {
            let status = status.parse().unwrap_or_else(|_| panic!("{self}: {status} is no status"));
            (status, response)
        })
    }

    /// Its parameters and its path's, references not yet followed.
    pub fn parameters(&self) -> impl Iterator<Item = &Value> {
        [self.item, self.value].into_iter().flat_map(|owner| owner["parameters"].as_array()).flatten()
    }

    /// Whether it can be asked with, and without, a bearer token.
    pub fn credentials(&self) -> (bool, bool) {
        let ways = self.value["security"].as_array().map(Vec::as_slice).unwrap_or_default();
        let with = ways.iter().any(|way| way.get("bearer").is_some());
        (with, ways.is_empty() || ways.iter().any(|way| way == &serde_json::json!({})))
    }
}

impl fmt::Display for Operation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
