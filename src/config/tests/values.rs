//! Each kind of value: what it becomes, and what is refused.

use std::time::Duration;

use super::{config, load, load_both, mistakes};
use crate::config::{SessionsUrl, UsersUrl};
use crate::log::LogFormat;
use crate::store::postgres::{PostgresUrl, UsersQuery};
use crate::store::redis::RedisUrl;
use crate::throttle::Limit;
use crate::verify::Algorithm;

/// Every value is refused for that variable, once, under the variable's name.
fn refuses(variable: &str, values: &[&str]) {
    for value in values {
        let mistakes = mistakes(load(&[(variable, value)]));
        assert_eq!(mistakes.len(), 1, "{variable}={value:?}: {mistakes:?}");
        assert!(mistakes[0].starts_with(&format!("{variable}: ")), "{mistakes:?}");
        assert!(mistakes[0].contains("; accepted: "), "{mistakes:?}");
    }
}

#[test]
fn durations_are_a_whole_number_and_a_unit_or_a_plain_zero() {
    for (text, seconds) in [("0", 0), ("0s", 0), ("0d", 0), ("7s", 7), ("2m", 120), ("24h", 86_400), ("1d", 86_400)] {
        assert_eq!(config(&[("JETON_REUSE_WINDOW", text)]).reuse_window, Duration::from_secs(seconds), "{text}");
    }
    let wrong = ["", "5", "s", "-1s", "+1s", "1.5h", "1 s", " 1s", "1s\n", "1S", "1ms", "1w", "1h30m", "٣s", "é"];
    refuses("JETON_REUSE_WINDOW", &wrong);
    refuses("JETON_REUSE_WINDOW", &["86401s", "25h", "2d", "18446744073709551615d", "99999999999999999999s"]);
    refuses("JETON_LEEWAY", &["301s", "6m"]);
    refuses("JETON_ACCESS_TTL", &["0", "0s", "3651d"]);
    refuses("JETON_KEY_ROTATION", &["3651d", "off"]);
    assert_eq!(config(&[("JETON_KEY_ROTATION", "0")]).key_rotation, Duration::ZERO);
    assert_eq!(config(&[("JETON_LEEWAY", "5m")]).leeway, Duration::from_secs(300));
}

#[test]
fn numbers_keep_to_their_bounds() {
    let set = config(&[("JETON_LOGIN_WORKERS", "3"), ("JETON_LOGIN_QUEUE", "0"), ("JETON_PASSWORD_MIN", "15")]);
    assert_eq!((set.login_workers, set.login_queue, set.password_min), (3, 0, 15));
    refuses("JETON_LOGIN_WORKERS", &["", "0", "257", "-1", "+1", "1.0", "0x10", "99999999999999999999999"]);
    refuses("JETON_LOGIN_QUEUE", &["10001", "many"]);
    refuses("JETON_PASSWORD_MIN", &["7", "129"]);
}

#[test]
fn a_switch_is_on_or_off() {
    assert!(config(&[("JETON_REGISTRATION", "on")]).registration);
    assert!(!config(&[("JETON_REGISTRATION", "off")]).registration);
    assert!(!config(&[]).registration);
    refuses("JETON_REGISTRATION", &["", "true", "1", "ON", "on "]);
}

#[test]
fn a_limit_is_a_number_in_a_time_or_none() {
    let set = config(&[("JETON_LOGIN_LIMIT_ACCOUNT", "3/1h"), ("JETON_LOGIN_LIMIT_ADDRESS", "0")]);
    let three = Limit { attempts: 3, window: Duration::from_secs(3_600) };
    assert_eq!((set.login_limit_account, set.login_limit_address), (Some(three), None));
    let preset = config(&[]);
    let fifteen_minutes = |attempts| Some(Limit { attempts, window: Duration::from_secs(900) });
    assert_eq!((preset.login_limit_account, preset.login_limit_address), (fifteen_minutes(10), fifteen_minutes(100)));
    for variable in ["JETON_LOGIN_LIMIT_ACCOUNT", "JETON_LOGIN_LIMIT_ADDRESS"] {
        refuses(variable, &["", "10", "0/15m", "1001/15m", "10/0", "10/0s", "10/15", "10/2d", "10 / 15m", "-1/15m"]);
    }
}

#[test]
fn names_are_of_a_closed_set_and_case_sensitive() {
    assert_eq!(config(&[("JETON_ALGORITHM", "EdDSA")]).algorithm, Algorithm::EdDsa);
    assert_eq!(config(&[("JETON_LOG_FORMAT", "json")]).log_format, LogFormat::Json);
    refuses("JETON_ALGORITHM", &["", "none", "es256", "EDDSA", "ES384", "ES256 "]);
    refuses("JETON_LOG_FORMAT", &["", "Text", "logfmt"]);
}

