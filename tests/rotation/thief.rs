//! Somebody with a copy of every private key that ever lay in the folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jeton::clock::Timestamp;
use jeton::keys::SigningKey;
use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;
use serde_json::Value;

/// The keys by their files' names, each with when it was found gone.
#[derive(Default)]
pub struct Thief {
    keys: BTreeMap<String, (SigningKey, Option<Timestamp>)>,
}

impl Thief {
    /// Copies what is new, and notes what is gone.
    pub fn look(&mut self, folder: &Path, now: Timestamp) {
        let names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        for name in names.iter().filter(|name| name.ends_with(".pem")) {
            if self.keys.contains_key(name) {
                continue;
            }
            let pem = pem::parse(fs::read(folder.join(name)).unwrap()).unwrap();
            let key = SigningKey::from_pkcs8(Algorithm::Es256, pem.contents()).unwrap();
            self.keys.insert(name.clone(), (key, None));
        }
        for (name, (_, gone)) in &mut self.keys {
            if !names.contains(name) {
                gone.get_or_insert(now);
            }
        }
    }

    /// How many keys have come and gone.
    pub fn gone(&self) -> usize {
        self.keys.values().filter(|(_, gone)| gone.is_some()).count()
    }

    /// A fresh token of each of the last four keys, the earliest first, with when the key was found gone.
    pub fn forge(&self, now: Timestamp) -> Vec<(String, Option<Timestamp>)> {
        let payload = TestIssuer::new().token("eve").issued_at(now).payload();
        let claims: Value = serde_json::from_str(&payload).unwrap();
        let latest = self.keys.values().rev().take(4).rev();
        latest.map(|(key, gone)| (key.sign_token(&claims), *gone)).collect()
    }
}
