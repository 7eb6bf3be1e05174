//! Making the tokens of a session.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Authority;
use crate::clock::Timestamp;
use crate::scope::Scope;
use crate::secret::Secret;
use crate::session::{RefreshToken, Session};
use crate::store::Unavailable;
use crate::user::User;
use crate::verify::{Audience, Claims};

/// The tokens of one answer (RFC 6749 §5.1).
#[derive(Debug)]
pub struct TokenSet {
    /// The access token.
    pub access_token: Secret<String>,
    /// Seconds until the access token ends: exp − iat.
    pub expires_in: u64,
    /// The session's current refresh token.
    pub refresh_token: Secret<String>,
    /// Seconds until the session ends if it is not used again.
    pub refresh_expires_in: u64,
    /// What the access token allows.
    pub scope: Scope,
    /// The session.
    pub session_id: String,
}

impl Authority {
    /// The tokens of a session as it stands. Writes nothing, so that a retry may ask again.
    ///
    /// # Errors
    /// Where the record names a refresh secret that this instance cannot find: the folder of keys
    /// is behind, and a retry may succeed.
    pub(super) fn mint(
        &self,
        session: &Session,
        user: &User,
        scope: Scope,
        now: Timestamp,
    ) -> Result<TokenSet, Unavailable> {
        let secret = self
            .keys
            .refresh_secret(session.secret_id, now)
            .ok_or_else(|| Unavailable(format!("refresh secret {} is not in the keys folder", session.secret_id)))?;
        let refresh_token = RefreshToken { session: session.id, generation: session.generation }.mint(&secret);
        let session_id = session.id.to_string();
        // Whole seconds, so that what a client computes from the claims is what it is told.
        let issued = Timestamp::from_secs(now.as_secs());
        let claims = Claims {
            iss: self.terms.issuer.clone(),
            sub: user.id.as_str().to_owned(),
            aud: Audience::One(session.audience.clone()),
            client_id: Some(session.client.clone()),
            iat: issued,
            exp: issued + self.terms.access_ttl,
            nbf: None,
            jti: Some(URL_SAFE_NO_PAD.encode(self.entropy.id())),
            sid: Some(session_id.clone()),
            auth_time: Some(session.authenticated_at),
            amr: session.amr.clone(),
            scope: scope.clone(),
            roles: user.roles.clone(),
            custom: user.claims.clone(),
        };
        Ok(TokenSet {
            access_token: Secret::new(self.keys.ring().signer(now).sign_token(&claims)),
            expires_in: self.terms.access_ttl.as_secs(),
            refresh_token,
            refresh_expires_in: session.ends().since(now).as_secs(),
            scope,
            session_id,
        })
    }

    /// What a session's access tokens may allow now: what was granted, as far as the user still has it.
    pub(super) fn granted(&self, session: &Session, user: &User) -> Scope {
        session.scope.intersection(&self.available(user))
    }

    /// What a user may ask for: everybody's scopes and the user's own.
    pub(super) fn available(&self, user: &User) -> Scope {
        self.terms.scopes.union(&user.scopes)
    }
}
