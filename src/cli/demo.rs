//! `jeton serve --dev`: somebody to sign in as, and the lines to try it with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::arguments::Attributes;
use super::context::FOREIGN;
use super::failure::Failure;
use super::output::line;
use super::user::new_user;
use crate::entropy::{Entropy, SystemEntropy};
use crate::secret::Secret;
use crate::store::UserStore;
use crate::user::Password;

const NAME: &str = "demo";

/// Gives an empty user store the user `demo` and prints the tour, the password in it once.
///
/// # Errors
/// Where the store does not answer.
pub async fn welcome(users: &dyn UserStore, base: &str) -> Result<(), Failure> {
    if users.is_read_only() {
        return line(FOREIGN);
    }
    if !users.list(None, 1).await.map_err(Failure::failed)?.is_empty() {
        return line("There are users already. A new password for one: jeton user password NAME");
    }
    let secret = URL_SAFE_NO_PAD.encode(SystemEntropy.id());
    let password = Password::new(Secret::from(secret.as_str())).map_err(Failure::failed)?;
    let attributes = Attributes { roles: vec!["demo".to_owned()], scopes: Vec::new(), claims: None };
    if users.insert(&new_user(NAME.to_owned(), &password, attributes)).await.map_err(Failure::failed)? {
        line(&tour(base, &secret))?;
    }
    Ok(())
}

/// The whole tour, to be pasted into another shell.
fn tour(base: &str, password: &str) -> String {
    format!(
        r#"The user {NAME} has the password {password}
It is not shown again. Paste this into another shell:

  base={base}
  json='content-type: application/json'
  pick() {{ sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }}

  echo '== Sign in'
  tokens=$(curl -s $base/login -H "$json" -d '{{"username":"{NAME}","password":"{password}"}}'); echo "$tokens"
  access=$(echo "$tokens" | pick access_token); refresh=$(echo "$tokens" | pick refresh_token)

  echo '== Verify: any service can ask, or check the token alone with the public keys'
  curl -s $base/verify -H "authorization: Bearer $access"; echo
  curl -s $base/.well-known/jwks.json; echo
  curl -s $base/me -H "authorization: Bearer $access"; echo
  curl -s $base/sessions -H "authorization: Bearer $access"; echo

  echo '== Refresh, as if the first answer had been lost: the same successor comes back'
  curl -s $base/refresh -H "$json" -d "{{\"refresh_token\":\"$refresh\"}}"; echo
  tokens=$(curl -si $base/refresh -H "$json" -d "{{\"refresh_token\":\"$refresh\"}}"); echo "$tokens"
  refresh=$(echo "$tokens" | pick refresh_token)

  echo '== Sign out: the refresh token is refused from now on'
  curl -si $base/logout -H "$json" -d "{{\"refresh_token\":\"$refresh\"}}"
  curl -s $base/refresh -H "$json" -d "{{\"refresh_token\":\"$refresh\"}}"; echo
"#
    )
}
