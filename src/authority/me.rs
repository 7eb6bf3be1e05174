//! The user's own page.

use super::{Authority, Refused};
use crate::id::UserId;

/// What a user sees of their own record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The name as it was given.
    pub username: String,
    /// The roles as they are now.
    pub roles: Vec<String>,
}

impl Authority {
    /// Reads the user's record.
    ///
    /// # Errors
    /// [`Refused::UserGone`] where the user is disabled or gone.
    pub async fn me(&self, user: &UserId) -> Result<Me, Refused> {
        match self.users.by_id(user).await? {
            Some(user) if !user.disabled => Ok(Me { username: user.username, roles: user.roles }),
            _ => Err(Refused::UserGone),
        }
    }
}
