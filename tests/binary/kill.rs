//! `kill -9` while people refresh: nobody is signed out (invariant 8 of refresh.md).

use std::net::TcpListener;
use std::sync::{Condvar, Mutex};

use serde_json::json;

use crate::client::post;
use crate::home::Home;
use crate::process::PATIENCE;

const CLIENTS: usize = 50;
const KILLS: usize = 3;

/// Between two kills, and after the last, there are this many rotations for each client on average.
const ROUNDS: usize = 4;

/// What clients and the one who kills wait for.
#[derive(Default)]
struct Stage {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How often the server has been started.
    starts: usize,
    /// Good answers since the last start.
    answers: usize,
    /// Answers that never came; each was followed by a retry of the same token.
    lost: usize,
    /// The play is over.
    over: bool,
    /// A client was refused: the first refusal.
    refused: Option<String>,
}

impl Stage {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    /// Waits until it is so, or the play is over; panics where it never is.
    fn wait_until(&self, is_so: impl Fn(&State) -> bool) {
        let waiting = |state: &mut State| !state.over && !is_so(state);
        let (state, timeout) = self.changed.wait_timeout_while(self.state.lock().unwrap(), PATIENCE, waiting).unwrap();
        drop(state);
        assert!(!timeout.timed_out(), "waited in vain");
    }

    fn starts(&self) -> usize {
        self.state.lock().unwrap().starts
    }

    fn is_over(&self) -> bool {
        self.state.lock().unwrap().over
    }
}

/// Ends the play when it is dropped, also where the one who kills has given up: the clients would
/// refresh for ever.
struct Curtain<'a>(&'a Stage);

impl Drop for Curtain<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.over = true);
    }
}

/// Refreshes in a loop, keeping to the client's rule: an answer that did not come is asked for again
/// with the same token. The last token that it holds.
fn refresh_until_over(base: &str, mut token: String, stage: &Stage) -> String {
    while !stage.is_over() {
        let starts = stage.starts();
        match post(base, "/refresh", &json!({ "refresh_token": token })) {
            Ok(reply) if reply.status == 200 => {
                token = reply.tokens().refresh;
                stage.change(|state| state.answers += 1);
            }
            // Too busy: the same again.
            Ok(reply) if reply.status == 503 => {}
            Ok(reply) => stage.change(|state| {
                state.refused.get_or_insert(format!("{reply:?}"));
                state.over = true;
            }),
            // Killed: the same again, once the server is back.
            Err(_) => {
                stage.change(|state| state.lost += 1);
                stage.wait_until(|state| state.starts > starts);
            }
        }
    }
    token
}

/// A port that is nobody's and, unlike what port 0 picks, cannot become the near end of somebody's
/// connection while the server is down.
fn lasting_port() -> u16 {
    let from = 20_000 + u16::try_from(std::process::id() % 10_000).expect("it is below 10,000");
    (from..32_000).find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok()).expect("a free port")
}

#[test]
fn fifty_clients_go_on_after_every_kill() {
    let home = Home::new().with("JETON_LISTEN", format!("127.0.0.1:{}", lasting_port()));
    home.add("ada");
    let mut server = home.serve();
    let base = server.base.clone();
    let stage = Stage::default();
    let tokens: Vec<_> = (0..CLIENTS).map(|_| server.sign_in("ada").refresh).collect();

    let held: Vec<String> = std::thread::scope(|scope| {
        let clients: Vec<_> =
            tokens.into_iter().map(|token| scope.spawn(|| refresh_until_over(&base, token, &stage))).collect();
        let curtain = Curtain(&stage);
        for _ in 0..KILLS {
            stage.wait_until(|state| state.answers >= ROUNDS * CLIENTS);
            server.process.kill();
            server = home.serve();
            assert_eq!(server.base, base, "the same address");
            stage.change(|state| (state.starts, state.answers) = (state.starts + 1, 0));
        }
        stage.wait_until(|state| state.answers >= ROUNDS * CLIENTS);
        drop(curtain);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });

    let state = stage.state.into_inner().unwrap();
    assert_eq!(state.refused, None, "signed out after {} starts", state.starts);
    assert!(state.lost >= KILLS, "the kills were felt");
    for token in &held {
        assert_eq!(server.refresh(token).status, 200);
    }
    let live = home.json(&["session", "list", "ada", "--json"]);
    assert_eq!(live.as_array().unwrap().len(), CLIENTS);
}
