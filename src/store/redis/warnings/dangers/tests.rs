//! Each danger beside a server as it should be.

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);
const ASKED: Asked = Asked { replicas: 2, has_sentinels: true, connections: 4, reuse_window: Duration::from_secs(30) };
const NOTHING_ASKED: Asked = Asked { replicas: 0, reuse_window: Duration::ZERO, ..ASKED };

fn good() -> Answers {
    Answers {
        policy: Some("noeviction".into()),
        append_only: Some("yes".into()),
        sync: Some("everysec".into()),
        most_clients: Some("8".into()),
        least_replicas: Some("1".into()),
        program: Some("# Server\r\nredis_version:8.2.2\r\n".into()),
        replication: Some("# Replication\r\nrole:master\r\nconnected_slaves:2\r\n".into()),
        hides_role: false,
        time: Some(NOW.as_millis() + 7_500),
    }
}

fn has_replicas(count: usize) -> Option<String> {
    Some(format!("role:master\r\nconnected_slaves:{count}\r\n"))
}

/// The one danger of these answers.
fn danger(answers: &Answers) -> String {
    let dangers = dangers(answers, &ASKED, NOW);
    assert_eq!(dangers.len(), 1, "{dangers:?}");
    dangers.into_iter().next().unwrap()
}

#[test]
fn a_server_as_it_should_be_is_not_warned_of() {
    assert_eq!(dangers(&good(), &ASKED, NOW), Vec::<String>::new());
    assert_eq!(dangers(&good(), &NOTHING_ASKED, Timestamp::from_millis(0)), Vec::<String>::new());
}

#[test]
fn each_danger_is_named_with_what_to_set() {
    assert!(danger(&Answers { policy: Some("allkeys-lru".into()), ..good() }).contains("set it to noeviction"));
    assert!(danger(&Answers { append_only: Some("no".into()), ..good() }).contains("set appendonly yes"));
    assert!(danger(&Answers { sync: Some("no".into()), ..good() }).contains("set it to everysec or always"));
    assert!(danger(&Answers { most_clients: Some("7".into()), ..good() }).contains("opens 4 connections"));
    assert!(danger(&Answers { least_replicas: Some("3".into()), ..good() }).contains("it takes no writes"));
    assert!(danger(&Answers { replication: has_replicas(1), ..good() }).contains("is 2, but it has 1 replicas"));
    let old = Some("redis_version:7.2.4\r\n".into());
    assert!(danger(&Answers { program: old, ..good() }).starts_with("Redis 7.2.4 has a hole"));
    assert!(danger(&Answers { time: Some(NOW.as_millis() + 7_501), ..good() }).contains("7 s apart"));
    assert!(danger(&Answers { time: Some(NOW.as_millis() - 60_000), ..good() }).contains("60 s apart"));
}

/// While one replica is being promoted, the other acknowledges what the promoted one never hears of.
#[test]
fn more_replicas_than_are_waited_for_are_a_danger_where_sentinels_choose_among_them() {
    let three = Answers { replication: has_replicas(3), ..good() };
    assert!(danger(&three).ends_with("set it to 3"));
    assert_eq!(dangers(&three, &Asked { has_sentinels: false, ..ASKED }, NOW), Vec::<String>::new());
    assert_eq!(dangers(&three, &NOTHING_ASKED, NOW), Vec::<String>::new());
}

#[test]
fn what_an_acl_hides_is_said_to_be_unknown() {
    let found = dangers(&Answers { hides_role: true, ..Answers::default() }, &ASKED, NOW);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|danger| danger.contains("is unknown")), "{found:?}");
    assert_eq!(dangers(&Answers::default(), &NOTHING_ASKED, NOW).len(), 3);
}
