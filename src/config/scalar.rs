//! Settings of one value that is no address: names, numbers, times, paths, the secret.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::value::{Parsed, Value};
use crate::secret::Secret;
use crate::throttle::Limit;

/// One of a closed set of names.
pub(super) fn name<T: FromStr>(value: &Value) -> Parsed<T> {
    value.text()?.parse().map_err(|_| "it is none of the known names".to_owned())
}

/// On or off.
pub(super) fn switch(value: &Value) -> Parsed<bool> {
    match value.text()? {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("it is neither on nor off".to_owned()),
    }
}

/// A whole number within bounds.
pub(super) fn number(value: &Value, bounds: RangeInclusive<usize>) -> Parsed<usize> {
    let number = whole(value.text()?)?;
    let number = usize::try_from(number).map_err(|_| "the number is too large".to_owned())?;
    if bounds.contains(&number) { Ok(number) } else { Err("the number is out of bounds".to_owned()) }
}

/// A whole number and s, m, h or d, or a plain 0; within bounds.
pub(super) fn duration(value: &Value, bounds: RangeInclusive<Duration>) -> Parsed<Duration> {
    span(value.text()?, bounds)
}

/// So many in such a time, `10/15m`; or a plain 0 for no limit.
pub(super) fn limit(value: &Value) -> Parsed<Option<Limit>> {
    let text = value.text()?;
    if text == "0" {
        return Ok(None);
    }
    let (attempts, window) = text.split_once('/').ok_or("there is no / between a number and a time")?;
    let attempts = usize::try_from(whole(attempts)?).unwrap_or(usize::MAX);
    if !MOST_ATTEMPTS.contains(&attempts) {
        return Err("the number is out of bounds".to_owned());
    }
    Ok(Some(Limit { attempts, window: span(window, LONGEST_WINDOW)? }))
}

/// Every attempt that counts is remembered by its time.
const MOST_ATTEMPTS: RangeInclusive<usize> = 1..=1_000;
const LONGEST_WINDOW: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(86_400);

fn span(text: &str, bounds: RangeInclusive<Duration>) -> Parsed<Duration> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1),
        Some(b'm') => (&text[..text.len() - 1], 60),
        Some(b'h') => (&text[..text.len() - 1], 3_600),
        Some(b'd') => (&text[..text.len() - 1], 86_400),
        _ if text == "0" => (text, 1),
        _ => return Err("its unit is none of s, m, h and d".to_owned()),
    };
    let seconds = whole(digits)?.checked_mul(unit).ok_or("the time is out of bounds")?;
    let time = Duration::from_secs(seconds);
    if bounds.contains(&time) { Ok(time) } else { Err("the time is out of bounds".to_owned()) }
}

/// Digits and nothing else: no sign, no space.
fn whole(digits: &str) -> Parsed<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it is not a whole number".to_owned());
    }
    digits.parse().map_err(|_| "the number is too large".to_owned())
}

/// A password as it stands.
pub(super) fn password(value: &Value) -> Parsed<Secret<String>> {
    match value.text()? {
        "" => Err("it is empty".to_owned()),
        text => Ok(Secret::from(text)),
    }
}

/// A file's or folder's path.
pub(super) fn path(value: &Value) -> Parsed<PathBuf> {
    match value.text()? {
        "" => Err("it is empty".to_owned()),
        text if text.contains('\0') => Err("no path holds a NUL".to_owned()),
        text => Ok(PathBuf::from(text)),
    }
}

/// The secret of HS256, as it stands. RFC 7518 §3.2: no shorter than the hash.
pub(super) fn hmac_secret(value: &Value) -> Parsed<Secret<Vec<u8>>> {
    match value.bytes()? {
        bytes if bytes.len() < 32 => Err("it is too short".to_owned()),
        bytes => Ok(Secret::new(bytes.to_vec())),
    }
}
