//! Bytes that must not stand in a head, and lines that go on on the next one.

use super::{Attack, Scene};

/// Every control character but the tab and the line ends, everywhere in the head.
pub(super) fn controls(scene: &Scene<'_>) -> Vec<Attack> {
    let Scene { target, good } = *scene;
    let controls = (0..0x20).filter(|byte| !b"\t\r\n".contains(byte)).chain([0x7f]);
    let mut attacks = Vec::new();
    for byte in controls {
        // `@` is the character's place.
        let heads = [
            ("in the method", format!("G@ET {target} HTTP/1.1\r\n")),
            ("in the target", format!("GET {target}@ HTTP/1.1\r\n")),
            ("before the version", format!("GET {target} @HTTP/1.1\r\n")),
            ("in the version", format!("GET {target} HTTP/1.@1\r\n")),
            ("in place of the first space", format!("GET@{target} HTTP/1.1\r\n")),
            ("in a name", format!("GET {target} HTTP/1.1\r\nAuthor@ization: Bearer {good}\r\n")),
            ("before a name", format!("GET {target} HTTP/1.1\r\n@Authorization: Bearer {good}\r\n")),
            ("before the colon", format!("GET {target} HTTP/1.1\r\nAuthorization@: Bearer {good}\r\n")),
            ("before the scheme", format!("GET {target} HTTP/1.1\r\nAuthorization: @Bearer {good}\r\n")),
            ("behind the scheme", format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer@{good}\r\n")),
            ("before the token", format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer @{good}\r\n")),
            ("behind the token", format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {good}@\r\n")),
        ];
        for (place, head) in heads {
            let (before, behind) = head.split_once('@').unwrap_or((&head, ""));
            let bytes = [before.as_bytes(), &[byte], behind.as_bytes(), b"Host: attack.test\r\n\r\n"].concat();
            attacks.push(Attack::new(scene, format!("{byte:#04x} {place}"), bytes));
        }
    }
    attacks
}

/// Every byte that a name must not hold, and every other one but the colon, in a name that is nearly ours.
pub(super) fn names(scene: &Scene<'_>) -> Vec<Attack> {
    let bytes = (b'!'..=0xff).filter(|byte| *byte != b':');
    let attack = |byte: u8| {
        let line = [b"Authorization", &[byte][..], b": Bearer ", scene.good.as_bytes()].concat();
        let head = [b"GET ", scene.target.as_bytes(), b" HTTP/1.1\r\nHost: x\r\n", &line, b"\r\n\r\n"].concat();
        Attack::new(scene, format!("Authorization{:?}", char::from(byte)), head)
    };
    bytes.map(attack).collect()
}

/// Folded headers (RFC 9112 §5.2), and carriage returns by themselves.
pub(super) fn folded(scene: &Scene<'_>) -> Vec<Attack> {
    let good = scene.good;
    let lines = [
        format!("Authorization: Bearer\r\n {good}\r\n"),
        format!("Authorization: Bearer\r\n\t{good}\r\n"),
        format!("Authorization:\r\n Bearer {good}\r\n"),
        format!("Authorization\r\n : Bearer {good}\r\n"),
        format!("Author\r\n ization: Bearer {good}\r\n"),
        format!("Authorization: Bearer \\\r\n {good}\r\n"),
        format!("X: x\r\n Authorization: Bearer {good}\r\n"),
        format!(" Authorization: Bearer {good}\r\n"),
        format!("\tAuthorization: Bearer {good}\r\n"),
        format!("X: x\rAuthorization: Bearer {good}\r\n"),
        format!("X: x\r\rAuthorization: Bearer {good}\r\n"),
        format!("X: x\u{85}Authorization: Bearer {good}\r\n"),
        format!("X: x\u{2028}Authorization: Bearer {good}\r\n"),
        format!("X: x%0d%0aAuthorization: Bearer {good}\r\n"),
        format!("X: x\\r\\nAuthorization: Bearer {good}\r\n"),
        format!("Authorization: Bearer\r{good}\r\n"),
        format!("Authorization: Bearer\n{good}\r\n"),
        format!("\r\nAuthorization: Bearer {good}\r\n"),
    ];
    let name = |lines: &str| lines.replace(good, "GOOD");
    lines
        .iter()
        .map(|lines| Attack::new(scene, format!("{:?}", name(lines)), scene.request("GET", lines, "")))
        .collect()
}
