//! What a URL means, and that what is wrong is said without repeating it.

use super::*;

fn parse(text: &str) -> PostgresUrl {
    PostgresUrl::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn hosts_login_database_and_parameters_are_read() {
    let url = parse(
        "postgresql://jeton:p%40ss%2Fword@db.example:5433/app?sslrootcert=/etc/a+b%20c.pem&pool_max_conns=3\
         &options=-c%20search_path%3Dapp&sslcert=/c.pem&sslkey=/k.pem",
    );
    assert_eq!(url.config.get_user(), Some("jeton"));
    assert_eq!(url.config.get_password(), Some(&b"p@ss/word"[..]));
    assert_eq!(url.config.get_dbname(), Some("app"));
    assert_eq!(url.config.get_options(), Some("-c search_path=app"));
    assert_eq!(url.config.get_application_name(), Some("jeton"));
    assert_eq!(url.servers(), "db.example:5433");
    assert_eq!((url.pool, url.tls), (3, TlsMode::VerifyFull));
    assert_eq!(url.authority, Some("/etc/a+b c.pem".into()));
    assert_eq!(url.identity, Some(("/c.pem".into(), "/k.pem".into())));
}

#[test]
fn a_remote_server_must_prove_its_name_unless_the_url_says_otherwise() {
    for (rest, mode) in [
        ("db.example/a", TlsMode::VerifyFull),
        ("127.0.0.1,db.example/a", TlsMode::VerifyFull),
        ("localhost.example/a", TlsMode::VerifyFull),
        ("localhost/a?hostaddr=192.0.2.1", TlsMode::VerifyFull),
        ("localhost/a", TlsMode::Prefer),
        ("127.0.0.2/a", TlsMode::Prefer),
        ("[::1]:5433/a", TlsMode::Prefer),
        ("%2Fvar%2Frun/a", TlsMode::Disable),
        ("/a?host=/var/run", TlsMode::Disable),
        ("db.example/a?sslmode=disable", TlsMode::Disable),
        ("db.example/a?sslmode=require", TlsMode::Require),
        ("db.example/a?sslmode=require&sslrootcert=/ca.pem", TlsMode::VerifyCa),
        ("localhost/a?sslmode=verify-full", TlsMode::VerifyFull),
    ] {
        let url = parse(&format!("postgres://u@{rest}"));
        assert_eq!(url.tls, mode, "{rest}");
        assert_eq!(url.is_local(), !rest.contains("example") && !rest.contains("192.0"), "{rest}");
    }
    assert_eq!(parse("postgres://h/a?sslrootcert=system").authority, None);
}

#[test]
fn of_several_servers_the_one_that_takes_writes_is_looked_for() {
    let target = |text| parse(text).config.get_target_session_attrs();
    assert_eq!(target("postgres://a:1,b/d"), TargetSessionAttrs::ReadWrite);
    assert_eq!(target("postgres://a/d"), TargetSessionAttrs::Any);
    assert_eq!(parse("postgres://a:1,[::1]/d").servers(), "a:1,[::1]:5432");
}

#[test]
fn what_is_wrong_is_said_without_repeating_it() {
    for (text, part) in [
        ("postgres:hunter2", "no URL"),
        ("mysql://u:hunter2@h/d", "scheme"),
        ("postgres://u:hunter2#@h/d", "fragment"),
        ("postgres://u:hunter2?@h/d", "no value"),
        ("postgres://u:hunter2@/d", "names no host"),
        ("postgres://u:hunter2/x@h/d", "written %2F"),
        ("postgres://u:hunter2@h:x/d", "cannot be read"),
        ("postgres://u:hunter2@h/d?hunter2=1", "not known"),
        ("postgres://u:hunter2@h/d?sslmode=hunter2", "sslmode"),
        ("postgres://u:hunter2@h/d?pool_max_conns=0", "pool_max_conns"),
        ("postgres://u:hunter2@h/d?sslcert=hunter2", "come together"),
        ("postgres://u:hunter2@h/d?target_session_attrs=hunter2", "cannot be read"),
    ] {
        let why = PostgresUrl::parse(text).expect_err(text);
        assert!(why.contains(part) && !why.contains("hunter2"), "{text}: {why}");
    }
    assert!(!format!("{:?}", parse("postgres://u:hunter2@h/d")).contains("hunter2"));
}
