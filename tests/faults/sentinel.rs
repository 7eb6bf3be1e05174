//! A Sentinel group whose primary dies or halts, and comes back.

use std::sync::Arc;

use jeton::config::SessionsUrl;
use jeton::store::redis::RedisUrl;

use crate::app::TestApp;
use crate::crowd::Crowd;
use crate::failover::is_followed;
use crate::servers::{DOWN_AFTER, SentinelGroup, Server, eventually};
use crate::watch::Watch;

/// Our server. A replica must have what is acknowledged.
fn app(group: &SentinelGroup) -> Arc<TestApp> {
    let url = RedisUrl::parse(&group.url()).unwrap();
    Arc::new(TestApp::with(|config| {
        config.sessions = SessionsUrl::Redis(url);
        config.redis_wait_replicas = 1;
    }))
}

/// The primary is taken away by `fault`, and once another has taken over brought back by `end`: the
/// sentinels take some seconds to see that there are two, and to demote it.
fn fails_over(fault: impl Fn(&mut Server), end: impl Fn(&mut Server)) {
    let mut group = SentinelGroup::start();
    let mut crowd = Crowd::gather(&app(&group));
    crowd.is_well();
    let watch = Watch::start();
    fault(&mut group.servers[0]);
    let old = group.servers[0].port;
    is_followed(&mut crowd, watch, DOWN_AFTER, || group.primary().is_some_and(|port| port != old));
    end(&mut group.servers[0]);
    crowd.goes_on();
    eventually("the old primary is a replica", || group.servers[0].is_replica());
    crowd.is_well();
}

#[test]
fn a_primary_that_is_killed_and_started_again() {
    fails_over(Server::kill, Server::run);
}

#[test]
fn a_primary_that_halts_and_goes_on() {
    fails_over(|server| server.stop(), |server| server.go_on());
}

/// They are needed to find a primary, not to keep one.
#[test]
fn sentinels_that_die_are_not_missed() {
    let mut group = SentinelGroup::start();
    let mut crowd = Crowd::gather(&app(&group));
    crowd.is_well();
    group.sentinels.iter_mut().for_each(Server::kill);
    crowd.goes_on();
    crowd.is_well();
}
