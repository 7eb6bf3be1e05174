//! Methods, versions, targets and hosts: nothing in a request line lets anybody in.

use super::{Attack, CANARY, Scene};

pub(super) fn methods(scene: &Scene<'_>) -> Vec<Attack> {
    let target = scene.target;
    let methods = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND REPORT SEARCH PURGE PRI get Get gET \
                   BREW M-SEARCH G! GET, (GET) GET\\ GE\u{212a}";
    let mut attacks = Vec::new();
    for method in methods.split(' ').chain(["", " ", "G E T"]) {
        for lines in
            ["", "X-HTTP-Method-Override: OPTIONS\r\n", "Authorization: Bearer canary7Qx.canary7Qx.canary7Qx\r\n"]
        {
            attacks.push(Attack::new(scene, format!("{method:?} {lines:?}"), scene.request(method, lines, "")));
        }
    }
    for version in [
        "HTTP/0.9",
        "HTTP/1.2",
        "HTTP/1.10",
        "HTTP/2.0",
        "HTTP/2",
        "HTTP/3",
        "HTTP/9.9",
        "HTTP/1",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/-1.1",
        "HTTP/1.1x",
        "http/1.1",
        "HTTP 1.1",
        "HTTPS/1.1",
        "XTTP/1.1",
        "HTTP/1.1 HTTP/1.1",
        CANARY,
        "",
    ] {
        let request = format!("GET {target} {version}\r\nHost: attack.test\r\n\r\n");
        attacks.push(Attack::new(scene, format!("version {version:?}"), request));
    }
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0";
    attacks.push(Attack::alone("the preface of HTTP/2", preface));
    attacks
        .push(Attack::alone("a TLS greeting", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n\r\n\r\n".as_slice()));
    attacks.push(Attack::alone("HTTP/0.9", format!("GET {target}\r\n")));
    attacks.push(Attack::alone("a proxy's line", format!("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n{}", scene.last())));
    attacks.push(Attack::alone("not HTTP", format!("{CANARY}\r\n\r\n")));
    attacks.push(Attack::alone("an answer", "HTTP/1.1 400 OK\r\ncontent-length: 0\r\n\r\n"));
    attacks
}

/// Paths that are spelt in other ways. `@` is the protected path.
pub(super) fn paths(scene: &Scene<'_>) -> Vec<Attack> {
    let target = scene.target;
    let name = target.trim_start_matches('/');
    let spelt = "@/ @// /@ //@ @/. @/.. @/../ @/../@ /.@ /./@ /../@ @/%2e%2e/ @/%2e%2e%2f @%2f @%2F.. @;a=b @/..;/ @\\ @/..\\ \
                 @%00 @/%00 @%0d%0a @/%0d%0aX-Auth-Subject:%20root @?%0d%0a%0d%0a @?%00 @? @?? @?a?b @?audience @?audience= \
                 @?scope=canary7Qx @?audience=canary7Qx @?audience=*&audience=* @?scope=&scope= @?% @?%zz @/%zz @/%ff%fe \
                 @/%c0%ae%c0%ae/ @/%u002e @/é @?é @/%E2%80%AE @#canary7Qx @/# @.json @/.json @.php @/.git/config @/* @/$ \
                 @/${jndi:ldap://canary7Qx} @/{{7*7}} @/<script>canary7Qx</script> @/'OR'1'='1 @/canary7Qx";
    let mut targets: Vec<_> = spelt.split_whitespace().map(|text| text.replace('@', target)).collect();
    targets.extend(["*", "", name, "?", "#", "."].map(str::to_owned));
    targets.extend([
        format!("http://evil.test{target}"),
        format!("https://evil.test{target}"),
        format!("HTTP://EVIL.TEST{target}"),
        format!("http://{}@evil.test{target}", scene.good),
        format!("http://Bearer:{}@evil.test{target}", scene.good),
        format!("http:/{name}"),
        format!("http:{name}"),
        format!("http://{target}"),
        format!("file://{target}"),
        format!("javascript:{target}"),
        format!("//evil.test{target}"),
        format!("evil.test:80{target}"),
        target.to_uppercase(),
        target.replacen('/', "%2f", 1),
        target.replacen(&name[..1], &format!("%{:02x}", name.as_bytes()[0]), 1),
        format!("{target} {target}"),
        format!(" {target}"),
        format!("{target} "),
        format!("\t{target}"),
    ]);
    let mut attacks = Vec::new();
    for target in targets {
        let shown = target.replace(scene.good, "GOOD");
        let request = format!("GET {target} HTTP/1.1\r\nHost: attack.test\r\n\r\n");
        attacks.push(Attack::new(scene, format!("GET {shown}"), request));
    }
    for target in ["evil.test:443", target, "*", "127.0.0.1:22"] {
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: attack.test\r\n\r\n{CANARY}");
        attacks.push(Attack::new(scene, format!("CONNECT {target}"), request));
    }
    let raw = [b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n".as_slice(), b"GET /\xc0\xaf HTTP/1.1\r\nHost: x\r\n\r\n"];
    attacks.extend(raw.map(|bytes| Attack::new(scene, bytes.escape_ascii().to_string(), bytes)));
    attacks
}

/// Hosts, and what pretends to come from a proxy or from the check itself.
pub(super) fn hosts(scene: &Scene<'_>) -> Vec<Attack> {
    let mut lines: Vec<_> = [
        "evil.test",
        "",
        " ",
        "evil.test:99999",
        "evil.test:x",
        "evil.test, attack.test",
        "a b",
        "evil.test/path",
        "evil.test?canary7Qx",
        "user:canary7Qx@evil.test",
        "[::1",
        "[::1]:443",
        "127.0.0.1",
        "%00",
        "é",
        "canary7Qx\\",
        "..",
        "*",
        "xn--a",
        "-",
        "evil.test#",
    ]
    .iter()
    .map(|host| format!("Host: {host}\r\n"))
    .collect();
    lines.push(String::new());
    lines.push("Host: attack.test\r\nHost: evil.test\r\n".to_owned());
    lines.push("Host: attack.test\r\nHost: attack.test\r\n".to_owned());
    lines.push("Host : evil.test\r\n".to_owned());
    let forged = "X-Auth-Subject: root|X-Auth-Scope: admin|X-Auth-Roles: admin|X-Auth-Session: x|X-Auth-Client: x|\
                  X-Forwarded-For: 127.0.0.1|X-Forwarded-For: canary7Qx|X-Forwarded-Host: canary7Qx|X-Forwarded-Proto: https|\
                  Forwarded: for=127.0.0.1;host=canary7Qx|X-Real-IP: 127.0.0.1|X-Original-URL: /healthz|X-Rewrite-URL: /healthz|\
                  X-Original-URI: /healthz|X-Original-Method: OPTIONS|X-Forwarded-User: root|Remote-User: root|X-Remote-User: root|\
                  X-Envoy-Original-Path: /healthz|X-Accel-Redirect: /healthz|X-Sendfile: /etc/passwd|X-Request-Id: a b canary7Qx|\
                  Origin: null|Access-Control-Request-Method: GET|Sec-Fetch-Site: same-origin|Via: 1.1 canary7Qx|\
                  Connection: Authorization|Connection: X-Auth-Subject|Max-Forwards: 0|If-None-Match: *|Range: bytes=0-|\
                  Content-Type: canary7Qx|Accept: canary7Qx|User-Agent: \u{1b}[31mcanary7Qx|Cookie: canary7Qx";
    lines.extend(forged.split('|').map(|line| format!("Host: attack.test\r\n{line}\r\n")));
    let attack = |lines: &String| {
        let request = format!("GET {} HTTP/1.1\r\n{lines}\r\n", scene.target);
        Attack::new(scene, format!("{lines:?}"), request)
    };
    lines.iter().map(attack).collect()
}
