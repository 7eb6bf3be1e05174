//! Who there is, and the sessions they begin with.

use crate::app::TestApp;
use crate::reply::Tokens;

/// Who refreshes.
const REFRESHING: usize = 3;

/// Who only signs in.
pub const NEWCOMER: &str = "newcomer";

/// Who signs in and out again.
pub const LEAVER: &str = "leaver";

/// People, each with a device that is in use and one that is not.
pub struct People {
    /// By the names of their users.
    pub awake: Vec<(String, Tokens)>,
    pub asleep: Vec<Tokens>,
}

impl People {
    /// Makes users, and signs them in.
    pub fn sign_in(app: &TestApp) -> Self {
        Self::sign_in_until(app, |people| people.awake.len() == REFRESHING)
    }

    /// The same with as many as it takes.
    pub fn sign_in_until(app: &TestApp, is_enough: impl Fn(&Self) -> bool) -> Self {
        app.add_user(NEWCOMER);
        app.add_user(LEAVER);
        let mut people = Self { awake: Vec::new(), asleep: Vec::new() };
        while !is_enough(&people) {
            let name = format!("user{}", people.awake.len());
            app.add_user(&name);
            people.awake.push((name.clone(), app.sign_in(&name)));
            people.asleep.push(app.sign_in(&name));
        }
        people
    }
}
