//! Servers that really refuse: each is what an operator, or bad luck, makes of a real Redis.

use std::thread;

use crate::crowd::{Crowd, Loss};
use crate::servers::{Server, eventually};
use crate::world::{World, is_outage_in};

/// A port that nobody listens on, and nobody may.
const NOWHERE: [&str; 3] = ["REPLICAOF", "127.0.0.1", "1"];

fn set(server: &Server, name: &str, value: &str) {
    server.ask::<()>(&["CONFIG", "SET", name, value]);
}

/// As after a failover behind a virtual address: the link stays, and leads to a replica now.
#[test]
fn a_primary_that_is_demoted_and_keeps_its_links() {
    let world = World::start();
    let server = &world.server;
    is_outage_in(&world, || server.ask(&NOWHERE), || server.ask(&["REPLICAOF", "NO", "ONE"]));
}

#[test]
fn a_replica_that_has_lost_its_primary_and_serves_nothing_stale() {
    let world = World::with(&["--replica-serve-stale-data", "no"]);
    let server = &world.server;
    is_outage_in(&world, || server.ask(&NOWHERE), || server.ask(&["REPLICAOF", "NO", "ONE"]));
}

/// It listens all the while, and takes very long for each key.
#[test]
fn a_server_that_is_loading() {
    let mut world = World::with(&["--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024"]);
    let fill = "for i = 1, 2000 do redis.call('SET', 'other:' .. i, string.rep('x', 100)) end";
    let mut crowd = Crowd::gather(&world.app);
    world.server.ask::<()>(&["EVAL", fill, "0"]);
    world.server.ask::<()>(&["SAVE"]);
    crowd.may_lose(Loss::SinceTheSnapshot);
    crowd.is_well();
    world.server.kill();
    world.server.begin();
    crowd.is_out();
    let refused = world.server.try_ask::<()>(&["PING"]).unwrap_err();
    assert_eq!(refused.code(), Some("LOADING"), "it is what this story is about");
    set(&world.server, "key-load-delay", "0");
    world.server.is_ready();
    crowd.is_well();
}

#[test]
fn a_primary_that_misses_its_replicas() {
    let world = World::start();
    let (server, wanted) = (&world.server, "min-replicas-to-write");
    is_outage_in(&world, || set(server, wanted, "1"), || set(server, wanted, "0"));
}

#[test]
fn a_server_whose_memory_is_full() {
    let world = World::with(&["--maxmemory-policy", "noeviction"]);
    let server = &world.server;
    is_outage_in(&world, || set(server, "maxmemory", "1"), || set(server, "maxmemory", "0"));
}

/// A folder stands where the snapshot should.
#[test]
fn a_server_that_cannot_write_its_snapshot() {
    let world = World::with(&["--save", "3600", "1000000"]);
    let (server, obstacle) = (&world.server, world.server.path("dump.rdb"));
    let snapshot = |state: &str| {
        server.ask::<()>(&["BGSAVE"]);
        eventually("the snapshot has ended so", || {
            let info: String = server.ask(&["INFO", "persistence"]);
            info.contains("rdb_bgsave_in_progress:0") && info.contains(&format!("rdb_last_bgsave_status:{state}"))
        });
    };
    let begin = || {
        std::fs::create_dir(&obstacle).unwrap();
        snapshot("err");
    };
    let end = || {
        std::fs::remove_dir(&obstacle).unwrap();
        snapshot("ok");
    };
    is_outage_in(&world, begin, end);
}

/// Whose script has written nothing, so that it can be killed.
#[test]
fn a_server_busy_with_somebody_elses_script() {
    let world = World::with(&["--lua-time-limit", "50"]);
    let server = &world.server;
    thread::scope(|scope| {
        let busy = || {
            scope.spawn(|| server.try_ask::<()>(&["EVAL", "while true do end", "0"]).expect_err("it is killed"));
            eventually("it says that it is busy", || {
                server.try_ask::<()>(&["PING"]).is_err_and(|error| error.code() == Some("BUSY"))
            });
        };
        is_outage_in(&world, busy, || server.ask(&["SCRIPT", "KILL"]));
    });
}

#[test]
fn a_password_that_is_set_while_we_have_none() {
    let world = World::start();
    let mut operator = world.server.connect().unwrap();
    let mut ask = |words: &[&str]| redis::cmd(words[0]).arg(&words[1..]).exec(&mut operator).unwrap();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    ask(&["CONFIG", "SET", "requirepass", "sesame"]);
    // Who is in stays in, as Redis has it.
    crowd.is_well();
    ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    crowd.is_out();
    ask(&["CONFIG", "SET", "requirepass", ""]);
    crowd.is_well();
}

const JETON: &[&str] = &["--user", "jeton", "on", ">secret", "~*", "&*", "+@all"];

#[test]
fn a_password_that_is_changed_before_ours() {
    let world = World::known_as("jeton:secret@", JETON);
    let server = &world.server;
    let begin = || {
        server.ask::<()>(&["ACL", "SETUSER", "jeton", "resetpass", ">other"]);
        server.ask::<i64>(&["CLIENT", "KILL", "USER", "jeton"]);
    };
    is_outage_in(&world, begin, || server.ask(&["ACL", "SETUSER", "jeton", ">secret"]));
}

/// Its connections are closed with it.
#[test]
fn a_user_that_is_deleted() {
    let world = World::known_as("jeton:secret@", JETON);
    let server = &world.server;
    let back = ["ACL", "SETUSER", "jeton", "on", ">secret", "~*", "&*", "+@all"];
    is_outage_in(&world, || server.ask(&["ACL", "DELUSER", "jeton"]), || server.ask(&back));
}

#[test]
fn a_user_who_may_do_nothing_any_more() {
    let world = World::known_as("jeton:secret@", JETON);
    let server = &world.server;
    let may = |what: &'static str| move || server.ask(&["ACL", "SETUSER", "jeton", what]);
    is_outage_in(&world, may("-@all"), may("+@all"));
}

#[test]
fn a_user_whose_keys_are_taken_away() {
    let world = World::known_as("jeton:secret@", JETON);
    let server = &world.server;
    is_outage_in(
        &world,
        || server.ask(&["ACL", "SETUSER", "jeton", "resetkeys"]),
        || server.ask(&["ACL", "SETUSER", "jeton", "~jeton:*"]),
    );
}
