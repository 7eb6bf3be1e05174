//! What people ask of a server: to sign in, to refresh, to check, to sign out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;

use crate::chance::Chance;
use crate::device::Stored;
use crate::family::{Family, Verdict};
use crate::home::PASSWORD;
use crate::plan::milliseconds;
use crate::stage::Act;
use crate::wire::{Loss, Reply, Request, Silence};
use crate::world::World;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Between two tries to sign in or out.
const PAUSE: std::ops::RangeInclusive<u64> = 100..=400;

/// Presents a refresh token. What came of it, and the answer where there is one.
pub fn refresh(port: u16, token: &str, key: Option<&str>, request: &str, loss: Loss) -> (Verdict, Option<Reply>) {
    let mut headers = vec![JSON, ("x-request-id", request)];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    let body = json!({ "refresh_token": token }).to_string();
    match (Request { method: "POST", path: "/refresh", headers: &headers, body }).send(port, loss) {
        Err(Silence::Unsent) => (Verdict::Unsent, None),
        Err(Silence::Unheard) => (Verdict::Unheard, None),
        Ok(reply) => {
            let verdict = match reply.status {
                200 => {
                    let outcome = reply.header("refresh-outcome").to_owned();
                    Verdict::Granted(crate::family::generation(reply.text("refresh_token")), outcome)
                }
                400 => Verdict::Refused(reply.text("reason").to_owned()),
                _ => Verdict::Unavailable,
            };
            (verdict, Some(reply))
        }
    }
}

/// Good, a refusal of the token, or an outage that says when to come back: client libraries sign their
/// users out at anything else.
pub fn is_expected(reply: &Reply) -> bool {
    match (reply.status, reply.text("error")) {
        (200, _) => true,
        (400, "invalid_grant") => {
            matches!(reply.text("reason"), "unknown" | "revoked" | "replayed" | "superseded")
        }
        (503, "temporarily_unavailable") => reply.header("retry-after").parse::<u64>().is_ok_and(|wait| wait <= 1),
        _ => false,
    }
}

/// Signs in, however often it takes; `None` where the run is over before.
pub fn sign_in(world: &World, user: &str, chance: &Chance) -> Option<Stored> {
    let body = json!({ "username": user, "password": PASSWORD }).to_string();
    while world.stage.act() < Act::Over {
        let asked = world.stage.now();
        let request = Request { method: "POST", path: "/login", headers: &[JSON], body: body.clone() };
        match request.send(world.instances.port(chance.pick(&[0, 1])), Loss::Nothing) {
            Ok(reply) if reply.status == 200 => {
                world.tally.sign_ins.fetch_add(1, Ordering::SeqCst);
                let (token, now) = (reply.text("refresh_token"), world.stage.now());
                let family = Arc::new(Family::new(reply.text("session_id"), token, (asked, now)));
                let due = now + chance.span(&milliseconds(100..=1_000));
                return Some(Stored { family, token: token.to_owned(), due });
            }
            Ok(reply) => assert_eq!(reply.status, 503, "signing in is answered {reply:?}"),
            Err(_) => {}
        }
        world.stage.pause(chance.span(&milliseconds(PAUSE)));
    }
    None
}

/// Signs out, until that is acknowledged; whether it was.
pub fn sign_out(world: &World, token: &str, chance: &Chance) -> bool {
    while world.stage.act() < Act::Over {
        let body = json!({ "refresh_token": token }).to_string();
        let request = Request { method: "POST", path: "/logout", headers: &[JSON], body };
        match request.send(world.instances.port(chance.pick(&[0, 1])), Loss::Nothing) {
            Ok(reply) if reply.status == 204 => return true,
            Ok(reply) => assert_eq!(reply.status, 503, "signing out is answered {reply:?}"),
            Err(_) => {}
        }
        world.stage.pause(chance.span(&milliseconds(PAUSE)));
    }
    false
}

/// Has an access token checked; `None` where nobody answers.
pub fn verify(port: u16, access: &str) -> Option<Reply> {
    let bearer = format!("Bearer {access}");
    let headers = [("authorization", bearer.as_str())];
    Request { method: "GET", path: "/verify", headers: &headers, body: String::new() }.send(port, Loss::Nothing).ok()
}
