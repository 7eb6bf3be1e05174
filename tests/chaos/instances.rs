//! Two processes of ours over the same keys and the same people, that can be killed, halted and started
//! again, each on a port that stays its own.

use std::net::TcpListener;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;

use crate::home::Home;
use crate::process::{Output, Process};
use crate::server::Server;

/// Two seats for servers.
pub struct Instances {
    pub home: Home,
    seats: [Seat; 2],
    /// What every process so far has written.
    outputs: Mutex<Vec<Output>>,
}

struct Seat {
    port: u16,
    sessions: String,
    /// `None` while it is down.
    server: Mutex<Option<Server>>,
}

impl Instances {
    /// Two servers, each with a JETON_SESSIONS_URL of its own.
    pub fn start(home: Home, sessions: [String; 2]) -> Self {
        let seats = sessions.map(|sessions| Seat { port: lasting_port(), sessions, server: Mutex::default() });
        let instances = Self { home, seats, outputs: Mutex::default() };
        (0..2).for_each(|which| instances.run(which, None));
        instances
    }

    pub fn port(&self, which: usize) -> u16 {
        self.seats[which].port
    }

    /// Starts it again, to end itself at a fail point where one is named.
    pub fn run(&self, which: usize, fail_point: Option<&str>) {
        let mut server = self.seats[which].server.lock().unwrap();
        drop(server.take());
        *server = Some(self.started(which, fail_point));
    }

    fn started(&self, which: usize, fail_point: Option<&str>) -> Server {
        let Seat { port, sessions, .. } = &self.seats[which];
        let mut command: Command = self.home.jeton(&["serve"]);
        command.env("JETON_LISTEN", format!("127.0.0.1:{port}")).env("JETON_SESSIONS_URL", sessions);
        if let Some(point) = fail_point {
            command.env("JETON_FAIL_POINT", point);
        }
        let process = Process::start(&mut command);
        self.outputs.lock().unwrap().push(process.stderr.clone());
        Server::of(process)
    }

    /// `kill -9`.
    pub fn kill(&self, which: usize) {
        // Dropping it kills it, also where it is halted or has ended by itself.
        drop(self.seats[which].server.lock().unwrap().take());
    }

    /// SIGTERM, and the end of what is in flight.
    pub fn stop(&self, which: usize) {
        if let Some(server) = self.seats[which].server.lock().unwrap().take() {
            server.stop().exits(0);
        }
    }

    /// SIGSTOP or SIGCONT.
    pub fn signal(&self, which: usize, signal: Signal) {
        if let Some(server) = &*self.seats[which].server.lock().unwrap() {
            server.process.signal(signal);
        }
    }

    /// Does something while both are down, killed, and nobody can start them.
    pub fn while_down(&self, work: impl FnOnce()) {
        let mut seats = self.seats.each_ref().map(|seat| seat.server.lock().unwrap());
        seats.iter_mut().for_each(|seat| drop(seat.take()));
        work();
        for (which, seat) in seats.iter_mut().enumerate() {
            **seat = Some(self.started(which, None));
        }
    }

    /// What all processes so far have written to their standard error.
    pub fn log(&self) -> String {
        let outputs = self.outputs.lock().unwrap();
        outputs.iter().map(|output| output.wait_for(|text| Some(text.to_owned()))).collect()
    }
}

/// A port that is nobody's and, unlike what port 0 picks, cannot become the near end of somebody's
/// connection while the server is down.
fn lasting_port() -> u16 {
    static SEATS: AtomicUsize = AtomicUsize::new(0);
    let seat = SEATS.fetch_add(1, Ordering::SeqCst) + 8 * (std::process::id() as usize % 900);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports = (0..900).map(|step| 12_000 + u16::try_from((seat + 8 * step) % 7_200).expect("it is small"));
    ports.into_iter().find(is_free).expect("a free port")
}
