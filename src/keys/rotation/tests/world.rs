//! Instances around one folder: each has a clock of its own, looks at the folder now and then, and signs
//! and mints by what it saw last. The world knows the true time and watches what was promised.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::{Held, Holdings, Occasion, Step, Terms, active, plan};
use super::{LEEWAY, apply};
use crate::clock::Timestamp;

/// What is known of a key from outside.
#[derive(Clone, Copy, Debug)]
struct Life {
    published: Timestamp,
    /// Made where there was none before: nobody has cached anything.
    is_first: bool,
    last_used: Option<Timestamp>,
}

/// One process.
#[derive(Clone, Debug)]
pub struct Instance {
    /// How far its clock is ahead of the true time, within the leeway.
    ahead: Duration,
    pub terms: Terms,
    /// What it saw last; `None` while it is stopped.
    view: Option<Holdings>,
}

pub struct World {
    now: Timestamp,
    folder: Holdings,
    pub instances: Vec<Instance>,
    /// By kid, and by `refresh-N` with a count of its uses in front.
    lives: BTreeMap<String, Life>,
    made: usize,
}

impl World {
    pub fn new(terms: Terms, ahead: &[Duration]) -> Self {
        let instances = ahead.iter().map(|ahead| Instance { ahead: *ahead, terms, view: None }).collect();
        let now = Timestamp::from_secs(1_795_253_400);
        Self { now, folder: Holdings::default(), instances, lives: BTreeMap::new(), made: 0 }
    }

    fn local(&self, index: usize) -> Timestamp {
        self.now + self.instances[index].ahead
    }

    /// A process starts, or somebody runs a command beside it.
    pub fn act(&mut self, index: usize, occasion: Occasion, steps: usize) {
        self.perform(index, occasion, steps);
        if occasion == Occasion::Start || self.instances[index].view.is_some() {
            self.instances[index].view = Some(self.folder.clone());
        }
        self.watch();
    }

    pub fn stop(&mut self, index: usize) {
        self.watch();
        self.instances[index].view = None;
    }

    /// Lets time pass. Every running instance looks in time after each moment at which something changes.
    pub fn wait(&mut self, span: Duration) {
        if self.is_anybody_behind() {
            self.look_all();
        }
        let end = self.now + span;
        loop {
            let next = self.moments().into_iter().filter(|moment| *moment > self.now).min();
            let Some(next) = next.filter(|next| *next < end) else { break };
            self.now = next;
            self.watch();
            self.look_all();
        }
        self.now = end;
        self.watch();
        self.look_all();
    }

    /// One after the other, a little later each, all within the notice; until all have seen what others
    /// did meanwhile.
    fn look_all(&mut self) {
        self.look_once();
        while self.is_anybody_behind() {
            self.look_once();
        }
    }

    fn is_anybody_behind(&self) -> bool {
        self.instances.iter().any(|instance| instance.view.as_ref().is_some_and(|view| *view != self.folder))
    }

    fn look_once(&mut self) {
        let notice = self.instances.iter().map(|instance| instance.terms.schedule.notice()).min().unwrap_or_default();
        for index in 0..self.instances.len() {
            self.now = self.now + notice / 4;
            if self.instances[index].view.is_some() {
                self.look(index);
            }
        }
    }

    fn look(&mut self, index: usize) {
        self.watch();
        let terms = self.instances[index].terms;
        let seen = self.folder.clone();
        self.instances[index].view = Some(seen.clone());
        if !plan(&seen, &terms, Occasion::Passing, self.local(index)).is_empty() {
            self.perform(index, Occasion::Passing, usize::MAX);
            self.instances[index].view = Some(self.folder.clone());
        }
        self.watch();
        let left = plan(&self.folder, &terms, Occasion::Passing, self.local(index));
        assert_eq!(left, [], "planned again, there is nothing left to do");
    }

    /// Planned under the lock; a crash leaves only the first `steps` done.
    fn perform(&mut self, index: usize, occasion: Occasion, steps: usize) {
        let terms = self.instances[index].terms;
        let planned = plan(&self.folder, &terms, occasion, self.local(index));
        for step in planned.iter().take(steps) {
            self.made += 1;
            let before = self.folder.clone();
            apply(&mut self.folder, step, self.made, terms.algorithm);
            self.check(step, &before, &terms);
        }
    }

