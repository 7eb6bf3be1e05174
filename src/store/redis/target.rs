//! Where a link leads.

use std::future::pending;

use super::failure::Failure;
use super::sentinel::Sentinels;
use super::url::Node;

/// A server, or whoever has a part.
pub(super) enum Target {
    /// This server, which has all keys.
    Node(Node),
    /// This node of a cluster.
    Member(Node),
    /// The primary of a group: whom the sentinels name.
    Primary(Sentinels),
}

impl Target {
    /// Whether it must be no node of a cluster, which refuses most keys.
    pub(super) const fn is_alone(&self) -> bool {
        matches!(self, Self::Node(_))
    }

    /// Where to connect to.
    pub(super) async fn find(&self) -> Result<Node, Failure> {
        match self {
            Self::Node(node) | Self::Member(node) => Ok(node.clone()),
            Self::Primary(sentinels) => sentinels.primary().await,
        }
    }

    /// Holds that it still is this node, now that it has answered: a primary that was halted answers as
    /// one when it goes on, whoever has taken its place.
    pub(super) async fn confirm(&self, node: &Node) -> Result<(), Failure> {
        if self.find().await? == *node { Ok(()) } else { Err(superseded()) }
    }

    /// Returns when a connection to this node is not what is wanted any more.
    pub(super) async fn leave(&self, node: &Node) -> Failure {
        match self {
            Self::Node(_) | Self::Member(_) => pending().await,
            Self::Primary(sentinels) => sentinels.leave(node).await,
        }
        superseded()
    }
}

fn superseded() -> Failure {
    Failure::down("the sentinels name another primary")
}
