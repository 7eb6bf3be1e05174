//! What the name of a key file says.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::rotation::BEGINNING;
use crate::clock::Timestamp;
use crate::verify::Algorithm;

const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// What a key that was set aside is called: its old name and this.
pub const SET_ASIDE: &str = ".revoked";

/// The name of a signing key that jeton makes.
pub fn of_key(from: Timestamp, algorithm: Algorithm, kid: &str) -> String {
    format!("{}-{algorithm}-{}.pem", time(from), &kid[..8])
}

/// The name of a refresh secret that jeton makes.
pub fn of_secret(from: Timestamp, id: u8) -> String {
    format!("{}-refresh-{id}.key", time(from))
}

/// The same key's name with another time.
pub fn moved(name: &str, from: Timestamp) -> String {
    let rest = name.split_once('-').map_or(name, |(_, rest)| rest);
    format!("{}-{rest}", time(from))
}

/// The time in front of a name; the beginning of time where there is none.
pub fn starts_at(name: &str) -> Timestamp {
    let time = name.split('-').next().and_then(|text| NaiveDateTime::parse_from_str(text, TIME_FORMAT).ok());
    time.map_or(BEGINNING, |time| Timestamp::from_millis(time.and_utc().timestamp_millis()))
}

/// The algorithm that a signing key's name says.
pub fn algorithm(stem: &str) -> Option<Algorithm> {
    stem.split('-').find_map(|part| part.parse().ok())
}

/// The number that a refresh secret's name says.
pub fn secret_id(stem: &str) -> Option<u8> {
    stem.rsplit_once("refresh-").and_then(|(_, id)| id.parse().ok())
}

/// Rounded up to a second: a next key must not sign before its time.
fn time(from: Timestamp) -> String {
    let seconds = from.to_next_second().as_secs();
    DateTime::<Utc>::from_timestamp_secs(seconds).unwrap_or_default().format(TIME_FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_secs(1_795_253_400);

    #[test]
    fn a_name_says_what_was_put_into_it() {
        let name = of_key(AT, Algorithm::Es256, "AbCd-_gh-ijk");
        assert_eq!(name, "20261121T093000Z-ES256-AbCd-_gh.pem");
        assert_eq!((starts_at(&name), algorithm(&name)), (AT, Some(Algorithm::Es256)));
        assert_eq!(moved(&name, Timestamp::from_secs(0)), "19700101T000000Z-ES256-AbCd-_gh.pem");
        let secret = of_secret(AT, 17);
        assert_eq!(secret, "20261121T093000Z-refresh-17.key");
        assert_eq!((starts_at(&secret), secret_id("20261121T093000Z-refresh-17")), (AT, Some(17)));
        assert_eq!(starts_at("mine.pem"), BEGINNING);
    }
}