#[test]
fn a_socket_address_may_be_ipv6_or_localhost() {
    for (text, address) in [("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:8080", "[::1]:8080"), ("localhost:0", "127.0.0.1:0")]
    {
        assert_eq!(config(&[("JETON_LISTEN", text)]).listen.to_string(), address);
    }
    refuses("JETON_LISTEN", &["", "8080", ":8080", "127.0.0.1", "::1:8080x", "example.com:80", "127.0.0.1:65536"]);
    refuses("JETON_LISTEN", &["localhost", "localhost:", "localhost:http", "http://127.0.0.1:8080"]);
}

#[test]
fn an_issuer_is_kept_byte_for_byte_or_refused() {
    for url in ["https://id.example", "https://ID.example:443/a/", "http://[::1]:8080", "https://e.example/@me"] {
        assert_eq!(config(&[("JETON_ISSUER", url)]).issuer, url);
    }
    let no_url =
        ["", "id.example", "ftp://id.example", "HTTPS://id.example", "https:id.example", "https://", "http:///a"];
    refuses("JETON_ISSUER", &no_url);
    refuses("JETON_ISSUER", &["https://id.example?", "https://id.example/#", "https://id.example/?a=b"]);
    refuses("JETON_ISSUER", &["https://ada@id.example", "https://:@id.example", "https://@id.example"]);
    refuses(
        "JETON_ISSUER",
        &[" https://id.example", "https://id.example\n", "https://bücher.example", "https:\\\\e.example"],
    );
    refuses("JETON_ISSUER", &["https://id.example:70000", "https://a b.example", "https://[::1"]);
}

#[test]
fn lists_are_comma_separated_and_lose_space_and_repetitions() {
    let set = config(&[
        ("JETON_AUDIENCE", "https://api.example , mobile,mobile"),
        ("JETON_SCOPES", "read, write admin,read"),
        ("JETON_CLIENTS", "web,ios:2"),
    ]);
    assert_eq!(set.audience, ["https://api.example", "mobile"]);
    assert_eq!(set.scopes.to_string(), "read write admin");
    assert_eq!(set.clients.unwrap(), ["web", "ios:2"]);
    refuses("JETON_AUDIENCE", &["", " ", ",", "a,", "a b", "a,,b", "é", "a\u{7f}"]);
    refuses("JETON_CLIENTS", &["", "a,,b", "a/b", "a b", "ü", &"x".repeat(65)]);
    refuses("JETON_SCOPES", &["a,,b", "a\"b", &"x".repeat(65)]);
}

#[test]
fn an_empty_list_is_taken_only_where_it_can_mean_nothing_else_than_none() {
    let set = config(&[("JETON_SCOPES", ""), ("JETON_TRUSTED_PROXIES", "")]);
    assert!(set.scopes.is_empty());
    assert_eq!(set.trusted_proxies, []);
}

#[test]
fn proxies_are_networks_or_addresses() {
    let list = "10.1.2.3/8, 192.0.2.1,2001:db8::7/32,::1,::ffff:10.0.0.0/104,::ffff:192.0.2.2";
    let networks = config(&[("JETON_TRUSTED_PROXIES", list)]).trusted_proxies;
    let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "::1/128", "10.0.0.0/8", "192.0.2.2/32"]);
    refuses("JETON_TRUSTED_PROXIES", &["10.0.0.0/33", "10.0.0/8", "proxy.example", "10.0.0.1:80", "10.0.0.1,", "*"]);
}

#[test]
fn a_store_in_a_file_is_relative_or_absolute() {
    let set = config(&[("JETON_SESSIONS_URL", "sqlite://a/b.db"), ("JETON_USERS_URL", "sqlite:///var/u%20.db")]);
    assert_eq!(set.sessions, SessionsUrl::File("a/b.db".into()));
    assert_eq!(set.users, UsersUrl::File("/var/u%20.db".into()));
    for variable in ["JETON_SESSIONS_URL", "JETON_USERS_URL"] {
        refuses(variable, &["", "data/jeton.db", "sqlite:data.db", "sqlite://", "sqlite:///", "sqlite://data/"]);
        refuses(
            variable,
            &["sqlite://:memory:", "sqlite://file:x", "sqlite://x?mode=ro", "sqlite://x#y", "mysql://h/d"],
        );
    }
}

#[test]
fn an_absolute_path_may_have_a_slash_more() {
    for (url, path) in [("sqlite:////var/u.db", "/var/u.db"), ("sqlite://///u.db", "/u.db"), ("SQLite://u.db", "u.db")]
    {
        assert_eq!(config(&[("JETON_USERS_URL", url)]).users, UsersUrl::File(path.into()), "{url}");
    }
}

