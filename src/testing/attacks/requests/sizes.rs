//! Heads and bodies beyond every bound.

use super::{Attack, CANARY, Scene};

const SIZES: [usize; 6] = [5_000, 9_000, 17_000, 70_000, 140_000, 1_000_000];

/// Heads that are too long in each of their parts.
pub(super) fn heads(scene: &Scene<'_>) -> Vec<Attack> {
    let target = scene.target;
    let mut attacks = Vec::new();
    for size in SIZES {
        let filling = "x".repeat(size);
        let lines = [
            ("a target", format!("GET {target}?{filling} HTTP/1.1\r\n")),
            ("a path", format!("GET {target}/{filling} HTTP/1.1\r\n")),
            ("a path of slashes", format!("GET {target}{} HTTP/1.1\r\n", "/".repeat(size))),
            ("a query of marks", format!("GET {target}?{} HTTP/1.1\r\n", "&=".repeat(size / 2))),
            ("a method", format!("{filling} {target} HTTP/1.1\r\n")),
            ("a value", format!("GET {target} HTTP/1.1\r\nX: {filling}\r\n")),
            ("a name", format!("GET {target} HTTP/1.1\r\n{filling}: {CANARY}\r\n")),
            ("a cookie", format!("GET {target} HTTP/1.1\r\nCookie: {CANARY}={filling}\r\n")),
            ("a token", format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {filling}\r\n")),
            ("a scheme", format!("GET {target} HTTP/1.1\r\nAuthorization: {filling} {CANARY}\r\n")),
            (
                "a good token and more",
                format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {}{filling}\r\n", scene.good),
            ),
            ("a token of dots", format!("GET {target} HTTP/1.1\r\nAuthorization: Bearer {}\r\n", ".".repeat(size))),
            ("white space", format!("GET {target} HTTP/1.1\r\nX:{}x\r\n", " ".repeat(size))),
            ("lines", format!("GET {target} HTTP/1.1\r\n{}", format!("X: {CANARY}\r\n").repeat(size / 14))),
        ];
        for (name, head) in lines {
            let head = format!("{head}Host: attack.test\r\n\r\n");
            attacks.push(Attack::new(scene, format!("{name} of {size} bytes"), head));
        }
        attacks.push(Attack::alone(format!("{size} bytes without a line end"), filling));
        attacks.push(Attack::new(scene, format!("{size} line ends"), "\r\n".repeat(size / 2)));
    }
    attacks
}

/// Bodies that are too long, or endless in small pieces.
pub(super) fn bodies(scene: &Scene<'_>) -> Vec<Attack> {
    let json = "Content-Type: application/json\r\n";
    let chunked = format!("{json}Transfer-Encoding: chunked\r\n");
    let token = |size: usize| format!("{{\"token\":\"{}\"}}", "x".repeat(size));
    let mut attacks = Vec::new();
    for size in SIZES {
        let body = token(size);
        let with_length = scene.with_length("POST", json, &body);
        attacks.push(Attack::new(scene, format!("a token of {size} bytes in a body"), with_length));
        let one = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        attacks.push(Attack::new(scene, format!("one chunk of {size} bytes"), scene.request("POST", &chunked, &one)));
        let many = format!("{}0\r\n\r\n", "1\r\n \r\n".repeat(size / 6));
        attacks.push(Attack::new(scene, format!("{} chunks", size / 6), scene.request("POST", &chunked, &many)));
        let extension = format!("1;{}\r\n \r\n0\r\n\r\n", "x".repeat(size));
        let extended = scene.request("POST", &chunked, &extension);
        attacks.push(Attack::new(scene, format!("an extension of {size} bytes"), extended));
        let digits = format!("{}1\r\n \r\n0\r\n\r\n", "0".repeat(size));
        let padded = scene.request("POST", &chunked, &digits);
        attacks.push(Attack::new(scene, format!("a chunk's size of {size} digits"), padded));
    }
    for promised in ["1000000", "1000000000000", "18446744073709551615"] {
        let lines = format!("{json}Content-Length: {promised}\r\n");
        let promise = scene.request("POST", &lines, &token(20_000));
        attacks.push(Attack::alone(format!("20 kB of {promised} bytes"), promise));
    }
    let deep = format!("{{\"token\":{}", "[".repeat(16_000));
    attacks.push(Attack::new(scene, "a deep body", scene.with_length("POST", json, &deep)));
    attacks
}
