//! Clients that refresh: each over a connection of its own, always with the token it was given last.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::connection::{Connection, post};

/// How long one side of one round takes.
const SPAN: Duration = Duration::from_secs(1);

/// A client's token, kept from round to round.
pub struct Client {
    pub token: String,
}

/// Lets all of them refresh for a while; refreshes a second.
pub fn refresh_for_a_while(address: &str, clients: &mut Vec<Client>) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (refreshed, took) = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        let start = Instant::now();
        for mut client in clients.drain(..) {
            let address = address.to_owned();
            tasks.spawn(async move {
                let mut connection = Connection::open(&address).await.unwrap();
                let mut refreshed = 0_u64;
                while start.elapsed() < SPAN {
                    client.token = refresh(&mut connection, &client.token).await;
                    refreshed += 1;
                }
                (client, refreshed)
            });
        }
        let mut all = 0;
        while let Some(task) = tasks.join_next().await {
            let (client, refreshed) = task.unwrap();
            clients.push(client);
            all += refreshed;
        }
        (all, start.elapsed())
    });
    refreshed as f64 / took.as_secs_f64()
}

/// Refreshes once: the next token.
pub async fn refresh(connection: &mut Connection, token: &str) -> String {
    let request = post("/refresh", &format!(r#"{{"refresh_token":"{token}"}}"#));
    let answer = connection.ask(&request).await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.member("refresh_token").unwrap()
}