#[test]
fn a_scheme_is_known_in_any_case_and_an_unknown_one_is_told_which_are() {
    for (url, same) in [
        ("Redis://h", "redis://h"),
        ("REDISS+Sentinel://H1,h2/Main", "rediss+sentinel://H1,h2/Main"),
        ("valkey://u:p@h/1", "redis://u:p@h/1"),
        ("valkeys://h", "rediss://h"),
        ("valkey+sentinel://h/main", "redis+sentinel://h/main"),
        ("valkeys+cluster://h", "rediss+cluster://h"),
    ] {
        let SessionsUrl::Redis(parsed) = config(&[("JETON_SESSIONS_URL", url)]).sessions else { panic!("{url}") };
        assert_eq!(Ok(parsed), RedisUrl::parse(same), "{url}");
    }
    let UsersUrl::Postgres(parsed) = config(&[("JETON_USERS_URL", "PostgreSQL://h/d")]).users else { panic!() };
    assert_eq!(Ok(*parsed), PostgresUrl::parse("postgresql://h/d"));
    for (variable, known) in [
        (
            "JETON_SESSIONS_URL",
            "sqlite, redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster;",
        ),
        ("JETON_USERS_URL", "sqlite, postgres, postgresql;"),
    ] {
        let wrong = mistakes(load(&[(variable, "memcached://h")]));
        assert!(wrong[0].starts_with(&format!("{variable}: its scheme is none of {known}")), "{wrong:?}");
    }
}

#[test]
fn sessions_may_be_in_redis() {
    for url in [
        "redis://h",
        "rediss://u:p@h:1/2",
        "redis+sentinel://h1,h2/main/1",
        "redis+cluster://:p@h1,h2",
        "redis://[::1]",
    ] {
        let SessionsUrl::Redis(parsed) = config(&[("JETON_SESSIONS_URL", url)]).sessions else { panic!("{url}") };
        assert_eq!(Ok(parsed), RedisUrl::parse(url), "{url}");
    }
    refuses("JETON_SESSIONS_URL", &["redis://", "redis://h1,h2", "redis+sentinel://h", "redis://h/x", "rediss:h"]);
    refuses("JETON_SESSIONS_URL", &["postgres://h/d"]);
    refuses("JETON_REDIS_WAIT_REPLICAS", &["-1", "17"]);
    refuses("JETON_SENTINEL_PASSWORD", &[""]);
}

#[test]
fn people_may_be_in_postgresql_and_another_applications() {
    for url in ["postgres://h/d", "postgresql://u:p@h:1,h2/d?sslmode=require"] {
        let UsersUrl::Postgres(parsed) = config(&[("JETON_USERS_URL", url)]).users else { panic!("{url}") };
        assert_eq!(Ok(*parsed), PostgresUrl::parse(url), "{url}");
        let query = "SELECT id, name, hash, roles, disabled FROM people WHERE name = $1;";
        let with_query = config(&[("JETON_USERS_URL", url), ("JETON_USERS_QUERY", query)]);
        assert_eq!(with_query.users_query, UsersQuery::parse(query).ok());
    }
    refuses("JETON_USERS_URL", &["redis://h", "postgres://", "postgres://h/d?sslmode=maybe"]);
    refuses("JETON_USERS_QUERY", &["", "DELETE FROM people WHERE name = $1", "SELECT 1"]);
    let wrong = mistakes(load(&[("JETON_USERS_QUERY", "SELECT $1")]));
    assert_eq!(wrong, ["JETON_USERS_QUERY: needs a postgres:// URL in JETON_USERS_URL"]);
}

#[test]
fn the_file_takes_arrays_and_integers_and_no_other_types() {
    let file =
        "audience = ['a', 'b']\nscopes = []\nclients = 'web,ios'\nlogin_queue = 7\npassword_min = '9'\nleeway = 0";
    let (set, _) = load_both(&[], file).unwrap();
    assert_eq!(set.audience, ["a", "b"]);
    assert!(set.scopes.is_empty());
    assert_eq!(set.clients.unwrap(), ["web", "ios"]);
    assert_eq!((set.login_queue, set.password_min, set.leeway), (7, 9, Duration::ZERO));
    for wrong in
        ["leeway = 5", "login_queue = 7.0", "issuer = true", "listen = ['a']", "clients = [1]", "clients = ['a,b']"]
            .into_iter()
            .chain(["audience = [['a']]", "keys_dir = 2026-11-21", "[tls_cert]\npath = 'x'", "login_queue = -1"])
    {
        let mistakes = mistakes(load_both(&[], wrong));
        assert_eq!(mistakes.len(), 1, "{wrong}: {mistakes:?}");
        assert!(mistakes[0].contains(" (jeton.toml): ") && mistakes[0].contains("; accepted: "), "{mistakes:?}");
    }
}
