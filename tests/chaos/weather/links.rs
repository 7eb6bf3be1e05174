//! The links between processes of ours and Redis, a proxy each, and what happens to them.

use std::time::Duration;

use super::{Schedule, blow, draw};
use crate::chance::Chance;
use crate::plan::{Plan, milliseconds};
use crate::proxy::{ALL, Fault as Link, Proxy, WRITES};
use crate::world::World;

/// A link for each process.
pub struct Links([Proxy; 2]);

/// What happens to the link of one process, or of both, for so long.
#[derive(Debug)]
pub struct Fault(&'static [usize], Broken, Duration);

#[derive(Clone, Copy, Debug)]
enum Broken {
    Refused,
    Late(Duration),
    Silent,
    Half(&'static [&'static str]),
    Reset(&'static [&'static str]),
    Answers(&'static str, &'static [&'static str]),
}

impl Links {
    /// Links to the server at this port.
    pub fn to(port: u16) -> Self {
        Self([Proxy::start(port), Proxy::start(port)])
    }

    /// A JETON_SESSIONS_URL for each process of ours.
    pub fn urls(&self) -> [String; 2] {
        self.0.each_ref().map(|link| format!("redis://127.0.0.1:{}", link.port))
    }

    /// Lets happen what is to happen to the links.
    pub fn suffer(&self, world: &World, schedule: &Schedule<Fault>) {
        blow(world, schedule, |Fault(which, broken, span)| {
            let links = || which.iter().map(|&which| &self.0[which]);
            let (kind, fault) = broken.kind();
            world.tally.fault(kind);
            links().for_each(|link| fault.map_or_else(|| link.refuse(), |fault| link.set(fault)));
            world.stage.pause(*span);
            links().for_each(|link| if fault.is_some() { link.set(Link::None) } else { link.accept() });
        });
    }
}

impl Broken {
    /// What it is called, and what the proxy does; `None`: it does not listen.
    fn kind(self) -> (&'static str, Option<Link>) {
        match self {
            Self::Refused => ("link refused", None),
            Self::Late(delay) => ("link late", Some(Link::Late(delay))),
            Self::Silent => ("link silent", Some(Link::Silent)),
            Self::Half(names) => ("link ends in half a reply", Some(Link::Half(names))),
            Self::Reset(names) => ("link reset", Some(Link::Reset(names))),
            Self::Answers(line, names) => ("wrong answers", Some(Link::Answer(line, names))),
        }
    }
}

/// What happens to the links under this seed.
pub fn schedule(plan: &Plan) -> Schedule<Fault> {
    let some = |chance: &Chance| chance.pick(&[WRITES, ALL]);
    draw(plan, "links", |chance| {
        let broken = match chance.below(9) {
            0 => Broken::Refused,
            1 => Broken::Silent,
            2..=3 => Broken::Late(chance.span(&milliseconds(30..=700))),
            4 => Broken::Half(some(chance)),
            5..=6 => Broken::Reset(some(chance)),
            7 => Broken::Answers("-READONLY You can't write against a read only replica.", WRITES),
            _ => Broken::Answers("-LOADING Redis is loading the dataset in memory", ALL),
        };
        Fault(chance.pick(&[&[0], &[1], &[0, 1]]), broken, chance.span(&plan.outage))
    })
}
