//! The bounds hold whatever callers do. Threads are held up by channels, never by sleeping.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::Poll;

use super::*;

/// Long enough that no test comes to its end.
const LONG: Duration = Duration::from_secs(600);

fn in_runtime(story: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(story);
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// Occupies one thread, whose caller then hangs up, until what is returned is dropped.
async fn occupy(pool: &Pool) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begin, begun) = oneshot::channel();
    let mut caller = Box::pin(pool.run(move |_| {
        begin.send(()).unwrap();
        let _ = released.recv();
    }));
    assert!(poll_once(caller.as_mut()).await.is_pending());
    begun.await.unwrap();
    release
}

#[test]
fn a_full_queue_refuses_at_once_and_a_free_place_is_taken_again() {
    in_runtime(async {
        let pool = Pool::start(1, 1, LONG).unwrap();
        let release = occupy(&pool).await;
        let mut waiting = pin!(pool.run(|_| "done"));
        assert!(poll_once(waiting.as_mut()).await.is_pending());
        assert!(pool.has_room().is_err());
        assert!(pool.run(|_| "one too many").await.is_err());
        drop(release);
        assert_eq!(waiting.await, Ok("done"));
        assert_eq!(pool.has_room(), Ok(()));
        assert_eq!(pool.run(|_| "again").await, Ok("again"));
    });
}

#[test]
fn who_hangs_up_while_waiting_frees_the_place_and_is_not_worked_for() {
    in_runtime(async {
        let pool = Pool::start(1, 1, LONG).unwrap();
        let release = occupy(&pool).await;
        let work = Arc::new(());
        for _ in 0..1000 {
            let held = Arc::clone(&work);
            let mut caller = Box::pin(pool.run(move |_| drop(held)));
            assert!(poll_once(caller.as_mut()).await.is_pending());
            assert!(pool.run(|_| ()).await.is_err());
            drop(caller);
            assert_eq!(Arc::strong_count(&work), 1, "its work, and so its password, is gone");
        }
        let mut next = pin!(pool.run(|_| "done"));
        assert!(poll_once(next.as_mut()).await.is_pending());
        drop(release);
        assert_eq!(next.await, Ok("done"));
    });
}

#[test]
fn who_hangs_up_during_the_work_does_not_free_its_place() {
    in_runtime(async {
        let pool = Pool::start(2, 0, LONG).unwrap();
        let first = occupy(&pool).await;
        let second = occupy(&pool).await;
        assert!(pool.run(|_| ()).await.is_err());
        drop((first, second));
    });
}

#[test]
fn stuck_threads_let_nobody_wait_past_the_deadline() {
    in_runtime(async {
        let mut pool = Pool::start(1, 1, LONG).unwrap();
        let release = occupy(&pool).await;
        pool.wait = Duration::from_millis(5);
        let work = Arc::new(());
        let held = Arc::clone(&work);
        assert!(pool.run(move |_| drop(held)).await.is_err());
        assert_eq!(Arc::strong_count(&work), 1, "the queue forgot it");
        drop(release);
    });
}

#[test]
fn a_thread_skips_what_is_too_late_even_if_the_caller_never_looked() {
    in_runtime(async {
        let pool = Pool::start(1, 2, LONG).unwrap();
        let release = occupy(&pool).await;
        let (ran, outcome) = mpsc::channel();
        let late = pool.queue.admit(Some(now()), Box::new(move |_, _| ran.send(()).unwrap())).unwrap();
        let mut next = pin!(pool.run(|_| "done"));
        assert!(poll_once(next.as_mut()).await.is_pending());
        drop(release);
        assert_eq!(next.await, Ok("done"));
        assert_eq!(outcome.try_recv(), Err(mpsc::TryRecvError::Disconnected));
        assert!(!late.withdraw());
    });
}

#[test]
fn work_that_began_in_time_is_awaited_to_its_end() {
    in_runtime(async {
        let pool = Pool::start(1, 1, Duration::from_millis(20)).unwrap();
        loop {
            let (release, released) = mpsc::channel::<()>();
            let mut caller = pin!(pool.run(move |_| {
                let _ = released.recv();
                "done"
            }));
            let early = tokio::time::timeout(Duration::from_millis(60), caller.as_mut()).await;
            if let Ok(outcome) = early {
                // On a busy machine the thread may come too late; then it is another try.
                assert!(outcome.is_err());
                continue;
            }
            drop(release);
            assert_eq!(caller.await, Ok("done"));
            break;
        }
    });
}

#[test]
fn a_panic_costs_neither_the_thread_nor_the_place() {
    in_runtime(async {
        let pool = Pool::start(1, 0, LONG).unwrap();
        for _ in 0..3 {
            assert!(pool.run(|_| -> () { panic!("on purpose") }).await.is_err());
        }
        assert_eq!(pool.run(|_| "alive").await, Ok("alive"));
    });
}

#[test]
fn many_callers_at_once_each_get_their_own_answer() {
    in_runtime(async {
        let pool = Arc::new(Pool::start(3, 200, LONG).unwrap());
        let callers: Vec<_> = (0..200)
            .map(|number| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { (number, pool.run(move |_| number).await) })
            })
            .collect();
        for caller in callers {
            let (number, answer) = caller.await.unwrap();
            assert_eq!(answer, Ok(number));
        }
    });
}

#[test]
fn dropping_the_pool_ends_its_threads() {
    thread_local!(static ALIVE: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) });
    in_runtime(async {
        let pool = Pool::start(1, 0, LONG).unwrap();
        let (alive, ended) = mpsc::channel();
        pool.run(|_| ALIVE.set(Some(alive))).await.unwrap();
        drop(pool);
        // The thread's own end of the channel goes with the thread.
        assert_eq!(ended.recv(), Err(mpsc::RecvError));
    });
}
