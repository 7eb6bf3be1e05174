//! The promises of [`PlaceStore`](crate::store::PlaceStore).

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::Places;
use super::sample::NOW;
use crate::clock::Timestamp;
use crate::throttle::{AccountKey, KNOWN_FOR, KNOWN_PLACES, Place};
use crate::user::FoldedName;

const MOMENT: Duration = Duration::from_millis(1);

fn account(name: &str) -> AccountKey {
    AccountKey::new(&FoldedName::new(name))
}

fn place(number: u8) -> Place {
    Place::of(IpAddr::V4(Ipv4Addr::new(192, 0, number, 1)))
}

async fn knows(store: &Places, account: &AccountKey, place: &Place, now: Timestamp) -> bool {
    store.known(account, now).await.unwrap().iter().any(|(known, _)| known == place)
}

/// Known is what was noted, for that account and that place only.
pub async fn a_place_is_known_once_it_is_noted(store: Places) {
    assert!(!knows(&store, &account("ada"), &place(1), NOW).await);
    store.note(&account("ada"), &place(1), NOW).await.unwrap();
    let network = Place::of("2001:db8:0a0d:2200::1".parse().expect("an address"));
    store.note(&account("ada"), &network, NOW).await.unwrap();
    assert!(knows(&store, &account("ada"), &place(1), NOW).await);
    assert!(knows(&store, &account("ada"), &network, NOW).await);
    assert!(!knows(&store, &account("ada"), &place(2), NOW).await);
    assert!(!knows(&store, &account("bob"), &place(1), NOW).await);
}

/// For thirty days after the last sign-in from there.
pub async fn a_place_is_known_for_thirty_days(store: Places) {
    store.note(&account("ada"), &place(1), NOW).await.unwrap();
    let (ada, home) = (account("ada"), place(1));
    let known = |at| knows(&store, &ada, &home, at);
    assert!(known(NOW + KNOWN_FOR - MOMENT).await);
    assert!(!known(NOW + KNOWN_FOR).await);
    store.note(&account("ada"), &place(1), NOW + MOMENT).await.unwrap();
    assert!(known(NOW + KNOWN_FOR).await);
    assert!(!known(NOW + KNOWN_FOR + MOMENT).await);
}

/// When the account signed in last stands beside each place, and the operator's desk is one.
pub async fn a_place_is_told_with_the_last_sign_in(store: Places) {
    let (home, desk) = (place(1), Place::operator());
    for (place, at) in [(&home, NOW), (&desk, NOW + MOMENT), (&home, NOW + MOMENT * 2)] {
        store.note(&account("ada"), place, at).await.unwrap();
    }
    let mut known = store.known(&account("ada"), NOW + MOMENT * 3).await.unwrap();
    known.sort_by_key(|(_, last)| *last);
    assert_eq!(known, [(desk, NOW + MOMENT), (home, NOW + MOMENT * 2)]);
    assert_eq!(store.known(&account("bob"), NOW).await.unwrap(), []);
}

/// One more place than there is room for drops the one that was used longest ago, and nobody else's.
pub async fn the_latest_places_are_kept(store: Places) {
    store.note(&account("bob"), &place(1), NOW).await.unwrap();
    for number in 1..=KNOWN_PLACES {
        store.note(&account("ada"), &place(number), NOW + MOMENT * number.into()).await.unwrap();
    }
    store.note(&account("ada"), &place(1), NOW + MOMENT * 100).await.unwrap();
    store.note(&account("ada"), &place(KNOWN_PLACES + 1), NOW + MOMENT * 101).await.unwrap();
    for number in 1..=KNOWN_PLACES + 1 {
        let known = knows(&store, &account("ada"), &place(number), NOW + MOMENT * 102).await;
        assert_eq!(known, number != 2, "place {number}");
    }
    assert!(knows(&store, &account("bob"), &place(1), NOW).await);
}
