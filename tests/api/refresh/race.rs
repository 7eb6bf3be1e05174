//! Many presenters of one token at the same moment.

use std::collections::{HashMap, HashSet};

use crate::app::{TestApp, at_once, seconds};
use crate::reply::Reply;

fn outcomes(replies: &[Reply]) -> HashMap<String, usize> {
    replies.iter().fold(HashMap::new(), |mut counts, reply| {
        *counts.entry(reply.outcome()).or_default() += 1;
        counts
    })
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> HashMap<String, usize> {
    expected.into_iter().map(|(outcome, count)| (outcome.to_owned(), count)).collect()
}

#[test]
fn two_hundred_presenters_of_one_token_get_one_successor() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let replies = at_once(200, |_| app.refresh(&token));
    assert_eq!(outcomes(&replies), counts([("rotated", 1), ("repeated", 199)]));
    let successors: HashSet<_> = replies.iter().map(|reply| reply.tokens().refresh).collect();
    assert_eq!(successors.len(), 1, "everybody holds the same successor");
    assert_eq!(app.refresh(successors.iter().next().unwrap()).outcome(), "rotated");
}

#[test]
fn presenters_with_keys_of_their_own_get_one_successor_inside_the_window() {
    let app = TestApp::start();
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let replies = at_once(50, |number| app.refresh_with_key(&token, &format!("tab-{number}")));
    assert_eq!(outcomes(&replies), counts([("rotated", 1), ("repeated", 49)]));
    let successors: HashSet<_> = replies.iter().map(|reply| reply.tokens().refresh).collect();
    assert_eq!(successors.len(), 1);
}

#[test]
fn presenters_who_share_a_key_need_no_window() {
    let app = TestApp::with(|config| config.reuse_window = seconds(0));
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let replies = at_once(50, |_| app.refresh_with_key(&token, "device"));
    assert_eq!(outcomes(&replies), counts([("rotated", 1), ("repeated", 49)]));
}

#[test]
fn without_window_and_shared_key_the_second_presenter_ends_the_session() {
    let app = TestApp::with(|config| config.reuse_window = seconds(0));
    app.add_user("ada");
    let token = app.sign_in("ada").refresh;
    let replies = at_once(20, |number| app.refresh_with_key(&token, &format!("tab-{number}")));
    let mut outcomes = outcomes(&replies);
    assert_eq!(outcomes.remove("rotated"), Some(1));
    assert!(outcomes.remove("400 invalid_grant replayed").is_some());
    outcomes.remove("400 invalid_grant revoked");
    assert!(outcomes.is_empty(), "{outcomes:?}");
    let successor = replies.iter().find(|reply| reply.status == 200).unwrap().tokens().refresh;
    assert_eq!(app.refresh(&successor).refusal(), "400 invalid_grant revoked");
}
