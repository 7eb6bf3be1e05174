//! Header and claims as JSON: one strict object each, signed as they stand.

use serde_json::{Map, Value};

use super::{Attack, Sides};
use crate::testing::TestIssuer;
use crate::verify::Rejection::Malformed;

/// A token with these bytes as its header, and one with them as its claims. What stands in `text`
/// for `@` is the good object's members.
fn in_both(issuer: &TestIssuer, name: &str, text: &[u8]) -> [Attack; 2] {
    let (header, claims) = (Value::from(issuer.header()).to_string(), issuer.token("ada").payload());
    let place = |object: &str| {
        let members = &object.as_bytes()[1..object.len() - 1];
        text.iter().flat_map(|byte| if *byte == b'@' { members } else { std::slice::from_ref(byte) }).copied().collect()
    };
    let (bad_header, bad_claims): (Vec<u8>, Vec<u8>) = (place(&header), place(&claims));
    [
        Attack::new(Malformed, format!("header: {name}"), issuer.sign_raw(bad_header, &claims)),
        Attack::new(Malformed, format!("claims: {name}"), issuer.sign_raw(&header, bad_claims)),
    ]
}

pub(super) fn texts(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let texts: [&[u8]; 46] = [
        b"",
        b" ",
        b"null",
        b"true",
        b"0",
        b"\"\"",
        b"[]",
        b"[{@}]",
        b"{",
        b"}",
        b"{}}",
        b"{@",
        b"@}",
        b"{@}{@}",
        b"{@},",
        b"{@}\0",
        b"{@} x",
        b"{@,}",
        b"{,@}",
        b"{@,\"x\"}",
        b"{@,\"x\":}",
        b"{@,x:1}",
        b"{@,'x':1}",
        b"{@,1:1}",
        b"{@,\"x\":'1'}",
        b"{@,\"x\":undefined}",
        b"{@,\"x\":NaN}",
        b"{@,\"x\":-Infinity}",
        b"{@,\"x\":01}",
        b"{@,\"x\":+1}",
        b"{@,\"x\":0x1}",
        b"{@,\"x\":.5}",
        b"{@,\"x\":1e999}",
        b"{@/**/}",
        b"//\n{@}",
        b"\xef\xbb\xbf{@}",
        b"\xff\xfe{\0}\0",
        b"{@,\"x\":\"\xff\"}",
        b"{@,\"x\":\"\xc0\x80\"}",
        b"{@,\"x\":\"\xed\xa0\x80\"}",
        b"{@,\"x\":\"\\ud800\"}",
        b"{@,\"x\":[\"\\udc00\\ud800\"]}",
        b"{@,\"\\ud800\":1}",
        b"{@,\"x\":\"\\x41\"}",
        b"{@,\"x\":\"\n\"}",
        b"{@,\"x\":\"\x1b[2J\"}",
    ];
    texts.iter().flat_map(|text| in_both(issuer, &text.escape_ascii().to_string(), text)).collect()
}

/// RFC 8725 §2.4 and RFC 7519 §4: two parsers that disagree about which one counts are an attack.
pub(super) fn twice(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let own = issuer.header();
    let claims = issuer.token("ada").claim("x", 1).payload();
    let claims: Map<String, Value> = serde_json::from_str(&claims).expect("it was made here");
    let mut attacks = Vec::new();
    for (place, object) in [("header", &own), ("claims", &claims)] {
        for name in object.keys() {
            let escaped: String = name.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
            let half = format!("{}\\u{:04X}", &name[..name.len() - 1], u32::from(name.as_bytes()[name.len() - 1]));
            for spelling in [name, &escaped, &half] {
                let text = Value::from(object.clone()).to_string();
                for bad in [
                    text.replacen('{', &format!(r#"{{"{spelling}":"first","#), 1),
                    text.replace('}', &format!(r#","{spelling}":"last"}}"#)),
                    text.replace('}', &format!(r#","{spelling}":{}}}"#, object[name])),
                ] {
                    let token = if place == "header" {
                        issuer.sign_raw(bad, Value::from(claims.clone()).to_string())
                    } else {
                        issuer.sign_raw(Value::from(own.clone()).to_string(), bad)
                    };
                    attacks.push(Attack::new(Malformed, format!("{place}: {spelling} twice"), token));
                }
            }
        }
    }
    let nested: [&[u8]; 4] = [
        br#"{@,"y":{"a":1,"a":1}}"#,
        br#"{@,"y":[{"a":1,"\u0061":2}]}"#,
        br#"{@,"y":{"b":{"c":[[{"":0,"":0}]]}}}"#,
        br#"{@,"y":1,"y":1}"#,
    ];
    attacks.extend(nested.iter().flat_map(|text| in_both(issuer, &text.escape_ascii().to_string(), text)));
    attacks
}

pub(super) fn depth(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let arrays = |depth: usize| format!("{{@,\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{{@,\"x\":{}1{}}}", "{\"x\":".repeat(depth), "}".repeat(depth));
    let texts = [arrays(16), arrays(17), arrays(128), arrays(500), objects(16), objects(128), "[".repeat(1000)];
    texts.iter().flat_map(|text| in_both(issuer, &text[..40.min(text.len())], text.as_bytes())).collect()
}
