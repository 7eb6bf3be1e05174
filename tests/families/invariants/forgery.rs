//! 5: input with a bad mac never changes state; it does not even reach the store.

use jeton::session::{RefreshSecret, RefreshToken};
use proptest::prelude::*;

use super::super::client::Keys;
use super::super::request::Answer;
use super::super::world::World;
use super::{WINDOW, world};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn invariant_5_what_we_did_not_mint_reaches_no_store(text in "\\PC{0,100}|rt1_[A-Za-z0-9_-]{72}") {
        refused_unread(&mut world(Keys::None, WINDOW), &text);
    }
}

fn refused_unread(world: &mut World, token: &str) {
    let (asked, writes) = (world.shared.store.asked, world.shared.store.writes());
    assert_eq!(world.present(token, Some("a key")).unwrap(), Answer::Refused("malformed"), "{token:?}");
    assert_eq!((world.shared.store.asked, world.shared.store.writes()), (asked, writes), "{token:?}");
}

#[test]
fn invariant_5_a_token_of_a_live_session_under_another_secret_reaches_no_store() {
    let mut world = world(Keys::PerToken, WINDOW);
    world.refresh(0, 0).unwrap();
    for forger in [RefreshSecret::new(0, &[99; 32]), RefreshSecret::new(200, &[200; 32])] {
        for generation in [0, 1, 2, 100, u32::MAX] {
            let token = RefreshToken { session: world.shared.session, generation };
            refused_unread(&mut world, token.mint(&forger).expose());
        }
    }
    assert!(matches!(world.refresh(0, 0), Ok(Answer::Granted(_))));
}
