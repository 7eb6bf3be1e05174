//! The alphabets in which hashes write their bytes.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// crypt(3)'s digits.
const CRYPT: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// base64 in the standard or the URL alphabet or passlib's (`.` for `+`), with its padding or without.
/// The alphabets differ in two digits only, and each of the six characters means the same in every one.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let standard = |c| match c {
        '-' | '.' => '+',
        '_' => '/',
        c => c,
    };
    STANDARD_NO_PAD.decode(text.trim_end_matches('=').chars().map(standard).collect::<String>()).ok()
}

/// Hexadecimal digits of either case.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

/// crypt(3)'s base64: three bytes, the first one lowest, are four digits, the lowest first.
pub(super) fn crypt64(bytes: &[u8]) -> Vec<u8> {
    let group = |group: &[u8]| {
        let number = group.iter().rev().fold(0_usize, |number, &byte| number << 8 | usize::from(byte));
        (0..=group.len()).map(move |digit| CRYPT[number >> (6 * digit) & 63])
    };
    bytes.chunks(3).flat_map(group).collect()
}

/// Whether a text has so many of crypt(3)'s digits.
pub(super) fn is_crypt64(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| CRYPT.contains(&byte))
}

/// What a digit of crypt(3) stands for.
pub(super) fn crypt_digit(byte: u8) -> Option<u32> {
    CRYPT.iter().position(|&digit| digit == byte).and_then(|position| u32::try_from(position).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_base64_is_the_same_bytes() {
        for text in ["+/8=", "+/8", "-_8=", "-_8", "./8"] {
            assert_eq!(base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        for text in ["+/9", "A", "a b", "é", "AA=A"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn hexadecimal_is_pairs_of_digits() {
        assert_eq!(hex("00fFA9"), Some(vec![0, 255, 0xa9]));
        for text in ["0", "0g", "é", "+1"] {
            assert_eq!(hex(text), None, "{text}");
        }
    }

    #[test]
    fn crypt_s_digits_come_lowest_first() {
        assert_eq!(crypt64(&[1, 0, 0]), b"/...");
        assert_eq!(crypt64(&[0xff]), b"z1");
        assert_eq!(crypt64(&[0, 0, 0x80, 1]), b"...U/.");
        assert_eq!(crypt_digit(b'z'), Some(63));
        assert!(is_crypt64("./zZ09", 6) && !is_crypt64("./zZ09", 5) && !is_crypt64("+", 1));
    }
}
