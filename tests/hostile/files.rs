//! Few file descriptors: more clients than there can be connections.
#![expect(clippy::disallowed_methods, reason = "it measures the machine's own time")]

use std::fs;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::doors::{Door, Program, eventually, get};
use crate::home::{Home, PASSWORD};
use crate::process::{PATIENCE, Process};
use crate::server::Server;
use crate::socket::Client;

/// Half of them are for connections.
const FILES: usize = 128;

/// How long it is watched while it is full.
const WATCHED: Duration = Duration::from_secs(3);

/// `jeton serve` with so many open files at most.
fn with_files(home: &Home, files: usize) -> Process {
    let script = format!("ulimit -n {files}; exec \"$0\" serve");
    Process::start(&mut home.command("sh", &["-c", &script, env!("CARGO_BIN_EXE_jeton")]))
}

/// The processor time that it has had, in hundredths of a second.
fn cpu(program: &Program) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.server.process.id())).unwrap();
    let fields = stat.rsplit_once(')').unwrap().1;
    fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

fn open_files(program: &Program) -> usize {
    fs::read_dir(format!("/proc/{}/fd", program.server.process.id())).unwrap().count()
}

#[test]
fn a_server_that_is_full_serves_who_is_there_and_others_once_somebody_goes() {
    let home = Home::new();
    home.add("ada");
    let program = Program::of(home.clone(), Server::of(with_files(&home, FILES)));
    let token = program.issuer().token_for("ada");
    let verify = get(&program, &format!("Authorization: Bearer {token}\r\n"));
    let mut good = Client::to(program.address());
    assert_eq!(good.ask(verify.as_bytes()).status, 200);

    let crowd: Vec<_> = (0..2 * FILES).map(|_| TcpStream::connect(program.address()).unwrap()).collect();
    let told = |text: &str| text.contains("connections are taken").then(|| text.matches('\n').count());
    let lines = program.server.process.stderr.wait_for(told);
    let (start, before) = (Instant::now(), cpu(&program));
    let mut answers = 0;
    while start.elapsed() < WATCHED {
        assert_eq!(good.ask(verify.as_bytes()).status, 200);
        answers += 1;
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert!(answers > 20, "{answers} answers");
    assert!(cpu(&program) - before < 100, "it spins");
    assert!(open_files(&program) < FILES - 10, "there is room for the stores and keys");
    // Signing in needs both, and none of it is missing.
    let body = format!(r#"{{"username":"ada","password":"{PASSWORD}"}}"#);
    let login = format!(
        "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(good.ask(login.as_bytes()).status, 200);

    drop(crowd);
    let gone = Instant::now();
    assert_eq!(Client::to(program.address()).ask(verify.as_bytes()).status, 200);
    assert!(gone.elapsed() < Duration::from_secs(2), "{:?}", gone.elapsed());
    eventually("the crowd's connections are closed", || open_files(&program) < FILES / 2);

    let done = program.stop().exits(0);
    let more = done.stderr.matches('\n').count() - lines;
    assert!(more < 10, "{more} lines more: {}", done.stderr);
}

#[test]
fn a_server_that_could_serve_nobody_says_so_and_does_not_start() {
    let home = Home::new();
    with_files(&home, 40).finish(PATIENCE).exits(1).says("the limit on open files is 40");
}
