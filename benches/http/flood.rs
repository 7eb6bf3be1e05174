//! What a flood of sign-ins does to everybody else: how long /verify and /refresh take beside it, what
//! memory it takes, and how many hashes come of it.

use std::fs;
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::chain::refresh;
use crate::connection::{Connection, post};
use crate::paced::at_rate;
use crate::pinned::{LOAD, SERVER, command, this_thread_on};
use crate::rounds::{Side, compare, median};
use crate::service::{JETON, PASSWORD, Service};

/// Rounds; each has a calm phase, and one of each flood.
const ROUNDS: usize = 5;
const PHASE: Duration = Duration::from_secs(3);

/// Clients that sign in again and again, waiting where they are told to.
const CLIENTS: usize = 500;
/// Attackers that hang up, each at once with a new connection, and after how long.
const ATTACKERS: usize = 50;
const PATIENCE: Duration = Duration::from_millis(50);

/// Requests a second of everybody else: /verify over so many connections, and one session's refreshes.
const VERIFIES: u32 = 4_000;
const VERIFIERS: u32 = 10;
const REFRESHES: u32 = 200;

/// A client of the flood: where to, and where it counts its sign-ins.
type Client = fn(Arc<str>, Arc<AtomicU64>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where nobody is throttled: all come from one address.
const UNLIMITED: [(&str, &str); 2] = [("JETON_LOGIN_LIMIT_ACCOUNT", "0"), ("JETON_LOGIN_LIMIT_ADDRESS", "0")];

pub fn run() {
    sign_ins();
    let one = Service::start_as(command(JETON), &UNLIMITED);
    floods("jeton on one core, the load on the other", &one, &[SERVER]);
    let both = Service::start_as(Command::new(JETON), &UNLIMITED);
    floods("jeton on both cores, which it shares with the load", &both, &[SERVER, LOAD]);
}

/// Sign-ins a second with nothing else going on, next to nothing but the hashes.
fn sign_ins() {
    let service = Service::start(&UNLIMITED);
    let sides = vec![
        Side::new("Argon2id alone, its memory used again", bare_hashes),
        Side::new("jeton /login, 8 clients", || sign_ins_a_second(&service)),
    ];
    compare("/login, one core", ROUNDS, sides);
}

/// Hashes a second of a thread on the server's core.
fn bare_hashes() -> f64 {
    let hash = || {
        // From the end of the first on, which finds its memory untouched.
        let (mut start, mut hashes) = (None, 0_u32);
        hash_on(SERVER, || match start {
            None => {
                start = Some(Instant::now());
                true
            }
            Some(start) => {
                hashes += 1;
                start.elapsed() < PHASE
            }
        });
        f64::from(hashes) / start.map_or(0.0, |start: Instant| start.elapsed().as_secs_f64())
    };
    thread::spawn(hash).join().unwrap()
}

/// One hash after the other on a core, for as long as `goes_on` says so after each.
fn hash_on(core: usize, mut goes_on: impl FnMut() -> bool) {
    this_thread_on(core);
    let params = Params::default();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = || {
        let (password, salt, mut output) = (PASSWORD.as_bytes(), b"sixteen byte salt", [0; 32]);
        argon2.hash_password_into_with_memory(password, salt, &mut output, &mut memory).unwrap();
        std::hint::black_box(output);
    };
    hash();
    while goes_on() {
        hash();
    }
}

fn sign_ins_a_second(service: &Service) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (address, signed_in) = (Arc::from(service.running.address.as_str()), Arc::new(AtomicU64::new(0)));
    runtime.block_on(async {
        let mut clients = JoinSet::new();
        (0..8).for_each(|_| {
            clients.spawn(sign_in_again_and_again(Arc::clone(&address), Arc::clone(&signed_in)));
        });
        sleep(PHASE / 10).await;
        let (start, before) = (Instant::now(), signed_in.load(Ordering::Relaxed));
        sleep(PHASE).await;
        (signed_in.load(Ordering::Relaxed) - before) as f64 / start.elapsed().as_secs_f64()
    })
}

/// What a phase brought.
#[derive(Default)]
struct Phase {
    verify: Vec<Duration>,
    refresh: Vec<Duration>,
    signed_in: u64,
    memory: u64,
}

