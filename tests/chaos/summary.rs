//! What a run prints at its end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::thefts::Fate;
use crate::thief::Theft;
use crate::world::World;

/// A run in figures.
pub struct Summary<'a> {
    pub ground: &'a str,
    pub world: &'a World,
    pub thefts: &'a [Theft],
    pub tabs: usize,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let World { plan, tally, .. } = self.world;
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        let seconds = plan.storm.as_secs();
        writeln!(f, "chaos on {}: seed {}, a storm of {seconds} s", self.ground, plan.seed)?;
        let (clients, window) = (plan.clients, plan.window.as_secs());
        writeln!(f, "  {clients} clients with {} tabs, {} thieves; the window is {window} s", self.tabs, plan.thieves)?;
        let [rotated, repeated, recovered] = [&tally.rotated, &tally.repeated, &tally.recovered].map(count);
        let all = rotated + repeated + recovered;
        writeln!(f, "  refreshes: {all} ({rotated} rotated, {repeated} repeated, {recovered} recovered)")?;
        let [unavailable, unheard, unsent] = [&tally.unavailable, &tally.unheard, &tally.unsent].map(count);
        writeln!(f, "  without success: {unavailable} answered 503, {unheard} not answered, {unsent} not sent")?;
        let [sign_ins, sign_outs] = [&tally.sign_ins, &tally.sign_outs].map(count);
        writeln!(f, "  sign-ins: {sign_ins}, sign-outs: {sign_outs}")?;
        writeln!(f, "  faults: {}", tally.faults())?;
        writeln!(f, "  spurious logouts: {}", count(&tally.spurious))?;
        let [after_theft, younger] = [&tally.after_theft, &tally.younger_than_the_snapshot].map(count);
        writeln!(f, "  signed out with reason: {after_theft} after a theft, {younger} younger than what was restored")?;
        writeln!(f, "  without keys and not back in the window, so signed in again: {}", count(&tally.too_late))?;
        self.thefts(f)
    }
}

impl Summary<'_> {
    fn thefts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut caught, mut others) = (BTreeMap::<_, (Vec<_>, Vec<_>)>::new(), BTreeMap::<_, usize>::new());
        for theft in self.thefts {
            let (afters, rides) = caught.entry(theft.manner).or_default();
            match theft.fate(self.world) {
                Fate::Caught { after, rode } => {
                    afters.push(after);
                    rides.push(rode);
                }
                Fate::NotCovered(why) => *others.entry(why).or_default() += 1,
                Fate::Missed => *others.entry("MISSED").or_default() += 1,
            }
        }
        let mut all: Vec<Duration> = caught.values().flat_map(|(afters, _)| afters).copied().collect();
        writeln!(f, "  thefts: {} tried, {} caught", self.thefts.len(), all.len())?;
        writeln!(f, "    from the second use to the end of the session: {}", median_and_most(&mut all))?;
        for (manner, (afters, mut rides)) in caught {
            let manner = format!("{manner:?}").to_lowercase();
            writeln!(f, "    {manner}: {} caught, lived by it: {}", afters.len(), median_and_most(&mut rides))?;
        }
        others.iter().try_for_each(|(why, count)| writeln!(f, "    not covered: {count}: {why}"))
    }
}

fn median_and_most(times: &mut [Duration]) -> String {
    times.sort_unstable();
    match (times.get(times.len() / 2), times.last()) {
        (Some(median), Some(most)) => format!("median {} ms, at most {} ms", median.as_millis(), most.as_millis()),
        _ => "-".to_owned(),
    }
}
