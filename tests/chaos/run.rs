//! A run from its beginning to its end: a storm, a calm, and everybody refreshes once more.

use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

use crate::chance::Chance;
use crate::device::Device;
use crate::home::Home;
use crate::plan::Plan;
use crate::requests::sign_in;
use crate::stage::{Act, Curtain, Stage};
use crate::summary::Summary;
use crate::tab::Tab;
use crate::thefts::Fate;
use crate::thief::{Theft, Thief};
use crate::world::World;

/// Who signs in; each of them has several sessions.
const USERS: [&str; 4] = ["ada", "bob", "cyd", "dee"];

/// A folder whose servers have the settings of a run.
pub fn home(plan: &Plan) -> Home {
    let home = Home::new()
        .with("JETON_REUSE_WINDOW", format!("{}s", plan.window.as_secs()))
        .with("JETON_ACCESS_TTL", "1m")
        .with("JETON_LOGIN_LIMIT_ACCOUNT", "0")
        .with("JETON_LOGIN_LIMIT_ADDRESS", "0");
    USERS.iter().for_each(|user| home.add(user));
    home
}

/// Runs it, prints what came of it, and fails where something happened that must not have. Each of
/// `weather` brings faults about until the storm is over, and puts all in order again.
pub fn run(ground: &str, world: &World, weather: &[&(dyn Fn() + Sync)]) {
    let Plan { seed, storm, .. } = &world.plan;
    println!("chaos on {ground}: seed {seed}, a storm of {} s begins", storm.as_secs());
    let devices: Vec<Device> = (0..world.plan.clients).map(|number| device(world, number)).collect();
    let tabs =
        devices.iter().enumerate().flat_map(|(number, device)| (0..1 + number % 3).map(move |tab| (device, tab)));
    let tabs: Vec<Tab<'_>> = tabs.map(|(device, number)| Tab::new(world, device, number)).collect();
    let thieves: Vec<Thief<'_>> = (0..world.plan.thieves).map(|number| Thief::new(world, &devices, number)).collect();
    let count = tabs.len();
    let thefts = live(world, weather, &devices, tabs, thieves);
    for theft in thefts.iter().filter(|theft| theft.fate(world) == Fate::Missed) {
        world.break_off(&theft.family, "4: a theft was missed".to_owned());
    }
    println!("{}", Summary { ground, world, thefts: &thefts, tabs: count });
    if let Err(history) = world.verdict() {
        panic!("chaos on {ground} with seed {seed} and {} s: {history}", storm.as_secs());
    }
    assert!(thefts.iter().any(|theft| matches!(theft.fate(world), Fate::Caught { .. })), "no theft was tried");
}

/// Three clients of four have keys, two of five a lock across their tabs.
fn device(world: &World, number: usize) -> Device {
    let name = format!("client{number}");
    let chance = Chance::new(world.plan.seed, &name);
    let user = USERS[number % USERS.len()];
    let stored = sign_in(world, user, &chance).expect("it has only begun");
    Device::new(name, user, (!number.is_multiple_of(4)).then(|| chance.secret()), number % 5 < 2, stored)
}

/// Everybody at once.
fn live(
    world: &World,
    weather: &[&(dyn Fn() + Sync)],
    devices: &[Device],
    tabs: Vec<Tab<'_>>,
    thieves: Vec<Thief<'_>>,
) -> Vec<Theft> {
    let stage = &world.stage;
    thread::scope(|scope| {
        let _curtain = Curtain(stage);
        let weather: Vec<_> = weather.iter().map(|weather| scope.spawn(|| blow(stage, weather))).collect();
        let tabs: Vec<_> = tabs.into_iter().map(|tab| scope.spawn(|| tab.live())).collect();
        let thieves: Vec<_> = thieves.into_iter().map(|thief| scope.spawn(|| thief.live())).collect();
        stage.pause(world.plan.storm);
        stage.turn(Act::Calm);
        weather.into_iter().for_each(join);
        devices.iter().for_each(|device| device.come_back(stage.now()));
        let thefts = thieves.into_iter().flat_map(join).collect();
        stage.turn(Act::Finale);
        tabs.into_iter().for_each(join);
        thefts
    })
}

fn blow(stage: &Stage, weather: &(dyn Fn() + Sync)) {
    let _curtain = Curtain(stage);
    weather();
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
