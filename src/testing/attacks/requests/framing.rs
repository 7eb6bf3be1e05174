//! Where a request ends: what two readers could see differently, so that one of them finds a second
//! request, with good credentials, where the other saw a body (RFC 9112 §11.2).

use super::{Attack, CANARY, Scene};

/// Content-Length that is no number, two numbers, or not alone.
pub(super) fn lengths(scene: &Scene<'_>) -> Vec<Attack> {
    let smuggled = scene.smuggled();
    let length = smuggled.len();
    let values = [
        "",
        "+0",
        "-0",
        "-1",
        "0x0",
        "0,",
        ",0",
        "0 0",
        "0;",
        "0.0",
        "1e0",
        "\"0\"",
        "٠",
        "０",
        "0\u{a0}",
        "NaN",
        "18446744073709551616",
        "-18446744073709551616",
        "99999999999999999999999999",
        CANARY,
    ];
    let mut heads: Vec<_> = values.iter().map(|value| format!("Content-Length: {value}\r\n")).collect();
    heads.extend([
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: 0\r\n"),
        format!("Content-Length: 0, {length}\r\n"),
        format!("Content-Length: {length}, 0\r\n"),
        format!("Content-Length: 0\r\ncontent-length: {length}\r\n"),
        format!("Content-Length: 0\r\nContent-Length : {length}\r\n"),
        format!("Content-Length : {length}\r\n"),
        format!("Content-Length: 0\r\n {length}\r\n"),
        format!("Content-Length:\r\n {length}\r\n"),
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n"),
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n".to_owned(),
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\nConnection: Content-Length\r\n"),
    ]);
    let mut attacks = Vec::new();
    for head in heads {
        let body = if head.contains("chunked") { format!("0\r\n\r\n{smuggled}") } else { smuggled.clone() };
        attacks.push(Attack::new(scene, format!("{head:?}"), scene.request("POST", &head, &body)));
    }
    attacks
}

