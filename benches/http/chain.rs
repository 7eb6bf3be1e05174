//! Clients that refresh: each over a connection of its own, always with the token it was given last.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long one side of one round takes.
const SPAN: Duration = Duration::from_secs(1);

const BEFORE_TOKEN: &[u8] = br#""refresh_token":""#;

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
                let mut connection =
                    Connection { socket: TcpStream::connect(address).await.unwrap(), read: Vec::new() };
                connection.socket.set_nodelay(true).unwrap();
                let mut refreshed = 0_u64;
                while start.elapsed() < SPAN {
                    client.token = connection.refresh(&client.token).await;
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

struct Connection {
    socket: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn refresh(&mut self, token: &str) -> String {
        let body = format!(r#"{{"refresh_token":"{token}"}}"#);
        let request = format!(
            "POST /refresh HTTP/1.1\r\nhost: id.example\r\ncontent-type: application/json\r\n\
             user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.socket.write_all(request.as_bytes()).await.unwrap();
        self.read.clear();
        loop {
            assert!(self.socket.read_buf(&mut self.read).await.unwrap() > 0, "the connection has ended");
            if let Some(answer) = whole(&self.read) {
                assert!(self.read.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.read));
                let start = find(answer, BEFORE_TOKEN).unwrap() + BEFORE_TOKEN.len();
                let length = find(&answer[start..], b"\"").unwrap();
                return String::from_utf8(answer[start..start + length].to_vec()).unwrap();
            }
        }
    }
}

/// The body, where all of it is there.
fn whole(answer: &[u8]) -> Option<&[u8]> {
    let head = find(answer, b"\r\n\r\n")?;
    let length = find(answer, b"content-length: ")? + b"content-length: ".len();
    let digits = answer[length..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    answer.get(head + 4..head + 4 + length)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
