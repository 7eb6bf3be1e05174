//! Refreshing, and the race that must have one winner.

use std::collections::HashSet;
use std::sync::Barrier;

use crate::app::TestApp;

#[test]
fn two_hundred_presenters_of_one_token_get_one_successor() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let together = Barrier::new(200);
    let replies: Vec<_> = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    app.refresh(&token)
                })
            })
            .collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect()
    });
    let outcomes: Vec<_> =
        replies.iter().map(|reply| (reply.status, reply.header("refresh-outcome").to_owned())).collect();
    assert!(outcomes.iter().all(|(status, _)| *status == 200), "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|(_, outcome)| outcome == "rotated").count(), 1);
    assert_eq!(outcomes.iter().filter(|(_, outcome)| outcome == "repeated").count(), 199);
    let successors: HashSet<_> = replies.iter().map(|reply| reply.tokens().refresh).collect();
    assert_eq!(successors.len(), 1, "everybody holds the same successor");
}
