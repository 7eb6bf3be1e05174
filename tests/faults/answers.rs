//! Answers that a real server gives only when it is in a state that is hard to bring about. Those that
//! are not are in `refusals`.

use crate::proxy::ALL;
use crate::proxy::Fault::Answer;
use crate::world::is_outage;

/// As when it takes in a whole copy of another's data, while its links stand.
#[test]
fn a_server_that_loads_again() {
    is_outage(Answer("-LOADING Redis is loading the dataset in memory", ALL));
}

#[test]
fn a_cluster_that_is_down() {
    is_outage(Answer("-CLUSTERDOWN The cluster is down", ALL));
}
