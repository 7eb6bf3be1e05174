//! What services make of a path: frameworks do not agree, and a gateway cannot know which one is behind it.

/// A target's path as each kind of service reads it, in small letters: many do not tell them apart.
pub fn readings(target: &str) -> Vec<String> {
    // A whole URL, as a client may send it.
    let path = target.strip_prefix("http://service.test").unwrap_or(target).split(['?', '#']).next().unwrap();
    let path = path.to_ascii_lowercase();
    let without_parameters: String = path.split_inclusive('/').map(without_parameter).collect();
    [
        // Express: as it was sent.
        path.clone(),
        // Decoded, and nothing else.
        decoded(&path),
        // Decoded and resolved, as files are found.
        resolved(&decoded(&path)),
        resolved(&decoded(&path).replace('\\', "/")),
        // Resolved first: what was encoded is no slash any more.
        decoded(&resolved(&path)),
        // Servlets: the parameters go, and then dots are looked for.
        resolved(&decoded(&without_parameters)),
    ]
    .into()
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => (bytes.push(code), rest = &after[2..]).1,
            _ => (bytes.push(*first), rest = after).1,
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Without dot segments and double slashes.
fn resolved(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A segment, its slash included, without what a semicolon begins.
fn without_parameter(segment: &str) -> String {
    let slash = if segment.ends_with('/') { "/" } else { "" };
    segment.split(';').next().unwrap().trim_end_matches('/').to_owned() + slash
}

#[test]
fn what_is_read_out_of_a_path_is_what_services_read() {
    for target in [
        "/reports/x",
        "/Reports/x?y",
        "/a/..%2freports/x",
        "//%72eports//x?y",
        "/a/b/%2e%2e/../reports/./x",
        "/a\\..\\reports\\x",
        "/a/..;/reports;y=z/x",
        "http://service.test/reports/x",
    ] {
        assert!(readings(target).contains(&"/reports/x".to_owned()), "{target}: {:?}", readings(target));
    }
    assert_eq!(readings("/reports/..%2fa")[0], "/reports/..%2fa");
    assert_eq!(readings("/a%zz/%")[1], "/a%zz/%");
}
