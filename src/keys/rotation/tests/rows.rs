//! Each row of the plan's table, and where it stops.

use std::time::Duration;

use super::super::{BEGINNING, Held, Holdings, Occasion, Signer, Step, plan};
use super::{LEEWAY, days, key, secret, terms};
use crate::clock::Timestamp;
use crate::verify::Algorithm::{EdDsa, Es256, Hs256};

const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);
const SECOND: Duration = Duration::from_secs(1);
/// max-age + notice + 2 leeways.
const LEAD: Duration = Duration::from_secs(600 + 60 + 10);
const SECRET_LEAD: Duration = Duration::from_secs(60 + 10);
/// The longest access token + 2 leeways.
const STAY: Duration = Duration::from_secs(600 + 10);

/// Two keys of each kind: active since a day, next in 29 days.
fn usual() -> Holdings {
    Holdings {
        keys: vec![key(1, Es256, NOW - days(1)), key(2, Es256, NOW + days(29))],
        secrets: vec![secret(1, NOW - days(1)), secret(2, NOW + days(29))],
    }
}

fn brought(from: Timestamp, algorithm: crate::verify::Algorithm) -> Held<Signer> {
    let file = "mine.pem".to_owned();
    Held { file, from, is_ours: false, key: Signer { kid: "brought-kid".to_owned(), algorithm } }
}

fn moved(file: &str, from: Timestamp) -> Step {
    Step::Move { file: file.to_owned(), from }
}

fn removed<T>(held: &Held<T>) -> Step {
    Step::Remove { file: held.file.clone() }
}

#[test]
fn the_first_keys_are_made_with_their_next_at_a_start_or_by_hand_and_never_by_a_running_server() {
    let both = [
        Step::AddKey { from: NOW },
        Step::AddKey { from: NOW + days(30) },
        Step::AddSecret { id: 1, from: NOW },
        Step::AddSecret { id: 2, from: NOW + days(30) },
    ];
    assert_eq!(plan(&Holdings::default(), &terms(), Occasion::Start, NOW), both);
    assert_eq!(plan(&Holdings::default(), &terms(), Occasion::ByHand, NOW), both);
    assert_eq!(plan(&Holdings::default(), &terms(), Occasion::Passing, NOW), [], "the folder may be unmounted");
}

#[test]
fn where_rotation_is_off_only_what_is_missing_is_made_and_what_is_over_still_leaves() {
    let mut off = terms();
    off.schedule.period = Duration::ZERO;
    let first = [Step::AddKey { from: NOW }, Step::AddSecret { id: 1, from: NOW }];
    assert_eq!(plan(&Holdings::default(), &off, Occasion::Start, NOW), first);
    let mut held = usual();
    held.keys.pop();
    held.secrets.pop();
    assert_eq!(plan(&held, &off, Occasion::Passing, NOW + days(9_000)), []);
    held.keys.push(key(2, Es256, NOW));
    assert_eq!(plan(&held, &off, Occasion::Passing, NOW + STAY), [removed(&held.keys[0])]);
}

#[test]
fn nothing_is_due_while_there_is_a_next_key() {
    for occasion in [Occasion::Start, Occasion::Passing] {
        assert_eq!(plan(&usual(), &terms(), occasion, NOW), []);
        assert_eq!(plan(&usual(), &terms(), occasion, NOW + days(29) - SECOND), []);
    }
}

#[test]
fn once_the_next_key_is_active_the_one_after_it_is_published() {
    let expected = [Step::AddKey { from: NOW + days(59) }, Step::AddSecret { id: 3, from: NOW + days(59) }];
    assert_eq!(plan(&usual(), &terms(), Occasion::Passing, NOW + days(29)), expected);
}

#[test]
fn a_server_that_was_off_for_months_publishes_the_next_key_before_it_signs() {
    let now = NOW + days(300) + Duration::from_millis(1);
    let soonest = (now + LEAD).to_next_second();
    let steps = plan(&usual(), &terms(), Occasion::Start, now);
    assert_eq!(steps[0], Step::AddKey { from: soonest }, "the key of back then signs until every cache knows this one");
    assert_eq!(steps[1], removed(&usual().keys[0]));
    assert_eq!(steps[2], Step::AddSecret { id: 3, from: (now + SECRET_LEAD).to_next_second() });
}

#[test]
fn a_retired_key_leaves_when_the_last_token_of_it_is_over() {
    let held = usual();
    let retired = NOW + days(29);
    let steps = |now| plan(&held, &terms(), Occasion::Passing, now);
    assert!(!steps(retired + STAY - SECOND).contains(&removed(&held.keys[0])));
    assert!(steps(retired + STAY).contains(&removed(&held.keys[0])));
    let sessions_over = retired + days(90) + 2 * LEEWAY;
    assert!(!steps(sessions_over - SECOND).contains(&removed(&held.secrets[0])));
    assert!(steps(sessions_over).contains(&removed(&held.secrets[0])));
}

#[test]
fn what_the_operator_brought_is_neither_rotated_away_nor_removed() {
    let mut held = usual();
    held.keys = vec![brought(BEGINNING, Es256)];
    for occasion in [Occasion::Start, Occasion::Passing] {
        assert_eq!(plan(&held, &terms(), occasion, NOW), [], "no time in its name: it signs until they say otherwise");
    }
    let soonest = NOW + LEAD;
    assert_eq!(plan(&held, &terms(), Occasion::ByHand, NOW)[0], Step::AddKey { from: soonest });
    held.keys.push(key(1, Es256, soonest));
    let later = plan(&held, &terms(), Occasion::Passing, soonest + days(10));
    assert_eq!(later, [Step::AddKey { from: soonest + days(30) }], "from then on the schedule goes on");

    // One that is dated is counted from, but not moved.
    held.keys = vec![key(1, Es256, NOW - days(1)), brought(NOW + days(300), Es256)];
    assert_eq!(plan(&held, &terms(), Occasion::Passing, NOW), []);
}

