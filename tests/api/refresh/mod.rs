//! POST /refresh: every row of refresh.md's table, as clients see it.

mod endings;
mod forgeries;
mod form;
mod grants;
mod race;
mod retries;
mod rollback;
