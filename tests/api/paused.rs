//! An instance that was paused while another one changed the keys: its background task has not had a look yet.

use std::sync::Arc;

use jeton::authority::{Caller, Hashing, LoginRequest, RefreshRequest};
use jeton::entropy::SystemEntropy;
use jeton::http::Edge;
use jeton::keys::{Wish, manage};
use jeton::secret::Secret;
use jeton::server::{Surroundings, assemble, keys::settings};
use jeton::testing::ManualClock;
use jeton::user::{HashParameters, Password};

use crate::app::{PASSWORD, Plan, START, TestApp, block_on, seconds};

/// An instance on the same folder without its background tasks.
fn instance(app: &TestApp) -> Edge {
    let plan = Plan::over(Arc::clone(&app.folder), |_| {});
    let (clock, entropy) = (Arc::new(ManualClock::new(START)), Arc::new(SystemEntropy));
    let surroundings = Surroundings { clock, entropy, hashing: HashParameters::cheap() };
    assemble(&plan.config, plan.stores.clone(), surroundings).unwrap()
}

#[test]
fn what_it_signs_first_is_signed_with_a_key_that_others_know() {
    let app = TestApp::start();
    app.add_user("ada");
    let paused = [instance(&app), instance(&app)];
    let refresh_token = Secret::new(app.sign_in("ada").refresh);
    let config = Plan::over(Arc::clone(&app.folder), |_| {}).config;
    manage(&settings(&config), Wish::RotateNow, &SystemEntropy, START).unwrap();

    let (now, caller) = (START + seconds(60), Caller::default());
    let password = Password::new(Secret::from(PASSWORD)).unwrap();
    let login = LoginRequest { username: "ada".to_owned(), password, scope: None, audience: None, client_id: None };
    let signed_in = block_on(paused[0].authority.login(login, &caller, now, &Hashing::default())).unwrap();
    let refresh = RefreshRequest { refresh_token, client_id: None, scope: None, idempotency_key: None };
    let refreshed = block_on(paused[1].authority.refresh(&refresh, &caller, now)).unwrap();

    let verifier = instance(&app).authority.keys.verifier().clone();
    for tokens in [signed_in, refreshed.tokens] {
        assert!(verifier.verify(tokens.access_token.expose(), now).is_ok());
    }
}
