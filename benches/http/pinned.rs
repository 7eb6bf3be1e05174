//! Processes on the server's core.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::thread::{CpuSet, sched_setaffinity};

/// The server's core, and the load's.
pub const SERVER: usize = 0;
pub const LOAD: usize = 1;

/// Puts this process, and what it starts without [`command`], on the load's core.
pub fn load_on_its_own_core() {
    this_thread_on(LOAD);
}

/// Puts this thread on a core.
pub fn this_thread_on(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).expect("two cores are needed");
}

/// A command on the server's core.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(SERVER.to_string()).arg(program);
    command
}

/// A process that ends with its handle.
pub struct Running {
    child: Child,
    /// The address that it said it listens on.
    pub address: String,
}

impl Running {
    /// The process's number: `taskset` becomes the program that it starts.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Starts a server that says `listening on http://ADDRESS` on standard error.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = lines.by_ref().find_map(|line| {
            let address = line.strip_prefix("listening on http://").map(str::to_owned);
            said.push(line);
            address
        });
        let address = address.unwrap_or_else(|| panic!("{command:?} does not listen: {said:?}"));
        // Whoever writes there must never block.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
