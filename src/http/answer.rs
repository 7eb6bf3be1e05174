//! Answers that several endpoints share.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use tokio::time::Instant;

use super::ANSWER_WITHIN;
use super::error::ApiError;
use crate::authority::{Hashing, TokenSet};
use crate::scope::Scope;

/// A 200 with JSON that no cache keeps.
pub fn private_json(body: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_string(body).expect("answers are plain data");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}

/// The body of a token answer (RFC 6749 §5.1).
#[derive(Serialize)]
pub struct TokenBody<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'a str,
    refresh_expires_in: u64,
    scope: &'a Scope,
    session_id: &'a str,
}

impl<'a> From<&'a TokenSet> for TokenBody<'a> {
    fn from(tokens: &'a TokenSet) -> Self {
        Self {
            access_token: tokens.access_token.expose(),
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token.expose(),
            refresh_expires_in: tokens.refresh_expires_in,
            scope: &tokens.scope,
            session_id: &tokens.session_id,
        }
    }
}

/// Waits for a use case that asks a store, but not longer than a client may be kept waiting. Giving
/// up in the middle is safe: it is as if the answer had been lost.
///
/// The timer is looked at first: a process that was stopped in between must not go on to swap a record
/// with a `now` long past, whose window would be over as it begins.
///
/// # Errors
/// The use case's own, or 503.
pub async fn in_time<T, E: Into<F>, F: From<ApiError>>(use_case: impl Future<Output = Result<T, E>>) -> Result<T, F> {
    in_time_but_for(&Hashing::default(), use_case).await
}

/// The same for a use case that hashes a password: meanwhile the time stands still. A dear hash that somebody
/// imported must not end each sign-in as a store does that is out.
///
/// # Errors
/// The use case's own, or 503.
pub async fn in_time_but_for<T, E: Into<F>, F: From<ApiError>>(
    hashing: &Hashing,
    use_case: impl Future<Output = Result<T, E>>,
) -> Result<T, F> {
    let mut limit = pin!(tokio::time::sleep(ANSWER_WITHIN));
    let mut use_case = pin!(use_case);
    let mut stands_still: Option<Instant> = None;
    poll_fn(|context| {
        let late = || Poll::Ready(Err(ApiError::temporarily_unavailable("no store answered in time").into()));
        if stands_still.is_none() && limit.as_mut().poll(context).is_ready() {
            return late();
        }
        if let Poll::Ready(result) = use_case.as_mut().poll(context) {
            return Poll::Ready(result.map_err(Into::into));
        }
        match (stands_still, hashing.is_under_way()) {
            (None, true) => stands_still = Some(Instant::now()),
            (Some(since), false) => {
                stands_still = None;
                let deadline = limit.deadline() + since.elapsed();
                limit.as_mut().reset(deadline);
                // It wakes this task only where it has been asked anew.
                if limit.as_mut().poll(context).is_ready() {
                    return late();
                }
            }
            _ => {}
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use actix_web::http::StatusCode;
    use tokio::time::sleep;

    use super::*;
    use crate::store::Unavailable;

    const HALF: Duration = Duration::from_millis(800);
    const LONG: Duration = Duration::from_secs(10);

    /// What becomes of a use case, on a clock that runs only while everybody waits, and after how long.
    fn becomes<W: Future<Output = ()>>(use_case: impl FnOnce(Arc<Hashing>) -> W) -> (Result<(), StatusCode>, Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (hashing, began) = (Arc::new(Hashing::default()), Instant::now());
            let work = use_case(Arc::clone(&hashing));
            let work = async {
                work.await;
                Ok(())
            };
            let answer = in_time_but_for::<_, Unavailable, ApiError>(&hashing, work).await;
            (answer.map_err(|error| error.response().status()), began.elapsed())
        })
    }

    #[test]
    fn the_time_of_a_hash_is_not_counted_against_the_stores() {
        let (answer, took) = becomes(async |hashing| {
            sleep(HALF).await;
            hashing.of(sleep(LONG)).await;
            sleep(HALF - Duration::from_millis(100)).await;
            hashing.of(sleep(LONG)).await;
        });
        assert_eq!(answer, Ok(()));
        assert!(took > LONG * 2);
    }

    #[test]
    fn a_store_that_hangs_before_or_after_a_hash_is_waited_for_no_longer_than_without_one() {
        let late = Err(StatusCode::SERVICE_UNAVAILABLE);
        let (answer, took) = becomes(async |_| sleep(LONG).await);
        assert!(answer == late && took < ANSWER_WITHIN + Duration::from_millis(10), "{took:?}");
        let (answer, took) = becomes(async |hashing| {
            sleep(HALF).await;
            hashing.of(sleep(LONG)).await;
            sleep(LONG).await;
        });
        assert!(answer == late && took < LONG + ANSWER_WITHIN + Duration::from_millis(10), "{took:?}");
    }
}
