//! What a flood of sign-ins does to everybody else: how long /verify and /refresh take beside it, what
//! memory it takes, and how many hashes come of it.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep, timeout};

use crate::chain::refresh;
use crate::connection::{Connection, post};
use crate::pinned::command;
use crate::service::{JETON, PASSWORD, Service};

/// Rounds; each has a calm phase, and one of each flood.
const ROUNDS: usize = 5;
const PHASE: Duration = Duration::from_secs(3);

/// Clients that sign in again and again, waiting where they are told to.
const CLIENTS: usize = 500;
/// Attackers that hang up, each at once with a new connection, and after how long.
const ATTACKERS: usize = 50;
const PATIENCE: Duration = Duration::from_millis(50);

/// Requests a second of everybody else, over so many connections each.
const VERIFIES: u32 = 1_000;
const REFRESHES: u32 = 200;
const CONNECTIONS: u32 = 10;

/// Where nobody is throttled: all come from one address.
const UNLIMITED: [(&str, &str); 2] = [("JETON_LOGIN_LIMIT_ACCOUNT", "0"), ("JETON_LOGIN_LIMIT_ADDRESS", "0")];

pub fn run() {
    floods("jeton on one core, the load on the other", &Service::start_as(command(JETON), &UNLIMITED));
    floods("jeton on both cores, which it shares with the load", &Service::start_as(Command::new(JETON), &UNLIMITED));
}

/// What a phase brought.
#[derive(Default)]
struct Phase {
    verify: Vec<Duration>,
    refresh: Vec<Duration>,
    signed_in: u64,
    memory: u64,
}

fn floods(title: &str, service: &Service) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let names = ["calm, 500 connections open", "500 clients sign in", "50 attackers hang up"];
    let mut phases: [Vec<Phase>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (phase, kind) in phases.iter_mut().zip([Kind::Calm, Kind::Clients, Kind::Attackers]) {
            phase.push(runtime.block_on(one(service, kind)));
        }
    }
    println!("\n{title:42} {:>12} {:>13} {:>9} {:>8}", "/verify p99", "/refresh p99", "memory", "logins/s");
    for (name, rounds) in names.iter().zip(&phases) {
        println!(
            "{name:42} {:>9.2} ms {:>10.2} ms {:>6.1} MB {:>8.0}",
            median(rounds.iter().map(|phase| p99(&phase.verify))),
            median(rounds.iter().map(|phase| p99(&phase.refresh))),
            median(rounds.iter().map(|phase| phase.memory as f64 / 1024.0)),
            median(rounds.iter().map(|phase| phase.signed_in as f64 / PHASE.as_secs_f64())),
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Calm,
    Clients,
    Attackers,
}

async fn one(service: &Service, kind: Kind) -> Phase {
    let address: Arc<str> = service.running.address.as_str().into();
    let signed_in = Arc::new(AtomicU64::new(0));
    let mut flood = JoinSet::new();
    let tokens = service.sign_in();
    match kind {
        Kind::Calm => (0..CLIENTS).for_each(|_| drop(flood.spawn(idle(Arc::clone(&address))))),
        Kind::Clients => {
            (0..CLIENTS)
                .for_each(|_| drop(flood.spawn(sign_in_again_and_again(Arc::clone(&address), Arc::clone(&signed_in)))));
        }
        Kind::Attackers => (0..ATTACKERS).for_each(|_| drop(flood.spawn(hang_up(Arc::clone(&address))))),
    }
    // Until the queue is full.
    sleep(Duration::from_millis(500)).await;
    forget_the_peak(service);
    let before = signed_in.load(Ordering::Relaxed);
    let token = tokens["access_token"].as_str().unwrap();
    let verify = format!("GET /verify HTTP/1.1\r\nhost: id.example\r\nauthorization: Bearer {token}\r\n\r\n");
    let (verify, refresh) =
        tokio::join!(verifies(&address, &verify), refreshes(&address, tokens["refresh_token"].as_str().unwrap()));
    let signed_in = signed_in.load(Ordering::Relaxed) - before;
    let memory = peak(service);
    flood.shutdown().await;
    // The queue runs empty.
    sleep(Duration::from_millis(1_200)).await;
    Phase { verify, refresh, signed_in, memory }
}

/// /verify at a fixed rate, each timed from when it was due.
async fn verifies(address: &str, request: &str) -> Vec<Duration> {
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (address, request) = (address.to_owned(), request.to_owned());
        clients.spawn(async move {
            let mut connection = Connection::open(&address).await.unwrap();
            let mut times = Vec::new();
            let mut moments = Moments::at(VERIFIES / CONNECTIONS);
            while let Some(due) = moments.next().await {
                assert_eq!(connection.ask(request.as_bytes()).await.unwrap().status(), 200);
                times.push(due.elapsed());
            }
            times
        });
    }
    clients.join_all().await.into_iter().flatten().collect()
}

/// The same of one session's refreshes.
async fn refreshes(address: &str, token: &str) -> Vec<Duration> {
    let mut connection = Connection::open(address).await.unwrap();
    let mut token = token.to_owned();
    let mut times = Vec::new();
    let mut moments = Moments::at(REFRESHES);
    while let Some(due) = moments.next().await {
        token = refresh(&mut connection, &token).await;
        times.push(due.elapsed());
    }
    times
}

/// Moments at a fixed rate, for one phase; late ones follow each other at once.
struct Moments {
    ticks: Interval,
    end: Instant,
}

impl Moments {
    fn at(rate: u32) -> Self {
        let mut ticks = interval(Duration::from_secs(1) / rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self { ticks, end: Instant::now() + PHASE }
    }

    /// When the next one was due, once it has come.
    async fn next(&mut self) -> Option<Instant> {
        let due = self.ticks.tick().await.into_std();
        (due < self.end).then_some(due)
    }
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

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
