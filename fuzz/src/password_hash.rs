//! A password hash of another program: what is accepted is kept in a form that is accepted, too.

use jeton::user::import_hash;
use serde_json::Value;

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let object = serde_json::from_str(text).ok();
    for value in [Some(Value::from(text)), object].into_iter().flatten() {
        let Ok(kept) = import_hash(&value) else { continue };
        assert!(kept.as_phc().len() <= 512, "a text that no store has to cut");
        assert_eq!(import_hash(&Value::from(kept.as_phc())), Ok(kept), "one spelling of what is kept");
    }
}
