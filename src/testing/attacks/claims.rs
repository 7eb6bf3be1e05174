//! The claims of a token that is signed as it should be.

use serde_json::{Value, json};

use super::{Attack, Sides};
use crate::testing::TestIssuer;
use crate::verify::Rejection::{self, Expired, Malformed, NotYetValid, WrongAudience, WrongIssuer};

/// A token for each value of one claim.
fn with(issuer: &TestIssuer, reason: Rejection, name: &str, values: impl IntoIterator<Item = Value>) -> Vec<Attack> {
    let attack =
        |value| Attack::new(reason, format!("{name} is {value}"), issuer.token("ada").claim(name, value).sign());
    values.into_iter().map(attack).collect()
}

fn without(issuer: &TestIssuer, name: &str) -> Attack {
    Attack::new(Malformed, format!("no {name}"), issuer.token("ada").without(name).sign())
}

/// CVE-2026-25537: a mistyped exp must not count as none.
pub(super) fn mistyped_times(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let now = issuer.now().as_secs();
    let values = [
        Value::Null,
        json!(true),
        json!(""),
        json!("never"),
        json!(now.to_string()),
        json!("NaN"),
        json!("Infinity"),
        json!([]),
        json!([now]),
        json!({}),
        json!(-1),
        json!(-0.5),
        json!(1e18),
        json!(1e308),
        json!(253_402_300_800_i64),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
    ];
    let mut attacks = vec![without(issuer, "exp"), without(issuer, "iat")];
    for name in ["exp", "iat", "nbf", "auth_time"] {
        attacks.extend(with(issuer, Malformed, name, values.clone()));
    }
    for number in ["1e18", "1E400", "-1e-3", "1e15", "253402300799.5", "99999999999999999999999"] {
        let payload = issuer.token("ada").claim("exp", "EXP").payload().replace("\"EXP\"", number);
        let token = issuer.sign_raw(Value::from(issuer.header()).to_string(), payload);
        attacks.push(Attack::new(Malformed, format!("exp is {number}, literally"), token));
    }
    attacks
}

/// With the default leeway of 5 s.
pub(super) fn times(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let now = issuer.now().as_secs();
    let year = 365 * 86_400;
    let exp = |value: Value| issuer.token("ada").claim("iat", now - 600).claim("exp", value).sign();
    let mut attacks = vec![
        Attack::new(Expired, "now == exp + leeway", exp(json!(now - 5))),
        Attack::new(Expired, "one millisecond later", exp(json!(now as f64 - 5.001))),
        Attack::new(Expired, "a minute ago", exp(json!(now - 60))),
        Attack::new(Expired, "at the beginning of time", issuer.token("ada").claim("iat", 0).claim("exp", 0).sign()),
        Attack::new(Malformed, "lives a day and a second", exp(json!(now - 600 + 86_401))),
        Attack::new(Malformed, "lives until 9999", exp(json!(253_402_300_799_i64))),
    ];
    attacks.extend(with(issuer, NotYetValid, "nbf", [json!(now + 6), json!(now as f64 + 5.001), json!(now + year)]));
    for ahead in [6, 60, year] {
        let token = issuer.token("ada").claim("iat", now + ahead).claim("exp", now + ahead + 60).sign();
        attacks.push(Attack::new(NotYetValid, format!("made in {ahead} s"), token));
    }
    attacks
}

/// CVE-2025-30144: an array that contains ours is not ours.
pub(super) fn issuers(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let own = issuer.issuer();
    let mistyped = [Value::Null, json!(0), json!(true), json!([own]), json!([own, "https://evil.test"]), json!({})];
    let others = [
        "",
        "https://evil.test",
        &format!("{own}/"),
        &format!("{own} "),
        &format!("{own}.evil.test"),
        &own.to_uppercase(),
        &own[..own.len() - 1],
        &own.replacen("https", "http", 1),
        &own.replacen("http:", "https:", 1),
    ];
    // One of the last two is the issuer itself.
    let others = others.into_iter().filter(|other| *other != own).map(Value::from);
    let mut attacks = with(issuer, Malformed, "iss", mistyped);
    attacks.extend(with(issuer, WrongIssuer, "iss", others));
    attacks.push(without(issuer, "iss"));
    attacks
}

pub(super) fn audiences(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let own = issuer.audience();
    let mistyped =
        [Value::Null, json!(0), json!(true), json!({}), json!([0]), json!([own, 0]), json!([[own]]), json!([null])];
    let upper = own.to_uppercase();
    let others = [
        json!(""),
        json!([]),
        json!([""]),
        json!("https://other.test"),
        json!(["https://other.test", "https://third.test"]),
        json!(upper),
        json!([upper]),
        json!(format!("{own}/")),
        json!(format!("{own} https://other.test")),
        json!(format!("{own},https://other.test")),
        json!(&own[..own.len() - 1]),
        json!([&own[1..]]),
        json!("*"),
        json!(format!("{} ", issuer.issuer())),
        json!(issuer.issuer()),
    ];
    // Where the issuer is its own audience, that one is good.
    let others = others.into_iter().filter(|value| value != own);
    let mut attacks = with(issuer, Malformed, "aud", mistyped);
    attacks.extend(with(issuer, WrongAudience, "aud", others));
    attacks.push(without(issuer, "aud"));
    attacks
}

pub(super) fn other_types(Sides { issuer, .. }: Sides<'_>) -> Vec<Attack> {
    let no_text = [Value::Null, json!(0), json!(true), json!([]), json!(["x"]), json!({})];
    let no_texts = [Value::Null, json!(0), json!("admin"), json!([0]), json!([["admin"]]), json!([null]), json!({})];
    let mut attacks = vec![without(issuer, "sub")];
    attacks.extend(with(issuer, Malformed, "sub", [json!("")]));
    for name in ["sub", "client_id", "jti", "sid", "scope"] {
        attacks.extend(with(issuer, Malformed, name, no_text.clone()));
    }
    for name in ["roles", "amr"] {
        attacks.extend(with(issuer, Malformed, name, no_texts.clone()));
    }
    attacks
}