fn floods(title: &str, service: &Service, cores: &'static [usize]) {
    let kinds = [
        ("calm, 500 connections open", Kind::Calm),
        ("the same beside bare hashes of nice 19", Kind::Busy(cores)),
        ("500 clients sign in", Kind::Clients),
        ("50 attackers hang up", Kind::Attackers),
    ];
    let mut phases: [Vec<Phase>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for (phase, (_, kind)) in phases.iter_mut().zip(kinds) {
            phase.push(one(service, kind));
        }
    }
    println!("\n{title:42} {:>12} {:>13} {:>9} {:>8}", "/verify p99", "/refresh p99", "memory", "logins/s");
    for ((name, _), rounds) in kinds.iter().zip(&phases) {
        println!(
            "{name:42} {:>9.2} ms {:>10.2} ms {:>6.1} MB {:>8.0}",
            median(rounds.iter().map(|phase| p99(&phase.verify))),
            median(rounds.iter().map(|phase| p99(&phase.refresh))),
            median(rounds.iter().map(|phase| phase.memory as f64 / 1024.0)),
            median(rounds.iter().map(|phase| phase.signed_in as f64 / PHASE.as_secs_f64())),
        );
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Calm,
    /// The server's cores are busy, and not with its work: how long the machine itself keeps everybody waiting.
    Busy(&'static [usize]),
    Clients,
    Attackers,
}

/// The flood and everybody else, each on threads of their own.
fn one(service: &Service, kind: Kind) -> Phase {
    let address: Arc<str> = service.running.address.as_str().into();
    let signed_in = Arc::new(AtomicU64::new(0));
    let tokens = service.sign_in();
    let _busy =
        if let Kind::Busy(cores) = kind { cores.iter().map(|&core| Busy::start(core)).collect() } else { vec![] };
    let flood = Flood::start(kind, &address, &signed_in);
    // Until the queue is full.
    thread::sleep(Duration::from_millis(500));
    forget_the_peak(service);
    let before = signed_in.load(Ordering::Relaxed);
    let (verify, refresh) = thread::scope(|scope| {
        let token = tokens["access_token"].as_str().unwrap();
        let verifies: Vec<_> = (0..VERIFIERS).map(|_| scope.spawn(|| verifies(&address, token))).collect();
        let refreshes = scope.spawn(|| refreshes(&address, tokens["refresh_token"].as_str().unwrap()));
        let verifies = verifies.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (verifies, refreshes.join().unwrap())
    });
    let signed_in = signed_in.load(Ordering::Relaxed) - before;
    let memory = peak(service);
    drop(flood);
    // The queue runs empty.
    thread::sleep(Duration::from_millis(1_200));
    Phase { verify, refresh, signed_in, memory }
}

/// Clients that have a thread together, at the lowest priority: others are measured beside it. It ends
/// with its handle.
struct Flood(Option<(oneshot::Sender<()>, thread::JoinHandle<()>)>);

impl Flood {
    fn start(kind: Kind, address: &Arc<str>, signed_in: &Arc<AtomicU64>) -> Self {
        let (address, signed_in) = (Arc::clone(address), Arc::clone(signed_in));
        let (end, ended) = oneshot::channel();
        let clients = move || {
            rustix::process::nice(19).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut flood = JoinSet::new();
                let (count, client): (usize, Client) = match kind {
                    Kind::Calm | Kind::Busy(_) => (CLIENTS, |address, _| Box::pin(idle(address))),
                    Kind::Clients => {
                        (CLIENTS, |address, signed_in| Box::pin(sign_in_again_and_again(address, signed_in)))
                    }
                    Kind::Attackers => (ATTACKERS, |address, _| Box::pin(hang_up(address))),
                };
                (0..count).for_each(|_| drop(flood.spawn(client(Arc::clone(&address), Arc::clone(&signed_in)))));
                // The sender never sends: it goes away.
                let _ = ended.await;
            });
        };
        Self(Some((end, thread::spawn(clients))))
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            drop(end);
            thread.join().unwrap();
        }
    }
}

/// A core that hashes at the lowest priority, until the handle goes.
struct Busy(Arc<AtomicBool>, Option<thread::JoinHandle<()>>);

impl Busy {
    fn start(core: usize) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let on = Arc::clone(&goes_on);
        let hashes = move || {
            rustix::process::nice(19).unwrap();
            hash_on(core, || on.load(Ordering::Relaxed));
        };
        Self(goes_on, Some(thread::spawn(hashes)))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
        self.1.take().unwrap().join().unwrap();
    }
}

fn verifies(address: &str, token: &str) -> Vec<Duration> {
    let request = format!("GET /verify HTTP/1.1\r\nhost: id.example\r\nauthorization: Bearer {token}\r\n\r\n");
    let open = async || Connection::open(address).await.unwrap();
    at_rate(VERIFIES / VERIFIERS, PHASE, open, async |connection| {
        assert_eq!(connection.ask(request.as_bytes()).await.unwrap().status(), 200);
    })
}

/// Those of one session, one after the other.
fn refreshes(address: &str, token: &str) -> Vec<Duration> {
    let open = async || (Connection::open(address).await.unwrap(), token.to_owned());
    at_rate(REFRESHES, PHASE, open, async |(connection, token)| *token = refresh(connection, token).await)
}

/// A client that signs in, and again as soon as it may.
async fn sign_in_again_and_again(address: Arc<str>, signed_in: Arc<AtomicU64>) {
    let request = post("/login", &format!(r#"{{"username":"ada","password":"{PASSWORD}"}}"#));
    let mut connection = Connection::open(&address).await.unwrap();
    loop {
        let answer = connection.ask(&request).await.unwrap();
        match answer.status() {
            200 => drop(signed_in.fetch_add(1, Ordering::Relaxed)),
            503 => sleep(Duration::from_secs(answer.header("retry-after").unwrap().parse().unwrap())).await,
            status => panic!("{status}: {}", answer.text()),
        }
    }
}

/// An attacker who asks for a hash and does not wait for it.
async fn hang_up(address: Arc<str>) {
    let request = post("/login", r#"{"username":"ada","password":"a wrong password"}"#);
    loop {
        // Whatever comes of it.
        let _ = timeout(PATIENCE, async {
            let mut connection = Connection::open(&address).await?;
            connection.ask(&request).await?;
            sleep(PATIENCE).await;
            std::io::Result::Ok(())
        })
        .await;
    }
}

/// A connection that has asked for something once.
async fn idle(address: Arc<str>) {
    let mut connection = Connection::open(&address).await.unwrap();
    connection.ask(b"GET /healthz HTTP/1.1\r\nhost: id.example\r\n\r\n").await.unwrap();
    sleep(Duration::from_secs(60)).await;
}

/// The most memory that the process has taken since [`forget_the_peak`], in KiB.
fn peak(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.running.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn forget_the_peak(service: &Service) {
    fs::write(format!("/proc/{}/clear_refs", service.running.id()), "5").unwrap();
}

fn p99(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() * 99 / 100].as_secs_f64() * 1000.0
}
