//! Strict JSON: one object, no member twice at any depth, bounded depth.
//!
//! serde_json alone lets the last of two equal members win, and two parsers that disagree about
//! which one counts are an attack (RFC 8725 §2.4). It does refuse what else must be refused: a BOM,
//! lone surrogates, numbers out of range, trailing bytes.
//!
//! The form is looked at without building values, because with serde_json's feature
//! `arbitrary_precision`, which any other crate of the importing service may turn on, a number comes
//! to a visitor in disguise, as a map. Values are then read by types that know what they want.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How deep objects and arrays may nest.
const MAX_DEPTH: u8 = 16;

/// So many names are compared one with another; more are hashed.
const FEW_NAMES: usize = 16;

/// Parses one JSON object; `None` for anything else.
pub(crate) fn parse_object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if is_strict(text) { serde_json::from_str(text).ok() } else { None }
}

/// Whether this is one JSON value of the strict form.
///
/// This and the other readers take text rather than bytes: from bytes, serde_json checks each string
/// anew for being UTF-8.
pub(super) fn is_strict(text: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let strict = Strict { depth: MAX_DEPTH }.deserialize(&mut deserializer);
    strict.is_ok() && deserializer.end().is_ok()
}

/// A string, borrowed where it holds no escape.
pub(super) struct Text<'de>(pub Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;

        impl<'de> Visitor<'de> for AsText {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(AsText)
    }
}

/// The names of one object so far.
#[derive(Default)]
struct Names<'de> {
    few: Vec<Cow<'de, str>>,
    many: HashSet<Cow<'de, str>>,
}

impl<'de> Names<'de> {
    /// `false`: the name is there already.
    fn insert(&mut self, name: Cow<'de, str>) -> bool {
        if self.few.len() < FEW_NAMES {
            let is_new = !self.few.contains(&name);
            self.few.push(name);
            return is_new;
        }
        !self.few.contains(&name) && self.many.insert(name)
    }
}

/// Looks at the form only: depth, and that no member stands twice.
#[derive(Clone, Copy)]
struct Strict {
    depth: u8,
}

impl Strict {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))?;
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        let mut names = Names::default();
        while let Some(Text(name)) = map.next_key()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member stands twice"));
            }
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_and_nothing_beside_it() {
        assert!(parse_object(br#" {"a":[1,-2,3.5,null,true,"x"],"b":{"a":{}}} "#).is_some());
        for other in
            ["", "[]", "1", "null", "\"{}\"", "{}{}", "{},", "{", "\u{feff}{}", "{'a':1}", "{\"a\":1,}", "{\"a\":NaN}"]
        {
            assert!(parse_object(other.as_bytes()).is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_at_any_depth_and_spelling() {
        let names = (0..100).map(|number| format!(r#""{number}":0,"#)).collect::<String>();
        assert!(parse_object(format!(r#"{{{names}"x":0}}"#).as_bytes()).is_some());
        for last in [0, 15, 16, 17, 99] {
            assert!(parse_object(format!(r#"{{{names}"{last}":0}}"#).as_bytes()).is_none(), "{last}");
        }
        for twice in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":{"a":1,"a":2}}"#, r#"{"x":[{"":1,"":2}]}"#] {
            assert!(parse_object(twice.as_bytes()).is_none(), "{twice}");
        }
    }

    #[test]
    fn strings_are_unicode_and_numbers_finite() {
        assert!(parse_object(br#"{"a":"\ud83d\ude00"}"#).is_some());
        for other in [r#"{"a":"\ud83d"}"#, r#"{"a":"\ude00x"}"#, r#"{"\ud800":1}"#, r#"{"a":1e999}"#, "{\"a\":\"\n\"}"]
        {
            assert!(parse_object(other.as_bytes()).is_none(), "{other}");
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_none());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse_object(nested(15).as_bytes()).is_some());
        assert!(parse_object(nested(16).as_bytes()).is_none());
        assert!(parse_object(nested(100_000).as_bytes()).is_none());
    }
}
