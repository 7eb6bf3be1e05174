//! What a URL means, and what is refused.

use super::*;

fn node(host: &str, port: u16) -> Node {
    Node { host: host.to_owned(), port }
}

fn parsed(text: &str) -> RedisUrl {
    RedisUrl::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn one_server_with_and_without_tls() {
    let plain = RedisUrl { topology: Topology::Single(node("h", 6_379)), tls: false, login: None, database: 0 };
    for text in ["redis://h", "redis://h/", "redis://h:6379", "redis://h/0"] {
        assert_eq!(parsed(text), plain, "{text}");
    }
    let url = parsed("rediss://[::1]:7000/12");
    assert_eq!((url.topology, url.tls, url.database), (Topology::Single(node("::1", 7_000)), true, 12));
}

#[test]
fn a_login_is_percent_decoded_and_may_lack_the_user() {
    let login = parsed("redis://jeton:p%40ss%3a%2F%25:x@h").login.unwrap();
    assert_eq!((login.user.as_deref(), login.password.expose().as_str()), (Some("jeton"), "p@ss:/%:x"));
    let login = parsed("redis+cluster://:s%C3%A9same@a,b").login.unwrap();
    assert_eq!((login.user, login.password.expose().as_str()), (None, "sésame"));
}

#[test]
fn sentinels_name_a_group_and_a_database() {
    let url = parsed("redis+sentinel://u:p@h1,h2:5000,[fe80::1]/my%20group/3");
    let sentinels = vec![node("h1", 26_379), node("h2", 5_000), node("fe80::1", 26_379)];
    assert_eq!(url.topology, Topology::Sentinel { sentinels, group: "my group".into() });
    assert_eq!((url.database, url.tls, url.login.unwrap().user.unwrap().as_str()), (3, false, "u"));
    assert!(parsed("rediss+sentinel://h/main").tls);
}

#[test]
fn a_cluster_has_seeds_and_one_database() {
    let url = parsed("redis+cluster://h1:7000,h2:7001,h3/");
    assert_eq!(url.topology, Topology::Cluster(vec![node("h1", 7_000), node("h2", 7_001), node("h3", 6_379)]));
    assert_eq!(RedisUrl::parse("redis+cluster://h/1"), Err("a cluster has only database 0"));
}

#[test]
fn what_is_no_such_url_is_refused_without_being_repeated() {
    for text in [
        "",
        "h",
        "http://h",
        "REDIS://h",
        "redis:h",
        "redis://",
        "redis://h:",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:+1",
        "redis://a,b",
        "redis://a b",
        "redis://[::1",
        "redis://[h]",
        "redis://[::1]7",
        "redis://h/x",
        "redis://h/-1",
        "redis://h/1/2",
        "redis://h?db=1",
        "redis://h#1",
        "redis://user@h",
        "redis://user:@h",
        "redis://u:%zz@h",
        "redis://u:%4@h",
        "redis://u:%ff@h",
        "redis://u:a/b@h",
        "redis+sentinel://h",
        "redis+sentinel://h/",
        "redis+sentinel://h//1",
        "redis+cluster://h,",
        "redis+cluster://,h",
    ] {
        let problem = RedisUrl::parse(text).expect_err(text);
        assert!(!problem.contains("hunter2"));
    }
}

#[test]
fn debug_shows_no_password() {
    let shown = format!("{:?}", parsed("redis://jeton:hunter2@h"));
    assert!(shown.contains("jeton") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_node_is_shown_as_it_is_written() {
    assert_eq!(node("h", 1).to_string(), "h:1");
    assert_eq!(node("::1", 1).to_string(), "[::1]:1");
}