/// Transfer-Encoding that is not exactly `chunked`: alone, and beside a length that covers everything.
pub(super) fn encodings(scene: &Scene<'_>) -> Vec<Attack> {
    let values = [
        "",
        "identity",
        "gzip",
        "chunked, identity",
        "identity, chunked",
        "gzip, chunked",
        "chunked, chunked",
        "xchunked",
        "chunkedx",
        "chunk",
        "chunked;q=1",
        "\"chunked\"",
        "'chunked'",
        "chunked,",
        ",chunked",
        "chun ked",
        "chunked\u{a0}",
        "ｃｈｕｎｋｅｄ",
        "x-chunked",
        "trailers",
        "*",
        CANARY,
    ];
    let mut heads: Vec<_> = values.iter().map(|value| format!("Transfer-Encoding: {value}\r\n")).collect();
    heads.extend(
        [
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding\t: chunked\r\n",
            " Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding:\r\n chunked\r\n",
            "Transfer-Encoding: chunked\r\n ,identity\r\n",
            "X: x\rTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: \u{b}chunked\r\n",
            "Transfer-Encoding: chunked\u{c}\r\n",
            "Transfer-Encoding: chunked\0\r\n",
            "Transfer-Encoding\0: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ]
        .map(str::to_owned),
    );
    let body = format!("0\r\n\r\n{}", scene.smuggled());
    let mut attacks = Vec::new();
    for head in &heads {
        attacks.push(Attack::new(scene, format!("{head:?}"), scene.request("POST", head, &body)));
        let both = scene.with_length("POST", head, &body);
        attacks.push(Attack::new(scene, format!("{head:?} and a length"), both));
    }
    // What says that it is something else is a header as any other: the length alone counts.
    for name in ["Transfer_Encoding", "X-Transfer-Encoding", "TE", "Transfer-Encodin", "Content-Encoding"] {
        let both = scene.with_length("POST", &format!("{name}: chunked\r\n"), &body);
        attacks.push(Attack::new(scene, format!("{name} and a length"), both));
    }
    let old = scene.request("POST", "Transfer-Encoding: chunked\r\n", &body).replacen("HTTP/1.1", "HTTP/1.0", 1);
    attacks.push(Attack::new(scene, "chunked in HTTP/1.0", old));
    attacks
}

/// A last chunk that is none, and chunks of a wrong size: what follows is no request.
pub(super) fn chunks(scene: &Scene<'_>) -> Vec<Attack> {
    let smuggled = scene.smuggled();
    let overflow = "0000000000000000";
    let bodies = [
        ("no size", "\r\n\r\n".to_owned()),
        ("0x0", "0x0\r\n\r\n".to_owned()),
        ("+0", "+0\r\n\r\n".to_owned()),
        ("-0", "-0\r\n\r\n".to_owned()),
        ("-1", "-1\r\n\r\n".to_owned()),
        ("a space in front", " 0\r\n\r\n".to_owned()),
        ("g", "g\r\n\r\n".to_owned()),
        ("0g", "0g\r\n\r\n".to_owned()),
        ("0,0", "0,0\r\n\r\n".to_owned()),
        ("0_0", "0_0\r\n\r\n".to_owned()),
        ("a wide digit", "０\r\n\r\n".to_owned()),
        ("2^64", format!("1{overflow}\r\n\r\n")),
        ("2^68", format!("10{overflow}\r\n\r\n")),
        ("2^64 - 1", "ffffffffffffffff\r\n\r\n".to_owned()),
        ("2^63", format!("8{}\r\n\r\n", &overflow[1..])),
        ("a chunk that is longer than its size", format!("1\r\n{CANARY}\r\n0\r\n\r\n")),
        ("a chunk that is shorter than its size", "5\r\nx\r\n0\r\n\r\n".to_owned()),
        ("no line end behind a chunk", "1\r\nx0\r\n\r\n".to_owned()),
        ("a carriage return alone behind a size", "0\r\r\n\r\n".to_owned()),
        ("a carriage return alone", "0\rx\n\r\n".to_owned()),
        ("NUL behind a size", "0\0\r\n\r\n".to_owned()),
        ("a carriage return in an extension", "0;a\rb\r\n\r\n".to_owned()),
        ("no second line end", "0\r\nx".to_owned()),
    ];
    let attack = |(name, body): (&str, String)| {
        let body = body + &smuggled;
        Attack::new(scene, name, scene.request("POST", "Transfer-Encoding: chunked\r\n", &body))
    };
    bodies.into_iter().map(attack).collect()
}

/// Bodies of requests that are answered before anybody has read them.
pub(super) fn unread(scene: &Scene<'_>) -> Vec<Attack> {
    let smuggled = scene.smuggled();
    let chunked = format!("{:x}\r\n{smuggled}\r\n0\r\n\r\n", smuggled.len());
    let mut attacks = Vec::new();
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        for lines in ["", "Authorization: Bearer x\r\n", "Authorization: Bearer\r\n", "Expect: 100-continue\r\n"] {
            let with_length = scene.with_length(method, lines, &smuggled);
            attacks.push(Attack::new(scene, format!("{method} {lines:?}, with a length"), with_length));
            let lines = format!("{lines}Transfer-Encoding: chunked\r\n");
            let in_chunks = scene.request(method, &lines, &chunked);
            attacks.push(Attack::new(scene, format!("{method} {lines:?}"), in_chunks));
        }
    }
    for (protocol, more) in [
        ("websocket", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
        ("h2c", "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
        ("TLS/1.3", ""),
        (CANARY, ""),
    ] {
        let lines = format!("Connection: Upgrade\r\nUpgrade: {protocol}\r\n{more}");
        let upgrade = scene.with_length("GET", &lines, &smuggled);
        attacks.push(Attack::new(scene, format!("an upgrade to {protocol}"), upgrade));
    }
    attacks
}
