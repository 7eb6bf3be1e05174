//! What every store must do, as tests: a backend is done when they pass.
//!
//! Owns the cases, one named test each, and the macros that make them for a backend. It does not
//! own what only one backend has (file modes, scripts, failover). Public under the `testing` feature:
//!
//! ```text
//! async fn fresh() -> (MyStore, TempDir) { … }   // an empty store, and what must outlive it
//!
//! jeton::session_store_conformance!(sessions, fresh());
//! jeton::session_purging_conformance!(purging, fresh());  // where it does not delete by itself
//! jeton::user_store_conformance!(users, fresh());
//! jeton::attempt_store_conformance!(attempts, fresh());
//! jeton::place_store_conformance!(places, fresh());
//! ```

pub mod attempts;
pub mod changes;
pub mod endings;
pub mod places;
pub mod purging;
pub mod races;
pub mod sample;
pub mod sessions;
pub mod users;

use std::sync::Arc;

use super::{AttemptStore, PlaceStore, SessionStore, UserStore};

/// A session store under test.
pub type Sessions = Arc<dyn SessionStore>;

/// A user store under test.
pub type Users = Arc<dyn UserStore>;

/// A store of attempts under test.
pub type Attempts = Arc<dyn AttemptStore>;

/// A store of known places under test.
pub type Places = Arc<dyn PlaceStore>;

/// Runs one case on a runtime of its own.
pub fn run<F: Future>(case: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(case)
}

/// Makes a module with one test per promise of [`SessionStore`]. The second argument is evaluated in
/// each test and must be a future of an empty store and a guard that is dropped after it.
#[macro_export]
macro_rules! session_store_conformance {
    ($module:ident, $fresh:expr) => {
        $crate::store_conformance_tests!(
            $module,
            $fresh,
            $crate::store::conformance::Sessions,
            [
                sessions::a_new_session_is_stored_once,
                sessions::every_field_survives,
                sessions::a_revoked_session_survives_insertion,
                sessions::identifiers_are_opaque,
                sessions::a_swap_replaces_the_whole_record,
                sessions::a_swap_is_lost_on_another_version,
                endings::a_swap_is_lost_on_a_revoked_session,
                sessions::a_swap_is_lost_where_there_is_no_session,
                endings::revoking_is_absorbing,
                endings::revoking_needs_no_version_and_changes_it,
                sessions::a_list_has_every_session_of_that_user_only,
                sessions::it_answers_a_ping,
                races::one_of_many_insertions_wins,
                races::one_of_many_swaps_from_the_same_version_wins,
                races::a_chain_of_swaps_loses_no_update,
                races::no_swap_succeeds_once_a_revocation_is_acknowledged,
                races::one_of_many_revocations_gives_the_reason,
            ]
        );
    };
}

/// Makes a module with one test per promise about purging, for a [`SessionStore`] that deletes when it
/// is told to; see [`session_store_conformance!`].
#[macro_export]
macro_rules! session_purging_conformance {
    ($module:ident, $fresh:expr) => {
        $crate::store_conformance_tests!(
            $module,
            $fresh,
            $crate::store::conformance::Sessions,
            [purging::purging_keeps_what_must_be_kept, purging::a_rotation_moves_the_time_of_purging,]
        );
    };
}

/// Makes a module with one test per promise of [`UserStore`]; see [`session_store_conformance!`].
#[macro_export]
macro_rules! user_store_conformance {
    ($module:ident, $fresh:expr) => {
        $crate::store_conformance_tests!(
            $module,
            $fresh,
            $crate::store::conformance::Users,
            [
                users::a_new_user_is_found_by_name_and_id,
                users::a_taken_name_is_refused_compared_folded,
                users::a_taken_id_is_refused,
                users::many_at_once_are_stored_as_one_by_one,
                users::names_and_ids_are_opaque,
                changes::a_change_leaves_what_it_does_not_name,
                changes::disabling_and_a_new_password_raise_the_epoch,
                changes::one_of_many_changes_from_the_old_password_wins,
                changes::a_change_of_nobody_changes_nothing,
                changes::concurrent_changes_lose_nothing,
                changes::every_end_of_sessions_raises_the_epoch,
                changes::a_rehash_needs_the_old_hash,
                users::a_deleted_name_can_be_taken_again,
                users::a_deleted_id_is_never_taken_again,
                users::no_insertion_slips_in_between_a_deletion_and_its_memory,
                users::a_list_is_paged_in_the_order_of_folded_names,
                users::it_answers_a_ping,
            ]
        );
    };
}

/// Makes a module with one test per promise of [`AttemptStore`]; see [`session_store_conformance!`].
#[macro_export]
macro_rules! attempt_store_conformance {
    ($module:ident, $fresh:expr) => {
        $crate::store_conformance_tests!(
            $module,
            $fresh,
            $crate::store::conformance::Attempts,
            [
                attempts::of_many_at_once_as_many_as_allowed_are_counted,
                attempts::counters_are_counted_apart,
                attempts::a_cleared_counter_begins_anew,
                attempts::it_decides_as_the_rule_does,
            ]
        );
    };
}

/// Makes a module with one test per promise of [`PlaceStore`]; see [`session_store_conformance!`].
#[macro_export]
macro_rules! place_store_conformance {
    ($module:ident, $fresh:expr) => {
        $crate::store_conformance_tests!(
            $module,
            $fresh,
            $crate::store::conformance::Places,
            [
                places::a_place_is_known_once_it_is_noted,
                places::a_place_is_known_for_thirty_days,
                places::a_place_is_told_with_the_last_sign_in,
                places::the_latest_places_are_kept,
            ]
        );
    };
}

/// The tests of the macros above.
#[doc(hidden)]
#[macro_export]
macro_rules! store_conformance_tests {
    ($module:ident, $fresh:expr, $store:ty, [$($group:ident :: $case:ident),* $(,)?]) => {
        mod $module {
            use super::*;

            $(
                #[test]
                fn $case() {
                    $crate::store::conformance::run(async {
                        let (store, _guard) = $fresh.await;
                        let store: $store = ::std::sync::Arc::new(store);
                        $crate::store::conformance::$group::$case(store).await;
                    });
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    /// A case that nobody runs would be a promise that nobody keeps.
    #[test]
    fn every_case_is_in_a_list() {
        let lists = include_str!("mod.rs");
        for (group, source) in [
            ("sessions", include_str!("sessions.rs")),
            ("endings", include_str!("endings.rs")),
            ("purging", include_str!("purging.rs")),
            ("races", include_str!("races.rs")),
            ("users", include_str!("users.rs")),
            ("changes", include_str!("changes.rs")),
            ("attempts", include_str!("attempts.rs")),
            ("places", include_str!("places.rs")),
        ] {
            for line in source.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
                let Some((case, "Sessions) {" | "Users) {" | "Attempts) {" | "Places) {")) =
                    line.split_once("(store: ")
                else {
                    continue;
                };
                assert!(lists.contains(&format!("{group}::{case},")), "{group}::{case}");
            }
        }
    }
}
