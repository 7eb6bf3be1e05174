//! A good token where credentials must not stand, or so that they can be read in two ways.

use super::{Attack, CANARY, Scene};
use crate::testing::attacks::compact::b64;

/// Two headers, whatever stands in them.
pub(super) fn twice(scene: &Scene<'_>) -> Vec<Attack> {
    let good = format!("Bearer {}", scene.good);
    let others = [good.as_str(), "Bearer x", "Bearer", "Basic YTpi", "", CANARY];
    let mut attacks = Vec::new();
    for other in others {
        for (first, second) in [(good.as_str(), other), (other, good.as_str())] {
            for name in ["Authorization", "authorization", "AUTHORIZATION"] {
                let lines = format!("Authorization: {first}\r\n{name}: {second}\r\n");
                let story = format!("{name} again: {:?} and {:?}", start(first), start(second));
                attacks.push(Attack::new(scene, story, scene.request("GET", &lines, "")));
            }
        }
    }
    let fifty = format!("Authorization: {good}\r\n").repeat(50);
    attacks.push(Attack::new(scene, "fifty times", scene.request("GET", &fifty, "")));
    let apart = format!("Authorization: {good}\r\nX: {CANARY}\r\nAuthorization: {good}\r\n");
    attacks.push(Attack::new(scene, "with another header between", scene.request("GET", &apart, "")));
    attacks
}

fn start(text: &str) -> &str {
    &text[..text.len().min(12)]
}

/// The query, cookies, other headers, trailers.
pub(super) fn elsewhere(scene: &Scene<'_>) -> Vec<Attack> {
    let Scene { target, good } = *scene;
    let get = |target: &str, lines: &str| format!("GET {target} HTTP/1.1\r\nHost: attack.test\r\n{lines}\r\n");
    let mut attacks = Vec::new();
    for name in ["access_token", "token", "bearer", "jwt", "authorization", "id_token", "Authorization", "auth"] {
        for mark in ["?", "?a=b&", ";", "#"] {
            let request = get(&format!("{target}{mark}{name}={good}"), "");
            attacks.push(Attack::new(scene, format!("{mark}{name}="), request));
        }
        let request =
            get(target, &format!("Cookie: {name}={good}; __Host-{name}={good}; {name}=\"Bearer {good}\"\r\n"));
        attacks.push(Attack::new(scene, format!("cookie {name}"), request));
    }
    let request = get(&format!("{target}?authorization=Bearer%20{good}"), "");
    attacks.push(Attack::new(scene, "the whole header in the query", request));
    let names = "Proxy-Authorization X-Authorization X-Forwarded-Authorization X-Original-Authorization Authentication \
                 X-Access-Token X-Auth-Token Access-Token Token Bearer WWW-Authenticate X-JWT-Assertion X-Id-Token \
                 Sec-WebSocket-Protocol X-Amzn-Oidc-Data Authorization2 Authorizatio Authorization- Authorization_ \
                 HTTP_AUTHORIZATION Authorization.Bearer Trailer Connection Origin Referer From User-Agent";
    for name in names.split(' ') {
        let request = get(target, &format!("{name}: Bearer {good}\r\n"));
        attacks.push(Attack::new(scene, format!("header {name}"), request));
    }
    let spoilt = [
        "Authorization : ",
        "Authorization\t: ",
        "\"Authorization\": ",
        "Authоrization: ",
        "Authorization; ",
        "Authorization ",
        ": ",
        "Authorization=",
        "Аuthorization: ",
    ];
    for name in spoilt {
        let request = get(target, &format!("{name}Bearer {good}\r\n"));
        attacks.push(Attack::new(scene, format!("header {name:?}"), request));
    }
    let trailer = format!("1\r\n \r\n0\r\nAuthorization: Bearer {good}\r\n\r\n");
    let lines = "Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n";
    attacks.push(Attack::new(scene, "in a trailer", scene.request("POST", lines, &trailer)));
    let extension = format!("1;Authorization=\"Bearer {good}\"\r\n \r\n0\r\n\r\n");
    attacks.push(Attack::new(scene, "in a chunk's extension", scene.request("PUT", lines, &extension)));
    attacks
}

