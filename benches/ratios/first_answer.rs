//! From starting the binary in an empty folder to its first answer, and the same once all is made.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub fn run() {
    let folder = tempfile::tempdir().unwrap();
    println!("{:44} {:>9.1} ms", "start to first answer, empty folder", once(folder.path()).as_secs_f64() * 1e3);
    let mut again: Vec<Duration> = (0..11).map(|_| once(folder.path())).collect();
    again.sort();
    println!("{:44} {:>9.1} ms", "start to first answer, everything made", again[5].as_secs_f64() * 1e3);
}

fn once(folder: &std::path::Path) -> Duration {
    let start = Instant::now();
    let mut server = Command::new(env!("CARGO_BIN_EXE_jeton"))
        .arg("serve")
        .current_dir(folder)
        .env("JETON_LISTEN", "127.0.0.1:0")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(server.stderr.take().unwrap());
    let line = stderr.lines().map_while(Result::ok).find(|line| line.starts_with("listening on")).unwrap();
    let mut socket = TcpStream::connect(line.trim_start_matches("listening on http://")).unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let elapsed = start.elapsed();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.kill().unwrap();
    server.wait().unwrap();
    elapsed
}
