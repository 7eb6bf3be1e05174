//! One refresh token, used a thousand times at once.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use crate::app::at_once;
use crate::home::Home;
use crate::servers::Server;

const USES: usize = 1_000;
const CLIENTS: usize = 64;

/// What came back for one use.
struct Use {
    status: u16,
    outcome: String,
    successor: String,
}

fn present(agent: &Agent, base: &str, token: &str) -> Use {
    let request = agent.post(format!("{base}/refresh")).header("content-type", "application/json");
    let mut response = request.send(json!({ "refresh_token": token }).to_string()).unwrap();
    let outcome = response.headers().get("refresh-outcome").map(|word| word.to_str().unwrap().to_owned());
    let body: Value = serde_json::from_slice(&response.body_mut().read_to_vec().unwrap()).unwrap();
    let successor = body["refresh_token"].as_str().unwrap_or_default().to_owned();
    Use { status: response.status().as_u16(), outcome: outcome.unwrap_or_else(|| body.to_string()), successor }
}

/// Uses one token a thousand times, at two processes in turn, over connections that are kept.
fn one_successor(home: &Home) {
    let servers = [home.serve(), home.serve()];
    home.add("ada");
    let token = servers[0].sign_in("ada").refresh;
    let agent = || -> Agent {
        Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build().into()
    };
    let uses = at_once(CLIENTS, |client| {
        let agent = agent();
        let mine = (client..USES).step_by(CLIENTS).enumerate();
        mine.map(|(turn, _)| present(&agent, &servers[(client + turn) % 2].base, &token)).collect::<Vec<_>>()
    });
    let uses: Vec<Use> = uses.into_iter().flatten().collect();
    let mut outcomes: HashMap<(u16, &str), usize> = HashMap::new();
    uses.iter().for_each(|it| *outcomes.entry((it.status, it.outcome.as_str())).or_default() += 1);
    assert_eq!(outcomes, HashMap::from([((200, "rotated"), 1), ((200, "repeated"), USES - 1)]));
    let successors: HashSet<&str> = uses.iter().map(|it| it.successor.as_str()).collect();
    assert_eq!(successors.len(), 1, "everybody holds the same successor");
    let next = present(&agent(), &servers[1].base, successors.iter().next().unwrap());
    assert_eq!((next.status, next.outcome.as_str()), (200, "rotated"), "and it is good");
}

#[test]
fn a_thousand_uses_at_two_processes_on_one_redis_get_one_successor() {
    let redis = Server::start(&[]);
    one_successor(&Home::new().with("JETON_SESSIONS_URL", redis.url()));
}

#[test]
fn a_thousand_uses_at_two_processes_on_one_file_get_one_successor() {
    one_successor(&Home::new());
}
