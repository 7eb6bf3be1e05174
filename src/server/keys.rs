//! The keys of a running server: what the configuration says of them, and the task that keeps them, off
//! the path of requests.

use std::sync::Arc;

use actix_web::web::{self, Data};
use tokio::time::MissedTickBehavior;

use crate::authority::{Audit, AuditEvent, Caller};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::http::Edge;
use crate::keys::{Happening, Kept, KeyEvent, KeyFolderError, KeyringSettings, Schedule};
use crate::verify::Policy;

/// What the configuration says of keys.
pub fn settings(config: &Config) -> KeyringSettings {
    KeyringSettings {
        folder: config.keys_dir.clone(),
        algorithm: config.algorithm,
        hmac_secret: config.hmac_secret.clone(),
        schedule: Schedule {
            period: config.key_rotation,
            access_ttl: config.access_ttl,
            session_ttl: config.refresh_absolute_ttl,
            leeway: config.leeway,
        },
        policy: Policy {
            issuer: config.issuer.clone(),
            audiences: config.audience.clone(),
            leeway: config.leeway,
            max_lifetime: config.access_ttl,
        },
    }
}

/// Follows the folder and the schedule for as long as the server runs. What goes wrong is said once,
/// until something else does or all is well again.
pub(super) async fn keep_forever(edge: Data<Edge>) {
    let mut looks = tokio::time::interval(edge.authority.keys.schedule().look_every());
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said: Option<String> = None;
    loop {
        looks.tick().await;
        let wrong = keep(&edge).await;
        // New keys have new names each time: the same cause is the same problem.
        let problem = wrong.as_ref().map(|error| error.problem.clone());
        match wrong {
            Some(error) if said != problem => log::warn!("the keys stay as they are: {error}"),
            None if said.is_some() => log::info!("the keys folder is well again"),
            _ => {}
        }
        said = problem;
    }
}

/// One look, on a thread that may block; what went wrong.
async fn keep(edge: &Data<Edge>) -> Option<KeyFolderError> {
    let keys = Arc::clone(&edge.authority.keys);
    let entropy = Arc::clone(&edge.authority.entropy);
    let now = edge.clock.now();
    // The thread is lost only where it panicked, which the next look finds out as well.
    let kept = web::block(move || keys.keep(&*entropy, now)).await.unwrap_or_else(|_| Ok(Kept::default()));
    match kept {
        Ok(kept) => {
            kept.done.iter().for_each(|line| log::info!("{line}"));
            audit(&kept.events, now);
            kept.failed
        }
        Err(error) => Some(error),
    }
}

/// An audit line for each thing that happened to a key, whoever did it.
pub(super) fn audit(events: &[KeyEvent], now: Timestamp) {
    for KeyEvent { standing, happening } in events {
        let outcome = match happening {
            Happening::Published => "published",
            Happening::Rescheduled => "rescheduled",
            Happening::Active => "active",
            Happening::Gone => "gone",
        };
        Audit::new(AuditEvent::Key, outcome, &Caller::default(), now).key(&standing.key, standing.from).write();
    }
}
