//! Authorization headers, one on each line: a token only where there is exactly one word behind `Bearer`.

use jeton::bearer::{AmbiguousCredentials, credentials};

pub fn check(bytes: &[u8]) {
    let values: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    assert_eq!(credentials(values.iter().copied()), expected(&values));
    assert_eq!(credentials([].into_iter()), Ok(None));
}

/// The rule once more, in words instead of places.
fn expected<'a>(values: &[&'a [u8]]) -> Result<Option<&'a str>, AmbiguousCredentials> {
    let [value] = values else { return Err(AmbiguousCredentials) };
    let mut parts = value.splitn(2, |byte| *byte == b' ');
    let scheme = parts.next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Ok(None);
    }
    let rest = parts.next().unwrap_or_default();
    // No other white space stands in a header's value, so that other bytes are as good as letters inside.
    let words: Vec<_> = rest.trim_ascii().split(|byte| b" \t".contains(byte)).filter(|word| !word.is_empty()).collect();
    match words[..] {
        [word] => Ok(Some(std::str::from_utf8(word).unwrap_or(""))),
        _ => Err(AmbiguousCredentials),
    }
}
