//! The schedule of the keys: how far apart they are, how early each is published, how long it stays,
//! and for how long others may therefore cache the JWKS.
//!
//! | span | value |
//! |---|---|
//! | max-age of the JWKS | half a period, 1 s to 600 s; 600 s where rotation is off |
//! | notice: every instance has seen a change of the folder | a quarter of a period, at most 60 s; 60 s where off |
//! | lead of a signing key: published, not signing | max-age + notice + 2 leeways |
//! | stay of a signing key: retired, not gone | the longest access token + 2 leeways |
//! | lead of a refresh secret | notice + 2 leeways: only instances must have it |
//! | stay of a refresh secret | the longest session + 2 leeways |
//! | period of either kind | the one that is set, and no less than a 32nd of its stay |
//!
//! One leeway is for whoever checks a token, the other for the clocks of two instances.

use std::time::Duration;

/// No JWKS is cached for longer (wire contract), however long the period is.
const LONGEST_MAX_AGE: Duration = Duration::from_secs(600);

/// A shared folder may show a change late: NFS keeps a folder's listing for up to a minute.
const LONGEST_NOTICE: Duration = Duration::from_secs(60);

/// How often a running server looks at the folder, at least.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// So many keys of a kind at most become active while one of them stays: the JWKS keeps a size, and a
/// refresh secret's number, of which there are 256, comes back after eight times as long.
const AT_ONCE: u32 = 32;

/// How long things live, from which everything about keys follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How long a key signs (JETON_KEY_ROTATION); zero: no key is made by schedule.
    pub period: Duration,
    /// The longest access token.
    pub access_ttl: Duration,
    /// The longest session.
    pub session_ttl: Duration,
    /// How far clocks may be off.
    pub leeway: Duration,
}

/// What the schedule says about one of the two kinds of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// How long a key is active; `None`: until somebody makes another.
    pub period: Option<Duration>,
    /// How long it is published before it is active.
    pub lead: Duration,
    /// How long it is kept after it was active.
    pub stay: Duration,
}

impl Schedule {
    /// The course of the signing keys.
    pub fn signing(&self) -> Course {
        self.course(self.max_age(), self.access_ttl)
    }

    /// The course of the refresh secrets, which nobody caches.
    pub fn minting(&self) -> Course {
        self.course(Duration::ZERO, self.session_ttl)
    }

    fn course(&self, cached: Duration, lifetime: Duration) -> Course {
        let both = 2 * self.leeway;
        let stay = lifetime + both;
        Course {
            period: self.period().map(|period| period.max(stay / AT_ONCE)),
            lead: cached + self.notice() + both,
            stay,
        }
    }

    /// For how long others may cache the JWKS, in whole seconds.
    pub fn max_age(&self) -> Duration {
        let half = self.period().map_or(LONGEST_MAX_AGE.as_secs(), |period| period.as_secs() / 2);
        Duration::from_secs(half.clamp(1, LONGEST_MAX_AGE.as_secs()))
    }

    /// [`Self::max_age`] as an instance may promise it that last saw the folder so long ago: a key
    /// that was published since then may sign once its lead is over, and no cache may miss it.
    pub fn max_age_after(&self, unseen: Duration) -> Duration {
        let safe = (self.signing().lead - self.leeway).saturating_sub(unseen);
        Duration::from_secs(safe.as_secs()).min(self.max_age())
    }

    /// Until when every instance has noticed a change of the folder.
    pub fn notice(&self) -> Duration {
        self.period().map_or(LONGEST_NOTICE, |period| (period / 4).min(LONGEST_NOTICE))
    }

    /// How often a running server looks at the folder.
    pub fn look_every(&self) -> Duration {
        (self.notice() / 4).min(LOOK_EVERY)
    }

    fn period(&self) -> Option<Duration> {
        (!self.period.is_zero()).then_some(self.period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn every(period: u64) -> Schedule {
        Schedule {
            period: seconds(period),
            access_ttl: seconds(600),
            session_ttl: seconds(90 * 86_400),
            leeway: seconds(5),
        }
    }

    #[test]
    fn max_age_follows_the_period_and_its_next_key_fits_between() {
        for (period, max_age) in [(0, 600), (30 * 86_400, 600), (1_200, 600), (600, 300), (20, 10), (3, 1), (1, 1)] {
            assert_eq!(every(period).max_age(), seconds(max_age), "{period}");
        }
        for period in [60, 240, 600, 1_200, 3_600, 30 * 86_400] {
            assert!(every(period).signing().lead <= seconds(period), "{period}");
        }
        let quick = Schedule { leeway: Duration::ZERO, ..every(2) };
        assert_eq!((quick.signing().lead, quick.look_every()), (Duration::from_millis(1_500), seconds(1) / 8));
    }

    #[test]
    fn whoever_has_not_looked_for_long_promises_less() {
        let schedule = every(30 * 86_400);
        for (unseen, max_age) in [(0, 600), (1, 600), (65, 600), (66, 599), (365, 300), (664, 1), (665, 0), (9_999, 0)]
        {
            assert_eq!(schedule.max_age_after(seconds(unseen)), seconds(max_age), "{unseen}");
        }
    }

    #[test]
    fn no_more_keys_overlap_than_a_jwks_and_the_numbers_of_secrets_have_room_for() {
        for (period, lifetime, leeway) in
            [(1, 1, 300), (1, 600, 5), (3_600, 90 * 86_400, 5), (86_400, 3_650 * 86_400, 5)]
        {
            let (access_ttl, session_ttl, leeway) = (seconds(lifetime), seconds(lifetime), seconds(leeway));
            let schedule = Schedule { access_ttl, session_ttl, leeway, ..every(period) };
            for Course { period, stay, .. } in [schedule.signing(), schedule.minting()] {
                assert!(stay <= 32 * period.unwrap(), "{schedule:?}");
            }
        }
        let usual = every(30 * 86_400);
        assert_eq!(usual.minting().period, usual.signing().period, "in step");
        assert_eq!((every(0).minting().period, every(0).signing().period), (None, None));
    }
}
