//! The public conformance suite, against each kind of group.

use std::sync::Arc;

use jeton::store::redis::{Redis, RedisSettings};

use crate::servers::{ClusterGroup, SentinelGroup, Server, open, settings};

async fn single() -> (Redis, Server) {
    let server = Server::start(&[]);
    (open(settings(&server.url())), server)
}

async fn sentinel() -> (Redis, Arc<SentinelGroup>) {
    let group = SentinelGroup::shared();
    (open(settings(&group.url())), group)
}

/// The same promises where two replicas must have each new session and revocation.
async fn acknowledged() -> (Redis, Arc<SentinelGroup>) {
    let group = SentinelGroup::shared();
    (open(RedisSettings { wait_replicas: 2, ..settings(&group.url()) }), group)
}

async fn cluster() -> (Redis, Arc<ClusterGroup>) {
    let group = ClusterGroup::shared();
    (open(settings(&group.url())), group)
}

jeton::session_store_conformance!(on_one_server, single());
jeton::session_store_conformance!(on_a_sentinel_group, sentinel());
jeton::session_store_conformance!(on_a_sentinel_group_with_wait, acknowledged());
jeton::session_store_conformance!(on_a_cluster, cluster());

jeton::attempt_store_conformance!(attempts_on_one_server, single());
jeton::attempt_store_conformance!(attempts_on_a_sentinel_group, sentinel());
jeton::attempt_store_conformance!(attempts_on_a_cluster, cluster());
jeton::place_store_conformance!(places_on_one_server, single());
jeton::place_store_conformance!(places_on_a_sentinel_group, sentinel());
jeton::place_store_conformance!(places_on_a_cluster, cluster());
