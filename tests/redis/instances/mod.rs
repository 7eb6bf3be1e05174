//! Two servers that share their sessions: in Redis, and for comparison in one SQLite file. It does not
//! own how one server behaves (tests/api). The storm is of real processes; the races, which sign in
//! thousands of times, are of servers in this process with cheap password hashes.

mod races;
mod storm;
mod throttling;