#[test]
fn a_shorter_period_moves_the_next_key_forward_and_a_longer_one_leaves_it() {
    let held = usual();
    let every = |count| {
        let mut terms = terms();
        terms.schedule.period = days(count);
        plan(&held, &terms, Occasion::Passing, NOW)
    };
    let expected = |from| [moved(&held.keys[1].file, from), moved(&held.secrets[1].file, from)];
    assert_eq!(every(10), expected(NOW + days(9)));
    assert_eq!(every(1)[0], moved(&held.keys[1].file, NOW + LEAD), "but not before caches can know");
    assert_eq!(every(300), []);
    // The clock was wrong when the next key was made.
    let mut held = usual();
    held.keys[1] = key(2, Es256, NOW + days(9_999));
    assert_eq!(plan(&held, &terms(), Occasion::Passing, NOW), [moved(&held.keys[1].file, NOW + days(29))]);
}

#[test]
fn by_hand_the_next_key_signs_after_the_lead_and_asking_twice_changes_nothing() {
    let held = usual();
    let steps = plan(&held, &terms(), Occasion::ByHand, NOW);
    let expected = [moved(&held.keys[1].file, NOW + LEAD), moved(&held.secrets[1].file, NOW + SECRET_LEAD)];
    assert_eq!(steps, expected);
    let mut soon = usual();
    soon.keys[1] = key(2, Es256, NOW + LEAD);
    soon.secrets[1] = secret(2, NOW + SECRET_LEAD);
    assert_eq!(plan(&soon, &terms(), Occasion::ByHand, NOW + SECOND), []);
}

#[test]
fn another_algorithm_replaces_the_next_key_and_takes_over_after_the_lead() {
    let held = usual();
    let mut other = terms();
    other.algorithm = EdDsa;
    let expected = [Step::AddKey { from: NOW + LEAD }, removed(&held.keys[1])];
    for occasion in [Occasion::Start, Occasion::ByHand] {
        assert_eq!(plan(&held, &other, occasion, NOW)[..2], expected, "{occasion:?}");
    }
    assert_eq!(plan(&held, &other, Occasion::Passing, NOW), [], "an instance that is not restarted must not fight");

    // Back again before it took over: the key of the old kind goes on.
    let changed = Holdings { keys: vec![held.keys[0].clone(), key(3, EdDsa, NOW + LEAD)], ..usual() };
    let back = plan(&changed, &terms(), Occasion::Start, NOW);
    assert_eq!(back, [Step::AddKey { from: NOW + days(29) }, removed(&changed.keys[1])]);
    // Too late for that: some instance may sign with it before it has heard.
    let late = NOW + LEAD - SECRET_LEAD;
    let back = plan(&changed, &terms(), Occasion::Start, late);
    assert_eq!(back, [Step::AddKey { from: late + LEAD }], "it takes over, and is replaced soon after");
}

#[test]
fn a_key_of_the_other_kind_that_was_brought_for_later_does_not_make_keys_with_every_start() {
    let mut held = usual();
    held.keys[1] = brought(NOW + days(300), EdDsa);
    assert_eq!(plan(&held, &terms(), Occasion::Start, NOW), []);
}

#[test]
fn in_an_emergency_a_new_key_signs_at_once_and_all_others_leave_while_sessions_stay() {
    let mut held = usual();
    held.keys.insert(0, brought(BEGINNING, Es256));
    let expected = [
        Step::AddKey { from: NOW },
        Step::AddKey { from: NOW + days(30) },
        Step::SetAside { file: "mine.pem".to_owned() },
        removed(&held.keys[1]),
        removed(&held.keys[2]),
    ];
    assert_eq!(plan(&held, &terms(), Occasion::Emergency, NOW), expected);
}

#[test]
fn a_shared_secret_has_no_keys_to_rotate_but_refresh_secrets_rotate_all_the_same() {
    let mut shared = terms();
    shared.algorithm = Hs256;
    let held = Holdings { keys: Vec::new(), ..usual() };
    let steps = plan(&held, &shared, Occasion::Passing, NOW + days(29));
    assert_eq!(steps, [Step::AddSecret { id: 3, from: NOW + days(59) }]);
}

#[test]
fn numbers_go_round_and_skip_those_in_use() {
    let next = |held: &[u8]| {
        let secrets = held.iter().zip(0..).map(|(id, from)| secret(*id, Timestamp::from_secs(from))).collect();
        let steps =
            plan(&Holdings { keys: usual().keys, secrets }, &terms(), Occasion::Passing, Timestamp::from_secs(999));
        steps.into_iter().find_map(|step| if let Step::AddSecret { id, .. } = step { Some(id) } else { None })
    };
    assert_eq!(next(&[1]), Some(2));
    assert_eq!(next(&[1, 7, 255]), Some(0));
    assert_eq!(next(&[0, 1, 2, 254, 255]), Some(3));
    assert_eq!(next(&(0..=255).collect::<Vec<u8>>()), None, "then the newest goes on minting");
}

#[test]
fn before_every_time_the_first_key_signs_and_is_not_withdrawn() {
    let long_ago = Timestamp::from_secs(0);
    let mut other = terms();
    other.algorithm = EdDsa;
    let steps = plan(&usual(), &other, Occasion::Start, long_ago);
    assert!(!steps.contains(&removed(&usual().keys[0])), "{steps:?}");
}
