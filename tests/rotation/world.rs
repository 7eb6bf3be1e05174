//! Everything together, step by step, and what must hold at each.

use std::collections::VecDeque;
use std::time::Duration;

use jeton::clock::{Clock, Timestamp};
use jeton::entropy::Entropy;
use jeton::session::Malformed;
use jeton::testing::{ManualClock, SeededEntropy};
use jeton::verify::Rejection;
use tempfile::TempDir;

use crate::instance::Instance;
use crate::service::Service;
use crate::thief::Thief;
use crate::{ACCESS_TTL, LEEWAY, SESSION_TTL};

/// How much was tried.
#[derive(Debug, Default)]
pub struct Seen {
    /// Checks of good access tokens.
    pub good: usize,
    /// Checks of refresh tokens whose sessions can live.
    pub sessions: usize,
    /// Tokens of the thief's that were accepted, since their key still is.
    pub retired: usize,
    /// Tokens of the thief's that were refused, since their key is gone.
    pub gone: usize,
    /// Refresh tokens whose secret is gone.
    pub secrets: usize,
}

pub struct World {
    folder: TempDir,
    clock: ManualClock,
    dice: SeededEntropy,
    instances: [Instance; 2],
    services: [Service; 4],
    thief: Thief,
    access: VecDeque<(Timestamp, String)>,
    refresh: VecDeque<(Timestamp, String)>,
    pub seen: Seen,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(Timestamp::from_secs(1_795_253_400));
        let now = clock.now();
        let instances = [Duration::ZERO, LEEWAY].map(|ahead| Instance::start(folder.path(), ahead, now));
        let services = [0, 1, 0, 1].map(|index: usize| Service::new(&instances[index], now));
        let (access, refresh) = (VecDeque::new(), VecDeque::new());
        let (dice, thief) = (SeededEntropy::new(4), Thief::default());
        Self { folder, clock, dice, instances, services, thief, access, refresh, seen: Seen::default() }
    }

    pub fn rotations(&self) -> usize {
        self.thief.gone()
    }

    /// Up to a minute: tokens are made and checked, then the instances look at the folder, one of them later
    /// than the other.
    pub fn step(&mut self) {
        let (wait, first, pick) = (25 + self.roll(34), self.roll(2), self.roll(2));
        self.clock.advance(Duration::from_secs(wait as u64));
        let now = self.clock.now();
        for instance in &self.instances {
            self.access.push_back((now, instance.access_token(now)));
            self.refresh.push_back((now, instance.refresh_token(now)));
        }
        self.services.iter_mut().for_each(|service| service.fetch_if_due(&self.instances[pick], now));
        self.check_access(now);
        self.check_refresh(now);
        self.instances[first].look(now);
        self.thief.look(self.folder.path(), now);
        if self.roll(2) == 0 {
            self.check_forgeries(now);
        }
        self.clock.advance(Duration::from_secs(1));
        self.instances[1 - first].look(self.clock.now());
    }

    fn roll(&self, sides: usize) -> usize {
        let mut byte = [0];
        self.dice.fill(&mut byte);
        usize::from(byte[0]) % sides
    }

    /// A new token, the oldest that has not expired, and one in between.
    fn check_access(&mut self, now: Timestamp) {
        while self.access.front().is_some_and(|(made, _)| now >= *made + ACCESS_TTL) {
            self.access.pop_front();
        }
        let between = self.roll(200) % self.access.len();
        for index in [0, between, self.access.len() - 1 - self.roll(2)] {
            let (made, token) = &self.access[index];
            for (number, service) in self.services.iter().enumerate() {
                let checked = service.check(token, now);
                assert_eq!(checked, Ok(()), "service {number}, made {made:?}, now {now:?}");
            }
            for instance in &self.instances {
                assert!(
                    instance.keys.verifier().verify(token, instance.clock(now)).is_ok(),
                    "made {made:?}, now {now:?}"
                );
            }
            self.seen.good += self.services.len() + self.instances.len();
        }
    }

    /// The same for refresh tokens; one whose session is over for long is not known any more.
    fn check_refresh(&mut self, now: Timestamp) {
        // A secret mints for one period after the session began, and goes a little later.
        let forgotten = SESSION_TTL + 3 * crate::PERIOD;
        while let Some((made, token)) = self.refresh.front()
            && now >= *made + forgotten
        {
            let known = self.instances[0].keys.verify_refresh_token(token, now);
            assert_eq!(known.map(|_| ()), Err(Malformed));
            self.refresh.pop_front();
            self.seen.secrets += 1;
        }
        let alive = self.refresh.partition_point(|(made, _)| now >= *made + SESSION_TTL);
        for index in [alive, self.refresh.len() - 2, self.refresh.len() - 1] {
            for instance in &self.instances {
                let (made, token) = &self.refresh[index];
                let known = instance.keys.verify_refresh_token(token, instance.clock(now));
                assert!(known.is_ok(), "made {made:?}, now {now:?}");
                self.seen.sessions += 1;
            }
        }
    }

    /// Whoever fetched since a key is gone refuses it; whoever did not may still accept it.
    fn check_forgeries(&mut self, now: Timestamp) {
        for (token, gone) in self.thief.forge(now) {
            for service in &self.services {
                match (gone, service.check(&token, now)) {
                    (None, Ok(())) => self.seen.retired += 1,
                    (Some(_), Err(Rejection::UnknownKey)) => self.seen.gone += 1,
                    // The key after the next is published only now; nobody can know it yet.
                    (None, Err(Rejection::UnknownKey)) => {}
                    (Some(gone), Ok(())) => {
                        let (fetched, longest) = (service.fetched, Duration::from_secs(600));
                        assert!(now < gone + longest && fetched <= gone + Duration::from_secs(61), "{gone:?} {now:?}");
                    }
                    (gone, other) => panic!("{gone:?}: {other:?}"),
                }
            }
        }
    }
}
