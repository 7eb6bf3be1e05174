//! Many at once: what a crowd costs the issuer, and that it costs others nothing.

use jeton::testing::TestIssuer;

use crate::world::{UNAVAILABLE, UNKNOWN, World, published, user};

#[test]
fn a_hundred_requests_that_need_the_first_fetch_cause_one() {
    let world = World::new();
    world.server.hold();
    let service = world.service();
    let tokens = (0..100).map(|number| world.issuer.token_for(&format!("user-{number}"))).collect();
    let outcomes = service.check_all(tokens, || {
        world.server.wait_for(1);
        world.server.release();
    });
    assert_eq!(outcomes, (0..100).map(|number| user(&format!("user-{number}"))).collect::<Vec<_>>());
    assert_eq!(world.server.requests(), 1);
}

#[test]
fn thousands_of_tokens_with_unknown_kids_cause_three_fetches_per_cooldown() {
    let world = World::new();
    let service = world.service_with_keys();
    let thousand = |from: usize| (from..from + 1000).map(|number| world.unknown(number)).collect::<Vec<_>>();
    for round in 0..3 {
        let before = world.server.requests();
        // All at once, and again one after the other: whoever came to a fetch is refused, the others may
        // be anybody.
        service.check_all(thousand(round * 2000), || ());
        let outcomes: Vec<_> = thousand(round * 2000 + 1000).iter().map(|token| service.check(token)).collect();
        assert!(outcomes.iter().all(|outcome| [UNKNOWN, UNAVAILABLE].contains(outcome)));
        assert_eq!(outcomes.last(), Some(&UNAVAILABLE));
        assert_eq!(world.server.requests(), before + 3, "round {round}");
        assert_eq!(service.check(&world.issuer.token_for("ada")), user("ada"), "whoever is known is let in");
        world.advance(30);
    }
    assert_eq!(world.server.most_at_once(), 1);
}

#[test]
fn a_thousand_that_wait_for_one_fetch_all_get_its_keys() {
    let world = World::new();
    let service = world.service_with_keys();
    let next = world.issuer.rotated();
    world.server.say(published(&next));
    world.server.hold();
    let tokens = (0..1000).map(|number| if number % 2 == 0 { next.token_for("ada") } else { world.unknown(number) });
    let outcomes = service.check_all(tokens.collect(), || {
        world.server.wait_for(2);
        world.server.release();
    });
    for (number, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome, if number % 2 == 0 { user("ada") } else { UNKNOWN }, "{number}");
    }
    assert_eq!((world.server.requests(), world.server.most_at_once()), (2, 1));
}

#[test]
fn a_kid_that_the_issuer_does_not_have_is_looked_for_once_in_five_minutes() {
    let world = World::new();
    let service = world.service_with_keys();
    for seconds in [0, 60, 120, 180, 240] {
        world.clock.set(crate::world::START + std::time::Duration::from_secs(seconds));
        assert_eq!(service.check(&world.unknown(1)), UNKNOWN);
        assert_eq!(world.server.requests(), 2, "after {seconds} s");
    }
    assert_eq!(service.check(&world.unknown(2)), UNKNOWN);
    assert_eq!(world.server.requests(), 3, "another one is looked for");
    world.advance(60);
    assert_eq!(service.check(&world.unknown(1)), UNKNOWN);
    assert_eq!(world.server.requests(), 4, "the first one again, since it may have been made");
}

#[test]
fn a_made_up_kid_does_not_take_the_turn_of_a_key_that_was_made_in_a_hurry() {
    let world = World::new();
    let service = world.service_with_keys();
    assert_eq!(service.check(&world.unknown(1)), UNKNOWN);
    let next = world.issuer.rotated();
    world.server.say(published(&next));
    assert_eq!(service.check(&next.token_for("ada")), user("ada"));
}

#[test]
fn when_all_turns_are_taken_nobody_is_refused_for_a_key_that_was_not_looked_for() {
    let world = World::new();
    let service = world.service_with_keys();
    assert!((1..=3).all(|number| service.check(&world.unknown(number)) == UNKNOWN));
    let next = world.issuer.rotated();
    world.server.say(published(&next));
    world.advance(3);
    assert_eq!(service.retry_after(&next.token_for("ada")), Some(7), "it may be good, and nobody has looked");
    assert_eq!(service.check(&world.unknown(1)), UNKNOWN, "that one was looked for");
    assert_eq!(world.server.requests(), 4);
    world.advance(7);
    assert_eq!(service.check(&next.token_for("ada")), user("ada"));
}

#[test]
fn a_key_that_the_issuer_withdrew_is_refused_also_when_all_turns_are_taken() {
    let world = World::new();
    let service = world.service_with_keys();
    let (old, next) = (world.issuer.token_for("ada"), TestIssuer::new().with_clock(world.clock.clone()));
    // More kids than are remembered, all of one fetch.
    let crowd = |from: usize| (from..from + 300).map(|number| world.unknown(number)).collect();
    world.server.say(published(&next));
    world.server.hold();
    service.check_all(crowd(0), || {
        world.server.wait_for(2);
        world.server.release();
    });
    while service.check(&world.unknown(1000)) != UNAVAILABLE {
        assert!(world.server.requests() < 5);
    }
    assert_eq!(service.check(&old), UNKNOWN, "its client is to refresh");
}
