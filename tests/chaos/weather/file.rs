//! One SQLite file that two processes of ours share, and what happens to it.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::Connection;

use super::{Schedule, blow, draw};
use crate::plan::Plan;
use crate::world::World;

/// The file.
pub struct File {
    path: PathBuf,
    /// A copy, and until when all that was acknowledged is in it.
    snapshot: Mutex<Option<(PathBuf, Duration)>>,
}

/// What happens to it.
#[derive(Debug)]
pub enum Fault {
    /// Another program holds its write lock for so long.
    Locked(Duration),
    /// Nothing yet: a copy is made as an operator makes one.
    Copied,
    /// Both processes are killed, and the last copy takes its place.
    Restored,
}

impl File {
    /// The file at this path, which processes of ours will make.
    pub fn new(path: PathBuf) -> Self {
        Self { path, snapshot: Mutex::default() }
    }

    /// Lets it happen.
    pub fn suffer(&self, world: &World, schedule: &Schedule<Fault>) {
        blow(world, schedule, |fault| match *fault {
            Fault::Locked(span) => {
                world.tally.fault("file locked");
                let other = self.open();
                // It may be that ours does not get the lock in time.
                if other.execute_batch("BEGIN IMMEDIATE").is_ok() {
                    world.stage.pause(span);
                    other.execute_batch("ROLLBACK").unwrap();
                }
            }
            Fault::Copied => self.copy(world.stage.now()),
            Fault::Restored => {
                if let Some((copy, until)) = &*self.snapshot.lock().unwrap() {
                    world.tally.fault("older snapshot");
                    world.instances.while_down(|| {
                        world.rollbacks.begin(*until, world.stage.now());
                        self.replace_by(copy);
                    });
                    world.rollbacks.end(world.stage.now());
                }
            }
        });
    }

    fn open(&self) -> Connection {
        let connection = Connection::open(&self.path).unwrap();
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        connection
    }

    fn copy(&self, now: Duration) {
        let copy = self.path.with_extension("copy");
        let _ = fs::remove_file(&copy);
        self.open().execute("VACUUM INTO ?1", [copy.to_str().expect("it is a name of ours")]).unwrap();
        *self.snapshot.lock().unwrap() = Some((copy, now));
    }

    fn replace_by(&self, copy: &PathBuf) {
        for beside in ["db", "db-wal", "db-shm"] {
            let _ = fs::remove_file(self.path.with_extension(beside));
        }
        fs::copy(copy, &self.path).unwrap();
    }
}

/// What happens to it under this seed.
pub fn schedule(plan: &Plan) -> Schedule<Fault> {
    draw(plan, "file", |chance| match chance.below(6) {
        0..=1 => Fault::Locked(chance.span(&plan.outage)),
        2 => Fault::Restored,
        _ => Fault::Copied,
    })
}
