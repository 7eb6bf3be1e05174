//! Where a process can be told to end itself as `kill -9` ends it. In builds for tests only.
//!
//! A release build has none of this: neither the points nor the setting that names one.

use std::str::FromStr;

use rustix::process::{Signal, getpid, kill_process};

/// A point in the life of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// A new session is about to be asked for.
    BeforeInsert,
    /// A new session is stored; its answer is not taken.
    AfterInsert,
    /// A rotation is about to be asked for.
    BeforeSwap,
    /// A rotation has landed; its answer is not taken.
    AfterSwap,
    /// The end of a session is about to be asked for.
    BeforeRevoke,
    /// A session has ended; the answer is not taken.
    AfterRevoke,
    /// An answer is there, and not one byte of it is written.
    BeforeReply,
}

/// No fail point has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFailPoint;

impl FromStr for FailPoint {
    type Err = UnknownFailPoint;

    fn from_str(name: &str) -> Result<Self, UnknownFailPoint> {
        match name {
            "before-insert" => Ok(Self::BeforeInsert),
            "after-insert" => Ok(Self::AfterInsert),
            "before-swap" => Ok(Self::BeforeSwap),
            "after-swap" => Ok(Self::AfterSwap),
            "before-revoke" => Ok(Self::BeforeRevoke),
            "after-revoke" => Ok(Self::AfterRevoke),
            "before-reply" => Ok(Self::BeforeReply),
            _ => Err(UnknownFailPoint),
        }
    }
}

impl FailPoint {
    /// Ends this process where it is this point that it is to end at: no destructor runs, nothing is
    /// flushed.
    pub fn reached(self, armed: Option<Self>) {
        if armed == Some(self) {
            // The signal cannot be blocked; on no account does anything happen after it.
            let _ = kill_process(getpid(), Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }
}
