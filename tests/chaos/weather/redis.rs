//! One Redis with its log on disk, and what happens to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::{Schedule, blow, draw};
use crate::plan::{Plan, milliseconds};
use crate::servers::Server;
use crate::world::World;

/// By how much the log on disk may be behind what was acknowledged where it is synced every second:
/// while a sync is under way, Redis puts writing off for as long.
const BEHIND: Duration = Duration::from_secs(2);

/// A Redis.
pub struct Redis {
    server: Mutex<Server>,
    folder: PathBuf,
    /// Whether the log is synced before anything is acknowledged.
    pub always: bool,
    /// A copy of the log, and until when all that was acknowledged is in it.
    snapshot: Mutex<Option<(PathBuf, Duration)>>,
}

/// What happens to the server.
#[derive(Debug)]
pub enum Fault {
    /// SIGSTOP, and SIGCONT so much later.
    Halted(Duration),
    /// `kill -9`, and a new start so much later.
    Killed(Duration),
    /// The last of its log, of at most so much time, is lost.
    PowerCut(Duration),
    /// Nothing yet: its log is copied.
    Copied,
    /// The last copy takes the place of the log.
    Restored,
    /// SCRIPT FLUSH.
    ForgetsScripts,
    /// CLIENT KILL.
    DropsClients,
}

impl Redis {
    /// Starts it all. Half of the seeds sync the log at every write, the others once a second.
    pub fn start(seed: u64) -> Self {
        let (always, mut folder) = (seed.is_multiple_of(2), PathBuf::new());
        let server = Server::with(|path| {
            folder = path.to_owned();
            let sync = if always { "always" } else { "everysec" };
            ["--appendonly", "yes", "--appendfsync", sync].map(str::to_owned).to_vec()
        });
        Self { server: Mutex::new(server), folder, always, snapshot: Mutex::default() }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.server.lock().unwrap().port
    }

    /// Lets happen what is to happen to the server.
    pub fn suffer(&self, world: &World, schedule: &Schedule<Fault>) {
        blow(world, schedule, |fault| self.one(world, fault));
    }

    fn one(&self, world: &World, fault: &Fault) {
        let (stage, tally) = (&world.stage, &world.tally);
        match *fault {
            Fault::Halted(halt) => {
                tally.fault("Redis halted");
                self.server.lock().unwrap().stop();
                stage.pause(halt);
                self.server.lock().unwrap().go_on();
            }
            Fault::Killed(down) => {
                tally.fault("Redis killed");
                if self.always {
                    return self.restart(world, None, down, || {});
                }
                self.restart(world, Some(self.acknowledged_until(stage.now())), down, || {});
            }
            Fault::PowerCut(lost) => {
                tally.fault("power cut");
                let (log, until) = (self.log(), self.acknowledged_until(stage.now()));
                let length = fs::metadata(&log).unwrap().len();
                stage.pause(lost);
                self.restart(world, Some(until), Duration::ZERO, || {
                    fs::File::options().write(true).open(&log).unwrap().set_len(length).unwrap();
                });
            }
            Fault::Copied => self.copy(stage.now()),
            Fault::Restored => {
                if let Some((copy, until)) = &*self.snapshot.lock().unwrap() {
                    tally.fault("older snapshot");
                    let log = self.folder.join("appendonlydir");
                    self.restart(world, Some(*until), Duration::ZERO, || {
                        fs::remove_dir_all(&log).unwrap();
                        copy_files(copy, &log);
                    });
                }
            }
            Fault::ForgetsScripts => {
                tally.fault("scripts forgotten");
                self.server.lock().unwrap().ask::<()>(&["SCRIPT", "FLUSH"]);
            }
            Fault::DropsClients => {
                tally.fault("clients dropped");
                self.server.lock().unwrap().ask::<i64>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
            }
        }
    }

    /// Kills it, does something to its log, and starts it again; it may go back to what was `until` then.
    fn restart(&self, world: &World, until: Option<Duration>, down: Duration, work: impl FnOnce()) {
        let mut server = self.server.lock().unwrap();
        if let Some(until) = until {
            world.rollbacks.begin(until, world.stage.now());
        }
        server.kill();
        work();
        world.stage.pause(down);
        server.run();
        world.rollbacks.end(world.stage.now());
    }

    fn acknowledged_until(&self, now: Duration) -> Duration {
        if self.always { now } else { now.saturating_sub(BEHIND) }
    }

    fn copy(&self, now: Duration) {
        let copy = self.folder.join("copy");
        let _ = fs::remove_dir_all(&copy);
        copy_files(&self.folder.join("appendonlydir"), &copy);
        *self.snapshot.lock().unwrap() = Some((copy, self.acknowledged_until(now)));
    }

    /// The file that grows. It is rewritten at 64 MiB only, which no run comes to.
    fn log(&self) -> PathBuf {
        let files = fs::read_dir(self.folder.join("appendonlydir")).expect("Redis 7 or newer");
        let mut files = files.map(|file| file.unwrap().path());
        files.find(|path| path.to_str().is_some_and(|path| path.ends_with(".incr.aof"))).expect("its log")
    }
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// What happens to the server under this seed. Where every write is synced, a power cut loses none.
pub fn schedule(plan: &Plan, always: bool) -> Schedule<Fault> {
    draw(plan, "redis", |chance| match chance.below(12) {
        0..=1 => Fault::Halted(chance.span(&plan.outage)),
        2..=3 => Fault::Killed(chance.span(&plan.outage)),
        4 if !always => Fault::PowerCut(chance.span(&milliseconds(0..=1_000))),
        5 => Fault::Restored,
        6 => Fault::ForgetsScripts,
        7 => Fault::DropsClients,
        _ => Fault::Copied,
    })
}
