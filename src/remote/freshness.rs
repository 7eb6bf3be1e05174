//! For how long an answer is fresh (RFC 9111 §4.2), as far as a reader of one small document needs it.

use std::time::Duration;

/// The lifetime that Cache-Control and Age leave: `max-age` less the time that the answer lay in
/// caches on its way. At most `most`, which is also what an answer without `max-age` gets.
pub(super) fn lifetime(cache_control: Option<&str>, age: Option<&str>, most: Duration) -> Duration {
    let directives = || cache_control.unwrap_or_default().split(',').map(str::trim);
    if directives().any(|directive| ["no-store", "no-cache"].iter().any(|no| directive.eq_ignore_ascii_case(no))) {
        return Duration::ZERO;
    }
    let max_age = directives().find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| seconds(value)).flatten()
    });
    let age = age.and_then(seconds).unwrap_or_default();
    max_age.map_or(most, |max_age| max_age.saturating_sub(age)).min(most)
}

/// A delta-seconds value, which may stand in quotes. More than can be counted is more than enough.
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.trim().trim_matches('"');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Duration = Duration::from_secs(600);

    #[test]
    fn max_age_is_believed_up_to_the_bound() {
        for (cache_control, expected) in [
            ("public, max-age=300", 300),
            ("max-age=300", 300),
            ("MAX-AGE = \"300\" , public", 300),
            ("max-age=0", 0),
            ("max-age=601", 600),
            ("max-age=99999999999999999999999", 600),
            ("no-store", 0),
            ("No-Cache, max-age=300", 0),
            ("public", 600),
            ("", 600),
            ("max-age=, public", 600),
            ("max-age=-1", 600),
            ("max-age=5m", 600),
            ("s-maxage=5", 600),
            ("xmax-age=5", 600),
        ] {
            assert_eq!(lifetime(Some(cache_control), None, MOST).as_secs(), expected, "{cache_control:?}");
        }
        assert_eq!(lifetime(None, None, MOST), MOST);
    }

    #[test]
    fn the_time_in_other_caches_is_taken_off() {
        let left = |age| lifetime(Some("max-age=300"), Some(age), MOST).as_secs();
        assert_eq!(left("100"), 200);
        assert_eq!(left("300"), 0);
        assert_eq!(left("99999999999999999999999"), 0);
        assert_eq!(left("soon"), 300);
    }
}
