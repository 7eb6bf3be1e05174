//! Access tokens that the server itself would not make, signed with its own key.

use std::fs;
use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton::keys::SigningKey;
use jeton::verify::Algorithm;
use serde_json::{Map, Value};

use crate::app::TestApp;
use crate::reply::{Tokens, part};

/// The server's own ES256 key that signed a token, taken from its folder.
pub struct Forge {
    key: SigningKey,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Forge {
    /// Forges on the pattern of a token of the server's.
    pub fn after(app: &TestApp, tokens: &Tokens) -> Self {
        Self::with_key_in(&app.folder.path().join("keys"), &tokens.access)
    }

    /// Forges on the pattern of an access token, with the key in this folder that signed it.
    pub fn with_key_in(folder: &Path, access: &str) -> Self {
        let header = part(access, 0);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let keys = files.filter(|path| path.extension().is_some_and(|extension| extension == "pem")).map(|file| {
            let pem = pem::parse(fs::read(file).unwrap()).unwrap();
            SigningKey::from_pkcs8(Algorithm::Es256, pem.contents()).unwrap()
        });
        let key = keys.into_iter().find(|key| header["kid"] == key.kid()).unwrap();
        Self { key, header, claims: part(access, 1) }
    }

    /// The pattern with a header member in place of the one of that name.
    pub fn header(&self, name: &str, value: impl Into<Value>) -> String {
        let mut header = self.header.clone();
        header.insert(name.to_owned(), value.into());
        self.sign(&Value::from(header).to_string(), &Value::from(self.claims.clone()).to_string())
    }

    /// The pattern with a claim in place of the one of that name.
    pub fn claim(&self, name: &str, value: impl Into<Value>) -> String {
        let mut claims = self.claims.clone();
        claims.insert(name.to_owned(), value.into());
        self.payload(&Value::from(claims).to_string())
    }

    /// The pattern without a claim.
    pub fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.remove(name);
        self.payload(&Value::from(claims).to_string())
    }

    /// The pattern's header over any payload.
    pub fn payload(&self, payload: &str) -> String {
        self.sign(&Value::from(self.header.clone()).to_string(), payload)
    }

    fn sign(&self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}
