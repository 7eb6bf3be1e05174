//! What must hold between settings.

use super::{config, load, load_both, mistakes, warnings};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn lifetimes_fit_into_each_other() {
    let wrong = mistakes(load(&[("JETON_ACCESS_TTL", "1h"), ("JETON_REFRESH_IDLE_TTL", "60m")]));
    assert_eq!(wrong, ["JETON_ACCESS_TTL: must be shorter than JETON_REFRESH_IDLE_TTL"]);
    let wrong = mistakes(load_both(&[("JETON_REFRESH_ABSOLUTE_TTL", "2d")], "refresh_idle_ttl = '3d'"));
    assert_eq!(wrong, ["refresh_idle_ttl (jeton.toml): must not be longer than JETON_REFRESH_ABSOLUTE_TTL"]);
    config(&[("JETON_REFRESH_IDLE_TTL", "1d"), ("JETON_REFRESH_ABSOLUTE_TTL", "24h")]);
}

#[test]
fn rotation_within_an_hour_is_a_warning() {
    for short in ["1s", "59m"] {
        let found = warnings(load(&[("JETON_KEY_ROTATION", short)]));
        assert!(found.len() == 1 && found[0].starts_with("JETON_KEY_ROTATION: is under an hour"), "{found:?}");
    }
    for fine in ["0", "1h", "3650d"] {
        assert!(warnings(load(&[("JETON_KEY_ROTATION", fine)])).is_empty(), "{fine}");
    }
}

#[test]
fn one_mistake_does_not_show_up_as_two() {
    let wrong = mistakes(load(&[("JETON_ACCESS_TTL", "30d"), ("JETON_REFRESH_IDLE_TTL", "sixty days")]));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let wrong = mistakes(load(&[("JETON_ALGORITHM", "HS256"), ("JETON_HMAC_SECRET", "short")]));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let wrong = mistakes(load_both(&[("JETON_ALGORITHM", "HS256")], "hmac_secret = "));
    assert_eq!(wrong.len(), 1, "the secret may stand in the file that does not parse: {wrong:?}");
}

#[test]
fn hs256_needs_a_secret_of_32_bytes_and_nothing_else_uses_it() {
    let wrong = mistakes(load(&[("JETON_ALGORITHM", "HS256")]));
    assert!(wrong[0].starts_with("JETON_HMAC_SECRET: is required with HS256"), "{wrong:?}");
    assert_eq!(mistakes(load(&[("JETON_ALGORITHM", "HS256"), ("JETON_HMAC_SECRET", &SECRET[1..])])).len(), 1);
    let taken = config(&[("JETON_ALGORITHM", "HS256"), ("JETON_HMAC_SECRET", SECRET)]);
    assert_eq!(taken.hmac_secret.unwrap().expose(), SECRET.as_bytes());
    let unused = warnings(load(&[("JETON_HMAC_SECRET", SECRET)]));
    assert_eq!(unused, ["JETON_HMAC_SECRET: is not used: the algorithm is ES256"]);
}

#[test]
fn a_certificate_and_its_key_come_together() {
    let both = config(&[("JETON_TLS_CERT", "c.pem"), ("JETON_TLS_KEY", "k.pem")]);
    assert!(both.tls_cert.is_some() && both.tls_key.is_some());
    let wrong = mistakes(load_both(&[], "tls_key = 'k.pem'"));
    assert_eq!(wrong, ["tls_key (jeton.toml): needs JETON_TLS_CERT as well"]);
    assert_eq!(mistakes(load(&[("JETON_TLS_CERT", ""), ("JETON_TLS_KEY", "k.pem")])).len(), 1, "empty is not unset");
}

#[test]
fn what_is_said_about_redis_is_of_use_only_there() {
    let settings = [
        ("JETON_REDIS_CA", "ca.pem"),
        ("JETON_REDIS_CERT", "c.pem"),
        ("JETON_REDIS_KEY", "k.pem"),
        ("JETON_REDIS_WAIT_REPLICAS", "1"),
        ("JETON_SENTINEL_PASSWORD", "open sesame"),
    ];
    for (url, unused) in [
        ("sqlite://x.db", vec!["CA", "CERT", "WAIT_REPLICAS", "SENTINEL"]),
        ("redis://h", vec!["CA", "CERT", "SENTINEL"]),
        ("rediss://h", vec!["SENTINEL"]),
        ("redis+sentinel://h/main", vec!["CA", "CERT"]),
        ("rediss+sentinel://h/main", vec![]),
    ] {
        let found = warnings(load(&[settings.as_slice(), &[("JETON_SESSIONS_URL", url)]].concat()));
        assert_eq!(found.len(), unused.len(), "{url}: {found:?}");
        for (warning, name) in found.iter().zip(unused) {
            assert!(warning.contains(name) && warning.contains("is not used"), "{url}: {warning}");
        }
    }
    let wrong = mistakes(load(&[("JETON_REDIS_CERT", "c.pem"), ("JETON_SESSIONS_URL", "rediss://h")]));
    assert_eq!(wrong, ["JETON_REDIS_CERT: needs JETON_REDIS_KEY as well"]);
}

#[test]
fn listening_publicly_under_the_default_issuer_is_a_warning() {
    for address in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80"] {
        let found = warnings(load(&[("JETON_LISTEN", address)]));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("JETON_ISSUER: is the default, while JETON_LISTEN is not"), "{found:?}");
    }
    for address in ["127.0.0.2:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
        assert!(warnings(load(&[("JETON_LISTEN", address)])).is_empty(), "{address}");
    }
    let public = [("JETON_LISTEN", "0.0.0.0:80"), ("JETON_ISSUER", "https://id.example")];
    assert!(warnings(load(&public)).is_empty());
}

#[test]
fn trusting_every_address_as_a_proxy_is_a_warning() {
    for list in ["0.0.0.0/0", "10.0.0.0/8,::/0"] {
        let found = warnings(load(&[("JETON_TRUSTED_PROXIES", list)]));
        assert!(found[0].starts_with("JETON_TRUSTED_PROXIES: trusts every address"), "{found:?}");
    }
}

#[test]
fn nobody_makes_an_account_in_another_applications_table() {
    let people = [
        ("JETON_USERS_URL", "postgres://h/d"),
        ("JETON_USERS_QUERY", "SELECT id, name, hash, roles, disabled FROM people WHERE name = $1"),
    ];
    let with = |registration| mistakes(load(&[people.as_slice(), &[("JETON_REGISTRATION", registration)]].concat()));
    assert_eq!(
        with("on"),
        ["JETON_REGISTRATION: must be off where people are another application's (JETON_USERS_QUERY)"]
    );
    assert!(with("off").is_empty());
}
