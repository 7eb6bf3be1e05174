//! The fields of a hash's text.

/// Exactly `N` fields, separated by `$`.
pub(super) fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    split(text, '$')
}

/// Exactly `N` parts.
pub(super) fn split<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    let mut parts = text.split(separator);
    let mut found = [""; N];
    for part in &mut found {
        *part = parts.next()?;
    }
    parts.next().is_none().then_some(found)
}

/// A decimal number: digits and nothing else.
pub(super) fn decimal(text: &str) -> Option<u32> {
    // `parse` would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The number of a parameter such as `ln=16`.
pub(super) fn parameter(text: &str, name: &str) -> Option<u32> {
    decimal(text.strip_prefix(name)?.strip_prefix('=')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_and_numbers_are_digits() {
        assert_eq!(fields("a$$c"), Some(["a", "", "c"]));
        assert_eq!(fields::<2>("a$b$c"), None);
        assert_eq!(fields::<2>("a"), None);
        assert_eq!((decimal("007"), parameter("r=8", "r")), (Some(7), Some(8)));
        for other in ["", "+1", "-1", " 1", "1.", "4294967296", "٣"] {
            assert_eq!(decimal(other), None, "{other:?}");
        }
    }
}
