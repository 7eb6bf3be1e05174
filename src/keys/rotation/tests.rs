//! The plan: row by row, and in a world of instances whose clocks differ, which start, stop and change
//! their settings.

mod rows;
mod storms;
mod world;

use std::time::Duration;

use super::super::schedule::Schedule;
use super::{Held, Holdings, Signer, Step, Terms};
use crate::clock::Timestamp;
use crate::keys::name;
use crate::verify::Algorithm;

const LEEWAY: Duration = Duration::from_secs(5);

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// The defaults of the configuration.
fn terms() -> Terms {
    let schedule =
        Schedule { period: days(30), access_ttl: Duration::from_secs(600), session_ttl: days(90), leeway: LEEWAY };
    Terms { schedule, algorithm: Algorithm::Es256, first_secret: 1 }
}

fn key(number: usize, algorithm: Algorithm, from: Timestamp) -> Held<Signer> {
    let kid = format!("{number:08}");
    Held { file: name::of_key(from, algorithm, &kid), from, is_ours: true, key: Signer { kid, algorithm } }
}

fn secret(id: u8, from: Timestamp) -> Held<u8> {
    Held { file: name::of_secret(from, id), from, is_ours: true, key: id }
}

/// Does a step to the holdings; `number` names a key that is made.
fn apply(held: &mut Holdings, step: &Step, number: usize, algorithm: Algorithm) {
    match step {
        Step::AddKey { from } => held.keys.push(key(number, algorithm, *from)),
        Step::AddSecret { id, from } => held.secrets.push(secret(*id, *from)),
        Step::Move { file, from } => {
            let moved = name::moved(file, *from);
            held.keys.iter_mut().filter(|key| key.file == *file).for_each(|key| key.from = *from);
            held.secrets.iter_mut().filter(|secret| secret.file == *file).for_each(|secret| secret.from = *from);
            held.keys.iter_mut().filter(|key| key.file == *file).for_each(|key| key.file.clone_from(&moved));
            held.secrets.iter_mut().filter(|key| key.file == *file).for_each(|key| key.file.clone_from(&moved));
        }
        Step::Remove { file } | Step::SetAside { file } => {
            held.keys.retain(|key| key.file != *file);
            held.secrets.retain(|secret| secret.file != *file);
        }
    }
    held.keys.sort_by(|a, b| (a.from, &a.key.kid).cmp(&(b.from, &b.key.kid)));
    held.secrets.sort_by_key(|secret| (secret.from, secret.key));
}