/// What is no `{"token"}` of a POST.
pub(super) fn bodies(scene: &Scene<'_>) -> Vec<Attack> {
    let good = scene.good;
    let json = format!("{{\"token\":\"{good}\"}}");
    let typed = |media_type: &str| format!("Content-Type: {media_type}\r\n");
    let mut attacks = Vec::new();
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let request = scene.with_length(method, &typed("application/json"), &json);
        attacks.push(Attack::new(scene, format!("JSON with {method}"), request));
    }
    let form = format!("access_token={good}&token={good}");
    let multipart = format!("--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{good}\r\n--x--\r\n");
    let bodies = [
        ("application/x-www-form-urlencoded", form),
        ("multipart/form-data; boundary=x", multipart),
        ("application/jwt", good.to_owned()),
        ("text/plain", json.clone()),
        ("text/json", json.clone()),
        ("application/jsonp", json.clone()),
        ("application/json, text/plain", json.clone()),
        ("", json.clone()),
        ("application/json", good.to_owned()),
        ("application/json", format!("\"{good}\"")),
        ("application/json", format!("[\"{good}\"]")),
        ("application/json", format!("[{json}]")),
        ("application/json", format!("{{\"access_token\":\"{good}\"}}")),
        ("application/json", format!("{{\"TOKEN\":\"{good}\"}}")),
        ("application/json", format!("{{\"token\":[\"{good}\"]}}")),
        ("application/json", format!("{{\"token\":{json}}}")),
        ("application/json", format!("{{\"token\":\"Bearer {good}\"}}")),
        ("application/json", format!("{{\"token\":\" {good}\"}}")),
        ("application/json", format!("{{\"token\":\"{good}\",\"token\":\"{CANARY}\"}}")),
        ("application/json", format!("{{\"token\":\"{CANARY}\",\"token\":\"{good}\"}}")),
        ("application/json", format!("{{\"token\":null,\"\\u0074oken\":\"{good}\"}}")),
        ("application/json", format!("\u{feff}{json}")),
        ("application/json", format!("{json}{json}")),
        ("application/json", format!("{json},")),
        ("application/json", format!("//{CANARY}\n{json}")),
    ];
    for (media_type, body) in bodies {
        let name = format!("{media_type:?}: {}", body.replace(good, "GOOD").chars().take(60).collect::<String>());
        attacks.push(Attack::new(scene, name, scene.with_length("POST", &typed(media_type), &body)));
    }
    let two = typed("application/json") + &typed("application/json");
    attacks.push(Attack::new(scene, "two media types", scene.with_length("POST", &two, &json)));
    let bad_header = typed("application/json") + "Authorization: Bearer x\r\n";
    attacks.push(Attack::new(scene, "beside a bad header", scene.with_length("POST", &bad_header, &json)));
    attacks
}

pub(super) fn schemes(scene: &Scene<'_>) -> Vec<Attack> {
    let schemes = [
        "",
        "Basic ",
        "Digest ",
        "Negotiate ",
        "DPoP ",
        "MAC ",
        "Token ",
        "JWT ",
        "OAuth ",
        "Bearer:",
        "Bearer=",
        "Bearer,",
        "Bearer/",
        "Bearer",
        "BearerBearer ",
        "Bearer2 ",
        "Beare ",
        "xBearer ",
        "B earer ",
        "\"Bearer\" ",
        "Bearer\"",
        "Bearer%20",
        "Bearer+",
        "Bearer\t",
        "Bеarer ",
        "ＢＥＡＲＥＲ ",
        "Bearer\u{a0}",
        "Basic Bearer ",
        "Basic,Bearer ",
        "AWS4-HMAC-SHA256 Credential=",
    ];
    let request = |scheme: &&str| {
        let lines = format!("Authorization: {scheme}{}\r\n", scene.good);
        Attack::new(scene, format!("{scheme:?}"), scene.request("GET", &lines, ""))
    };
    schemes.iter().map(request).collect()
}

pub(super) fn words(scene: &Scene<'_>) -> Vec<Attack> {
    let good = scene.good;
    let values = [
        String::new(),
        " ".to_owned(),
        CANARY.to_owned(),
        format!("{good} {good}"),
        format!("{good} {CANARY}"),
        format!("{CANARY} {good}"),
        format!("{good}\t{CANARY}"),
        format!("{good},Bearer {good}"),
        format!("{good}, Bearer {good}"),
        format!("{good}, Basic YTpi"),
        format!("{good},"),
        format!("{good};"),
        format!("{good}; {CANARY}"),
        format!("\"{good}\""),
        format!("'{good}'"),
        format!("<{good}>"),
        format!("token={good}"),
        format!("token=\"{good}\""),
        format!("{good}="),
        format!("{good}=="),
        format!("{good}%20"),
        format!("{good}%00"),
        format!("{good}\\"),
        format!("Bearer {good}"),
        format!("Bearer%20{good}"),
        format!("{good}\u{a0}"),
        format!("\u{feff}{good}"),
        format!("={good}"),
        b64(good),
        good.to_uppercase(),
        good.chars().rev().collect(),
    ];
    let request = |value: &String| {
        let name = value.replace(good, "GOOD").chars().take(60).collect::<String>();
        let lines = format!("Authorization: Bearer {value}\r\n");
        Attack::new(scene, name, scene.request("GET", &lines, ""))
    };
    values.iter().map(request).collect()
}
