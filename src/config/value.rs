//! A value as it was given, before its setting gives it a type.

use crate::secret::Secret;

/// What a value means, or what is wrong with it, said without repeating it.
pub(super) type Parsed<T> = Result<T, String>;

/// A value as it was given. All of it is treated as secret: no setting's name is known here.
pub(super) enum Value {
    /// A variable's or file's bytes, a TOML string or integer.
    One(Secret<Vec<u8>>),
    /// A TOML array of strings.
    Many(Vec<Secret<String>>),
    /// A TOML value that no setting takes, by what it is.
    Foreign(&'static str),
}

impl Value {
    /// One value of these bytes.
    pub(super) fn one(bytes: impl Into<Vec<u8>>) -> Self {
        Self::One(Secret::new(bytes.into()))
    }

    /// The bytes as they stand.
    pub(super) fn bytes(&self) -> Parsed<&[u8]> {
        match self {
            Self::One(bytes) => Ok(bytes.expose()),
            Self::Many(_) => Err("a list stands where one value belongs".to_owned()),
            Self::Foreign(kind) => Err(format!("{kind} stands where one value belongs")),
        }
    }

    /// The text as it stands.
    pub(super) fn text(&self) -> Parsed<&str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| "it is not UTF-8".to_owned())
    }

    /// The items of an array, or of a text with commas, where space around an item is dropped. The
    /// empty text is the empty list.
    pub(super) fn items(&self) -> Parsed<Vec<&str>> {
        match self {
            Self::Many(items) => Ok(items.iter().map(|item| item.expose().as_str()).collect()),
            _ => Ok(match self.text()?.trim() {
                "" => Vec::new(),
                text => text.split(',').map(str::trim).collect(),
            }),
        }
    }
}

impl From<toml::Value> for Value {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::String(text) => Self::one(text),
            toml::Value::Integer(number) => Self::one(number.to_string()),
            toml::Value::Array(items) => items
                .into_iter()
                .map(|item| if let toml::Value::String(text) = item { Some(Secret::new(text)) } else { None })
                .collect::<Option<_>>()
                .map_or(Self::Foreign("a list of something other than strings"), Self::Many),
            toml::Value::Boolean(_) => Self::Foreign("true or false"),
            toml::Value::Float(_) => Self::Foreign("a fraction"),
            toml::Value::Datetime(_) => Self::Foreign("a date or time"),
            toml::Value::Table(_) => Self::Foreign("a table"),
        }
    }
}
