//! One path for everybody, and hashes that grow with the settings.

use argon2::{Algorithm, Version};

use super::*;
use crate::entropy::SystemEntropy;

const FEW: HashParameters = HashParameters::cheap();

fn typed(text: &str) -> Password {
    Password::new(text.into()).unwrap()
}

fn more() -> HashParameters {
    HashParameters::new(64, 2, 1).unwrap()
}

fn checker(parameters: HashParameters) -> Checker {
    Checker::new(parameters, Arc::new(SystemEntropy))
}

fn hash_of(text: &str, parameters: HashParameters) -> PasswordHash {
    argon::hash_now(&typed(text), &parameters, &SystemEntropy)
}

fn hostile() -> Vec<PasswordHash> {
    let good = hash_of("password", FEW);
    let with = |cost: &str| PasswordHash::from_phc(good.as_phc().replace("m=8,t=1,p=1", cost));
    let mut hashes =
        vec![with("m=4294967295,t=1,p=1"), with("m=8,t=4294967295,p=1"), with("m=262145,t=1,p=1"), with("")];
    hashes.extend(["!", "$2b$12$abcdefghijklmnopqrstuu"].map(|text| PasswordHash::from_phc(text.to_owned())));
    hashes
}

#[test]
fn the_made_up_hash_is_of_the_current_cost_and_differs_each_time() {
    let (one, other) = (checker(more()).dummy, checker(more()).dummy);
    assert_eq!((one.algorithm, one.version, one.parameters), (Algorithm::Argon2id, Version::V0x13, more()));
    assert_eq!((one.salt.len(), one.output.len()), (16, 32));
    assert!(!one.is_weaker_than(&more()));
    assert_ne!((one.salt, one.output), (other.salt, other.output));
}

#[test]
fn unknown_wrong_and_unusable_do_the_same_work_and_none_matches() {
    let checker = checker(more());
    let none = PasswordHash::from_phc(String::new());
    let mut stored = vec![(None, false), (Some(none), false), (Some(hash_of("another", more())), false)];
    stored.extend(hostile().into_iter().map(|hash| (Some(hash), true)));
    for (hash, is_refused) in stored {
        let mut memory = Memory::default();
        let verified = checker.verify(&mut memory, &typed("password"), hash.as_ref());
        assert_eq!((verified.matches, verified.upgrade, verified.refused.is_some()), (false, None, is_refused));
        assert_eq!(memory.extent(), (64, 64), "the blocks of a real check, all computed, and no more");
    }
}

#[test]
fn a_match_with_a_weaker_hash_brings_a_stronger_one() {
    let (checker, memory) = (checker(more()), &mut Memory::default());
    let weak = hash_of("password", FEW);
    assert_eq!(checker.verify(memory, &typed("passwore"), Some(&weak)).upgrade, None);
    let verified = checker.verify(memory, &typed("password"), Some(&weak));
    assert!(verified.matches);
    let upgrade = verified.upgrade.unwrap();
    assert!(upgrade.as_phc().starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
    let again = checker.verify(memory, &typed("password"), Some(&upgrade));
    assert_eq!(again, PasswordChecked { matches: true, upgrade: None, refused: None });
}

#[test]
fn where_nobody_can_store_a_stronger_one_none_is_made() {
    let checker = Checker { upgrades: false, ..checker(more()) };
    let checked = checker.verify(&mut Memory::default(), &typed("right"), Some(&hash_of("right", FEW)));
    assert_eq!(checked, PasswordChecked { matches: true, upgrade: None, refused: None });
}

#[test]
fn a_dearer_hash_stays_and_its_memory_is_given_back() {
    let (checker, mut memory) = (checker(FEW), Memory::default());
    let dear = hash_of("password", more());
    let verified = checker.verify(&mut memory, &typed("password"), Some(&dear));
    assert_eq!(verified, PasswordChecked { matches: true, upgrade: None, refused: None });
    assert_eq!(memory.extent().0, 8);
}

#[test]
fn a_cheaper_hash_takes_one_of_the_current_cost_on_top_right_or_wrong() {
    let checker = checker(more());
    let foreign = PasswordHash::from_phc("{SSHA}yI6cZwQadOA1e+/f+T+H3eCQQhRzYWx0".to_owned());
    for cheap in [hash_of("password", FEW), foreign] {
        for text in ["password", "passwore"] {
            let mut memory = Memory::default();
            let verified = checker.verify(&mut memory, &typed(text), Some(&cheap));
            assert_eq!((verified.matches, verified.upgrade.is_some()), (text == "password", text == "password"));
            assert_eq!(memory.extent(), (64, 64), "the blocks of a new hash, all computed");
        }
    }
}

#[test]
fn passwords_are_hashed_and_checked_by_many_at_once() {
    let settings = HasherSettings { workers: 2, parameters: FEW, wait: Duration::from_secs(600), ..Default::default() };
    let hasher = Arc::new(Hasher::start(settings, Arc::new(SystemEntropy)).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let people: Vec<_> = (0..60)
            .map(|number| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move {
                    let (own, other) = (format!("caf\u{e9} {number}"), format!("cafe\u{301} {}", number + 1));
                    let hash = hasher.hash(typed(&own)).await.unwrap();
                    assert!(hasher.verify(typed(&own), Some(hash.clone())).await.unwrap().matches);
                    assert!(!hasher.verify(typed(&other), Some(hash)).await.unwrap().matches);
                    assert!(!hasher.verify(typed(&own), None).await.unwrap().matches);
                })
            })
            .collect();
        for person in people {
            person.await.unwrap();
        }
    });
}

#[test]
fn whom_no_thread_serves_in_time_is_told_so() {
    let settings = HasherSettings { workers: 1, queue: 1, wait: Duration::ZERO, parameters: FEW, upgrades: true };
    let hasher = Hasher::start(settings, Arc::new(SystemEntropy)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    assert!(runtime.block_on(hasher.verify(typed("password"), None)).is_err());
    assert!(runtime.block_on(hasher.hash(typed("password"))).is_err());
}
