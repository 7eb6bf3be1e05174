//! Reading the Authorization header (RFC 9110 §11.6.2, RFC 6750 §2.1).

/// The request holds credentials in a form that could be read in more than one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmbiguousCredentials;

/// The bearer token among the values of a request's Authorization headers.
///
/// | headers | result |
/// |---|---|
/// | none | no credentials |
/// | one, of another scheme | no credentials |
/// | one, `Bearer` in any case of letters and one word | that word |
/// | one, `Bearer` and no word, or several | ambiguous |
/// | two or more | ambiguous |
///
/// # Errors
/// [`AmbiguousCredentials`], to be answered with 400 `invalid_request`.
pub fn credentials<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Result<Option<&'a str>, AmbiguousCredentials> {
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(AmbiguousCredentials);
    }
    let scheme_ends = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
    let (scheme, rest) = value.split_at(scheme_ends);
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Ok(None);
    }
    let token = rest.trim_ascii();
    // No other white space stands in a header.
    if token.is_empty() || memchr::memchr2(b' ', b'\t', token).is_some() {
        return Err(AmbiguousCredentials);
    }
    // A word that is no text is a token all the same, and a malformed one like the empty text.
    Ok(Some(std::str::from_utf8(token).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(values: &[&'a str]) -> Result<Option<&'a str>, AmbiguousCredentials> {
        credentials(values.iter().map(|value| value.as_bytes()))
    }

    #[test]
    fn one_word_behind_bearer_is_the_token() {
        for value in ["Bearer abc", "bearer abc", "BEARER abc", "bEaReR   abc ", "Bearer abc"] {
            assert_eq!(read(&[value]), Ok(Some("abc")), "{value:?}");
        }
        assert_eq!(credentials([b"Bearer \xff".as_slice()].into_iter()), Ok(Some("")), "malformed, for the verifier");
    }

    #[test]
    fn another_scheme_is_no_credential() {
        for values in [&[][..], &["Basic YTpi"], &["Bearerabc"], &["Digest Bearer abc"], &[""], &["DPoP abc"]] {
            assert_eq!(read(values), Ok(None), "{values:?}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for values in [
            &["Bearer"][..],
            &["Bearer "],
            &["Bearer a b"],
            &["Bearer a\tb"],
            &["Bearer a,b c"],
            &["Bearer a", "Bearer a"],
            &["Basic YTpi", "Bearer a"],
        ] {
            assert_eq!(read(values), Err(AmbiguousCredentials), "{values:?}");
        }
    }
}
