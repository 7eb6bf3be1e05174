//! What everybody in a run shares, and what is written down of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::checks::Checks;
use crate::family::{Family, Verdict};
use crate::instances::Instances;
use crate::plan::Plan;
use crate::rollbacks::Rollbacks;
use crate::stage::{Act, Stage};
use crate::tally::Tally;

/// Everything but the people and the store.
pub struct World {
    pub plan: Plan,
    pub stage: Stage,
    pub instances: Instances,
    pub rollbacks: Rollbacks,
    pub tally: Tally,
    /// Faults and the like, with their times.
    events: Mutex<Vec<(Duration, String)>>,
    /// The first thing that must not have happened, and to whom.
    broken: Mutex<Option<(String, Arc<Family>)>>,
}

impl World {
    pub fn new(plan: Plan, instances: Instances) -> Self {
        let (events, broken) = (Mutex::default(), Mutex::default());
        let (stage, rollbacks, tally) = (Stage::new(), Rollbacks::default(), Tally::default());
        Self { plan, stage, instances, rollbacks, tally, events, broken }
    }

    /// Writes something down.
    pub fn note(&self, event: String) {
        self.events.lock().unwrap().push((self.stage.now(), event));
    }

    /// Something that must not have happened; the run ends.
    pub fn break_off(&self, family: &Arc<Family>, what: String) {
        self.broken.lock().unwrap().get_or_insert((what, Arc::clone(family)));
        self.stage.turn(Act::Over);
    }

    /// Notes what came of a use and looks whether that may be.
    pub fn settle(&self, family: &Arc<Family>, number: usize, verdict: Verdict, token: Option<&str>) {
        self.tally.count(&verdict);
        let checks = Checks { window: self.plan.window, rollbacks: &self.rollbacks };
        if let Err(what) = checks.settle(family, number, self.stage.now(), verdict, token) {
            self.break_off(family, what);
        }
    }

    /// The history of whom it concerns, if something happened that must not have.
    pub fn verdict(&self) -> Result<(), String> {
        let Some((what, family)) = self.broken.lock().unwrap().take() else { return Ok(()) };
        let mut lines = self.events.lock().unwrap().clone();
        let uses = family.uses.lock().unwrap();
        lines.extend(uses.iter().map(|it| (it.start, it.to_string())));
        lines.sort_by_key(|(at, _)| *at);
        let lines = lines.iter().map(|(at, line)| format!("{:>9.3} {line}", at.as_secs_f64()));
        let audit = self.instances.log().lines().filter(|line| line.contains(&family.id)).map(str::to_owned).collect();
        let history: Vec<String> = lines.chain::<Vec<String>>(audit).collect();
        let Family { id, born, .. } = &*family;
        let robbed = if family.is_robbed() { "robbed" } else { "not robbed" };
        Err(format!("{what}\nsession {id}, signed in at {born:?}, {robbed}:\n{}", history.join("\n")))
    }
}
