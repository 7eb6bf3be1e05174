//! A cluster whose slots move and whose nodes die or halt.

use std::sync::Arc;

use jeton::config::{Config, SessionsUrl};
use jeton::store::redis::RedisUrl;

use crate::app::{Plan, TestApp};
use crate::crowd::{Crowd, People};
use crate::failover::is_followed;
use crate::reply::Tokens;
use crate::servers::{ClusterGroup, NODE_TIMEOUT, Server, eventually};
use crate::watch::Watch;
use crate::world::DURABLE;

/// A cluster and our server.
struct World {
    app: Arc<TestApp>,
    group: ClusterGroup,
}

impl World {
    fn over(group: ClusterGroup, wait_replicas: usize) -> Self {
        let app = Arc::new(TestApp::with(|config| {
            point(config, &group);
            config.redis_wait_replicas = wait_replicas;
        }));
        Self { app, group }
    }

    /// People whose sessions lie on every node.
    fn people(&self) -> People {
        let lies_on = |node: usize| move |tokens: &Tokens| self.owner(&tokens.session) == node;
        People::sign_in_until(&self.app, |people| {
            let awake = || people.awake.iter().map(|(_, tokens)| tokens);
            (0..3).all(|node| awake().any(lies_on(node)) && people.asleep.iter().any(lies_on(node)))
        })
    }

    fn gather(&self) -> Crowd {
        Crowd::of(&self.app, self.people())
    }

    fn owner(&self, session: &str) -> usize {
        self.group.owner(&key(session)).0
    }
}

fn point(config: &mut Config, group: &ClusterGroup) {
    config.sessions = SessionsUrl::Redis(RedisUrl::parse(&group.url()).unwrap());
}

fn key(session: &str) -> String {
    format!("jeton:s:{session}")
}

/// The first node is taken away by `fault` and brought back by `end`: its slots answer 503, the others
/// go on.
fn costs_only_its_own_slots(fault: impl Fn(&mut Server), end: impl Fn(&mut Server)) {
    let mut world = World::over(ClusterGroup::with(DURABLE), 0);
    let mut crowd = world.gather();
    crowd.is_well();
    fault(&mut world.group.nodes[0]);
    crowd.is_out_for(|session| world.owner(session) == 0);
    end(&mut world.group.nodes[0]);
    // A node that was away waits for two seconds before it serves.
    eventually("the node serves its slots", || world.group.serves(0));
    crowd.is_well();
}

#[test]
fn a_node_that_is_killed_and_started_again() {
    costs_only_its_own_slots(Server::kill, Server::run);
}

#[test]
fn a_node_that_halts_and_goes_on() {
    costs_only_its_own_slots(|server| server.stop(), |server| server.go_on());
}

/// The node goes on as the replica of what was its own.
#[test]
fn a_node_that_halts_and_has_a_replica() {
    let world = World::over(ClusterGroup::with_replicas(), 1);
    let mut crowd = world.gather();
    crowd.is_well();
    let watch = Watch::start();
    world.group.nodes[0].stop();
    let has_taken_over = |replica: &Server| replica.ask::<String>(&["INFO", "replication"]).contains("role:master");
    is_followed(&mut crowd, watch, NODE_TIMEOUT, || world.group.replicas.iter().any(has_taken_over));
    world.group.nodes[0].go_on();
    crowd.goes_on();
    eventually("the old node is a replica", || world.group.nodes[0].is_replica());
    crowd.is_well();
}

/// Nobody notices, at whatever step of it.
#[test]
fn slots_that_move() {
    let world = World::over(ClusterGroup::start(), 0);
    let mut crowd = world.gather();
    crowd.is_well();
    for session in crowd.sessions().iter().take(2) {
        let (owner, slot) = world.group.owner(&key(session));
        world.group.hand_over(slot, owner, (owner + 1) % 3, || crowd.goes_on());
    }
    crowd.is_well();
}

#[test]
fn a_start_before_the_cluster_is_there() {
    let mut world = World::over(ClusterGroup::with(DURABLE), 0);
    let people = world.people();
    world.group.nodes.iter_mut().for_each(Server::kill);
    let folder = Arc::clone(&world.app.folder);
    world.app = Arc::new(Plan::over(folder, |config| point(config, &world.group)).start());
    let mut crowd = Crowd::of(&world.app, people);
    crowd.is_out();
    world.group.nodes.iter_mut().for_each(Server::run);
    eventually("the nodes serve their slots", || (0..3).all(|node| world.group.serves(node)));
    crowd.is_well();
}
