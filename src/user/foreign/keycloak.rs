//! Keycloak's credentials, as `kc.sh export` writes them: two JSON texts in an object.
//!
//! | algorithm | kept as |
//! |---|---|
//! | `pbkdf2` (SHA-1), `pbkdf2-sha256`, `pbkdf2-sha512` | passlib's spelling of the same (`pbkdf2`) |
//! | `argon2` | a PHC string |

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value};

use super::alphabet::base64;
use crate::secret::Secret;

/// The text to keep for a credential; `None` where it is not one of a password that is known.
pub(super) fn text(credential: &Map<String, Value>) -> Option<String> {
    let inner = |name| serde_json::from_str::<Value>(credential.get(name)?.as_str()?).ok();
    let (secret, data) = (inner("secretData")?, inner("credentialData")?);
    let bytes = |name: &str| base64(secret.get(name)?.as_str()?).map(Secret::new);
    let [salt, value] = [bytes("salt")?, bytes("value")?].map(|bytes| STANDARD_NO_PAD.encode(bytes.expose()));
    let iterations = data.get("hashIterations")?.as_u64()?;
    match data.get("algorithm")?.as_str()? {
        name @ ("pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512") => Some(format!("${name}${iterations}${salt}${value}")),
        "argon2" => {
            let parameter = |name: &str| data.get("additionalParameters")?.get(name)?.get(0)?.as_str();
            let kind = parameter("type").filter(|kind| matches!(*kind, "id" | "i" | "d"))?;
            let version = match parameter("version")? {
                "1.3" => 19,
                "1.0" => 16,
                _ => return None,
            };
            let (m, p) = (parameter("memory")?, parameter("parallelism")?);
            Some(format!("$argon2{kind}$v={version}$m={m},t={iterations},p={p}${salt}${value}"))
        }
        _ => None,
    }
}
