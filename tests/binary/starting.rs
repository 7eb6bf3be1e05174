//! How a server starts, and why it refuses to.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::home::Home;
use crate::process::Process;
use crate::server::Server;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A folder in which a server has been, and its signing key.
fn used_home() -> (Home, PathBuf) {
    let home = Home::new();
    home.serve().stop().exits(0);
    let key = files(&home.path("keys")).into_iter().find(|path| path.extension().is_some_and(|end| end == "pem"));
    (home, key.expect("a signing key was made"))
}

#[test]
fn the_first_start_makes_what_is_missing_for_its_eyes_only() {
    let home = Home::new();
    let server = home.serve();
    assert!(server.base.starts_with("http://127.0.0.1:") && !server.base.ends_with(":0"), "{}", server.base);
    assert_eq!(server.get("/healthz", None).status, 200);
    assert!(home.path("data/jeton.db").exists());
    let keys: Vec<_> = files(&home.path("keys")).iter().map(|path| path.display().to_string()).collect();
    assert_eq!(keys.iter().filter(|path| path.ends_with(".pem")).count(), 2, "active and next: {keys:?}");
    for secret in ["-refresh-1.key", "-refresh-2.key"] {
        assert_eq!(keys.iter().filter(|path| path.ends_with(secret)).count(), 1, "{keys:?}");
    }
    for folder in ["data", "keys"].map(|name| home.path(name)) {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for file in files(&folder) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
}

#[test]
fn the_second_start_has_the_same_keys_and_people() {
    let home = Home::new();
    home.add("ada");
    let first = home.serve();
    let jwks = first.get("/.well-known/jwks.json", None).body;
    let tokens = first.sign_in("ada");
    first.stop().exits(0);

    let second = home.serve();
    assert_eq!(second.get("/.well-known/jwks.json", None).body, jwks);
    assert_eq!(second.get("/verify", Some(&tokens.access)).status, 200);
    assert_eq!(second.refresh(&tokens.refresh).status, 200);
}

#[test]
fn of_several_first_starts_one_makes_the_keys() {
    let home = Home::new();
    let starting: Vec<_> = (0..4).map(|_| Process::start(&mut home.jeton(&["serve"]))).collect();
    let servers: Vec<_> = starting.into_iter().map(Server::of).collect();
    let jwks: Vec<_> = servers.iter().map(|server| server.get("/.well-known/jwks.json", None).body).collect();
    assert_eq!(jwks[0]["keys"].as_array().unwrap().len(), 2, "active and next, once each");
    assert!(jwks.iter().all(|other| *other == jwks[0]), "{jwks:?}");
    home.add("ada");
    let tokens = servers[0].sign_in("ada");
    assert_eq!(servers[1].refresh(&tokens.refresh).status, 200, "and they share people and sessions");
}

#[test]
fn a_server_leaves_no_core_dump() {
    let home = Home::new();
    let server = home.serve();
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.process.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn a_port_in_use_is_said_and_nothing_else_happens() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let done = Home::new().with("JETON_LISTEN", &address).run(&["serve"]).exits(1).says(&address).says("in use");
    assert!(!done.stderr.contains("listening on"), "{done:?}");
}

#[test]
fn a_key_that_others_can_use_stops_the_start() {
    for loose in [0o604, 0o602, 0o620, 0o640, 0o644, 0o660] {
        let (home, key) = used_home();
        // Read by the group is fine where root owns the file, so where we are root it gets another owner.
        let _ = std::os::unix::fs::chown(&key, Some(65_534), None);
        fs::set_permissions(&key, fs::Permissions::from_mode(loose)).unwrap();
        let name = key.file_name().unwrap().to_str().unwrap();
        home.run(&["serve"]).exits(1).says(name).says("chmod 600");
    }
}

#[test]
fn a_key_from_outside_of_the_folder_stops_the_start() {
    let (home, key) = used_home();
    let outside = home.path("outside.pem");
    fs::rename(&key, &outside).unwrap();
    symlink(&outside, &key).unwrap();
    home.run(&["serve"]).exits(1).says(key.file_name().unwrap().to_str().unwrap()).says("leaves the keys folder");
}

#[test]
fn a_key_that_is_none_stops_the_start_and_is_not_repeated() {
    let (home, key) = used_home();
    fs::write(&key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHRleHQ=\n-----END PRIVATE KEY-----\n").unwrap();
    let done = home.run(&["serve"]).exits(1).says(key.file_name().unwrap().to_str().unwrap());
    assert!(!done.stderr.contains("c2VjcmV0"), "{done:?}");
}

#[test]
fn a_file_that_is_no_database_stops_every_command() {
    let home = Home::new();
    fs::create_dir(home.path("data")).unwrap();
    fs::write(home.path("data/jeton.db"), "a love letter, much longer than a header of SQLite's is. ".repeat(40))
        .unwrap();
    for arguments in [&["serve"] as &[_], &["user", "list"]] {
        home.run(arguments).exits(1).says("jeton.db");
    }
    assert!(fs::read_to_string(home.path("data/jeton.db")).unwrap().starts_with("a love letter"), "and is left alone");
}

#[test]
fn the_demo_user_is_for_loopback_only() {
    for public in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let home = Home::new().with("JETON_LISTEN", public);
        let done = home.run(&["serve", "--dev"]).exits(2).says("--dev");
        assert!(done.stdout.is_empty(), "{done:?}");
        assert!(!home.path("data").exists() && !home.path("keys").exists(), "nothing was made");
    }
}