    /// A step must keep what was promised.
    fn check(&mut self, step: &Step, before: &Holdings, terms: &Terms) {
        let life = |is_first| Life { published: self.now, is_first, last_used: None };
        match step {
            Step::AddKey { .. } => {
                assert!(self.folder.keys.len() < 64, "the JWKS grows");
                self.lives.insert(format!("{:08}", self.made), life(before.keys.is_empty()));
            }
            Step::AddSecret { id, .. } => {
                assert!(before.secrets.iter().all(|secret| secret.key != *id), "number {id} is in use");
                assert!(self.folder.secrets.len() < 64, "numbers run out");
                let name = format!("refresh-{id}");
                let earlier = self.lives.insert(name, life(before.secrets.is_empty()));
                let used = earlier.and_then(|life| life.last_used);
                assert!(
                    used.is_none_or(|used| self.now >= used + terms.schedule.session_ttl),
                    "{id} came back too soon"
                );
            }
            Step::Move { .. } => {}
            Step::Remove { file } | Step::SetAside { file } => {
                let key = before.keys.iter().find(|key| key.file == *file);
                let secret = before.secrets.iter().find(|secret| secret.file == *file);
                let (name, stay) = match (key, secret) {
                    (Some(key), _) => (key.key.kid.clone(), terms.schedule.access_ttl),
                    (_, Some(secret)) => (format!("refresh-{}", secret.key), terms.schedule.session_ttl),
                    _ => panic!("there is no {file}"),
                };
                let used = self.lives[&name].last_used;
                let until = used.map(|used| used + stay + LEEWAY);
                assert!(
                    until.is_none_or(|until| self.now >= until),
                    "{name} leaves at {:?}, used until {until:?}",
                    self.now
                );
            }
        }
    }

    /// What every running instance signs and mints with now: published long enough, and known to all.
    fn watch(&mut self) {
        let now = self.now;
        for index in 0..self.instances.len() {
            let local = self.local(index);
            let Instance { view: Some(view), terms, .. } = &self.instances[index] else { continue };
            let schedule = terms.schedule;
            let signer = &view.keys[active(&view.keys, |key| key.from, local)].key.kid;
            let minter = view.secrets[active(&view.secrets, |secret| secret.from, local)].key;
            for other in self.instances.iter().filter_map(|other| other.view.as_ref()) {
                assert!(has(&other.keys, |key| key.kid == *signer), "{signer} is unknown to another instance");
                assert!(has(&other.secrets, |id| *id == minter), "secret {minter} is unknown to another instance");
            }
            let caches = schedule.max_age() + schedule.notice() + LEEWAY;
            for (name, lead) in [(signer.clone(), caches), (format!("refresh-{minter}"), schedule.notice())] {
                let life = self.lives.get_mut(&name).expect("it was made");
                assert!(life.is_first || now >= life.published + lead, "{name} is used {now:?}, known to all later");
                life.last_used = Some(now);
            }
        }
    }

    /// When something changes by time alone, on anybody's clock.
    fn moments(&self) -> Vec<Timestamp> {
        let mut moments = Vec::new();
        for Instance { ahead, terms, .. } in &self.instances {
            for (line, course) in [
                (froms(&self.folder.keys), terms.schedule.signing()),
                (froms(&self.folder.secrets), terms.schedule.minting()),
            ] {
                moments.extend(line.iter().flat_map(|from| [*from - *ahead, *from + course.stay - *ahead]));
                moments.extend(line.iter().zip(course.period).map(|(from, period)| *from + period - *ahead));
            }
        }
        moments
    }
}

fn has<T>(line: &[Held<T>], wanted: impl Fn(&T) -> bool) -> bool {
    line.iter().any(|held| wanted(&held.key))
}

fn froms<T>(line: &[Held<T>]) -> Vec<Timestamp> {
    line.iter().map(|held| held.from).collect()
}
