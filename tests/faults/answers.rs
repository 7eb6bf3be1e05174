//! A server that answers, but not what was asked for.

use crate::proxy::Fault::Answer;
use crate::proxy::{ALL, WRITES};
use crate::world::is_outage;

#[test]
fn a_demoted_primary_that_keeps_its_links() {
    is_outage(Answer("-READONLY You can't write against a read only replica.", WRITES));
}

#[test]
fn a_server_that_is_loading() {
    is_outage(Answer("-LOADING Redis is loading the dataset in memory", ALL));
}

#[test]
fn a_replica_without_its_primary() {
    is_outage(Answer("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", ALL));
}

#[test]
fn a_server_whose_memory_is_full() {
    is_outage(Answer("-OOM command not allowed when used memory > 'maxmemory'.", WRITES));
}

#[test]
fn a_server_that_no_longer_knows_us() {
    is_outage(Answer("-NOAUTH Authentication required.", ALL));
}

#[test]
fn a_user_who_may_no_longer_run_scripts() {
    is_outage(Answer("-NOPERM User default has no permissions to run the 'evalsha' command", WRITES));
}

#[test]
fn a_server_busy_with_somebody_elses_script() {
    is_outage(Answer("-BUSY Redis is busy running a script. You can only call SCRIPT KILL.", ALL));
}

#[test]
fn a_server_whose_disk_is_full() {
    is_outage(Answer("-MISCONF Redis is configured to save RDB snapshots, but it's unable to persist.", WRITES));
}

#[test]
fn a_cluster_that_is_down() {
    is_outage(Answer("-CLUSTERDOWN The cluster is down", ALL));
}
