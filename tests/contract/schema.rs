//! A value against a schema of the document (OpenAPI 3.1 schemas are JSON Schema 2020-12).

use std::rc::Rc;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::document::Document;

impl Document {
    /// A validator for a schema that stands anywhere in the document.
    ///
    /// # Errors
    /// Why it is no schema.
    pub fn validator(&self, schema: &Value) -> Result<Rc<Validator>, String> {
        let text = schema.to_string();
        if let Some(validator) = self.validators.borrow().get(&text) {
            return Ok(Rc::clone(validator));
        }
        // References begin at the root, so the components stand there again.
        let root = json!({ "allOf": [schema], "components": { "schemas": self.root["components"]["schemas"] } });
        let options = jsonschema::options().should_validate_formats(true);
        let validator = options.build(&root).map(Rc::new).map_err(|error| error.to_string())?;
        self.validators.borrow_mut().insert(text, Rc::clone(&validator));
        Ok(validator)
    }

    /// What is wrong with a value; nothing where it fits.
    pub fn misfits(&self, schema: &Value, value: &Value) -> Vec<String> {
        match self.validator(schema) {
            Ok(validator) => complaints(&validator, value),
            Err(error) => vec![format!("the schema itself is wrong: {error}")],
        }
    }

    /// The text of a header or parameter as its schema sees it.
    pub fn typed(&self, schema: &Value, text: &str) -> Value {
        match self.resolve(schema)["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
            Some("boolean") => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
            _ => text.into(),
        }
    }
}

/// Every error with the place where it is.
pub fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|error| match error.instance_path().to_string().as_str() {
            "" => error.to_string(),
            place => format!("{place}: {error}"),
        })
        .collect()
}
