//! A cluster whose slots move and whose nodes die.

use jeton::session::Session;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{rotated, session, version};
use jeton::store::{SessionStore, Swap};

use crate::servers::{ClusterGroup, Server, eventually_async, open, settings};

fn node_id(node: &Server) -> String {
    node.ask(&["CLUSTER", "MYID"])
}

#[test]
fn a_slot_that_moves_is_followed_at_every_step() {
    let group = ClusterGroup::start();
    let settings = settings(&group.url());
    let key = format!("{}:s:{}", settings.namespace, session(1).id);
    let (owner, slot) = group.owner(&key);
    let (from, to, slot) = (&group.nodes[owner], &group.nodes[(owner + 1) % 3], slot.to_string());
    run(async {
        let store = open(settings);
        store.insert(&session(1), version(1)).await.unwrap();
        to.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &node_id(from)]);
        from.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &node_id(to)]);
        let second = rotated(&session(1));
        assert_eq!(store.swap(&second, version(1), version(2)).await.unwrap(), Swap::Done, "not moved yet");
        from.ask::<()>(&["MIGRATE", "127.0.0.1", &to.port.to_string(), &key, "0", "5000"]);
        let third = rotated(&second);
        assert_eq!(store.swap(&third, version(2), version(3)).await.unwrap(), Swap::Done, "ASK");
        assert_eq!(store.load(session(1).id).await.unwrap(), Some((third.clone(), version(3))));
        for node in [to, from] {
            node.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "NODE", &node_id(to)]);
        }
        assert_eq!(store.swap(&rotated(&third), version(3), version(4)).await.unwrap(), Swap::Done, "MOVED");
    });
}

#[test]
fn a_dead_node_costs_only_its_own_slots_and_comes_back() {
    let mut group = ClusterGroup::start();
    let settings = settings(&group.url());
    let namespace = settings.namespace.clone();
    let sessions: Vec<Session> = (1..=60).map(session).collect();
    let lost = |group: &ClusterGroup, session: &Session| group.owner(&format!("{namespace}:s:{}", session.id)).0 == 0;
    run(async {
        let store = open(settings);
        for session in &sessions {
            store.insert(session, version(1)).await.unwrap();
        }
        let (dead, alive): (Vec<_>, Vec<_>) = sessions.iter().partition(|session| lost(&group, session));
        assert!(!dead.is_empty() && !alive.is_empty());
        group.nodes[0].kill();
        for session in &alive {
            assert_eq!(store.swap(&rotated(session), version(1), version(2)).await.unwrap(), Swap::Done);
        }
        for session in &dead {
            store.load(session.id).await.unwrap_err();
        }
        group.nodes[0].run();
        // It kept nothing on disk: what is asked for is an answer, not the session.
        eventually_async("it answers again", async || store.load(dead[0].id).await.is_ok()).await;
        assert_eq!(store.load(alive[0].id).await.unwrap().unwrap().1, version(2));
    });
}
