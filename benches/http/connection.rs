//! A client's connection: one request, one answer, no more than a benchmark needs.

use std::io::Result;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Connection {
    socket: TcpStream,
    read: Vec<u8>,
}

/// An answer as it came.
pub struct Answer<'a>(&'a [u8]);

impl Connection {
    pub async fn open(address: &str) -> Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, read: Vec::new() })
    }

    /// The answer to a request; an error where the connection ends before it.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.socket.write_all(request).await?;
        self.read.clear();
        while !is_whole(&self.read) {
            if self.socket.read_buf(&mut self.read).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Answer(&self.read))
    }
}

impl Answer<'_> {
    pub fn status(&self) -> u16 {
        std::str::from_utf8(&self.0[9..12]).unwrap().parse().unwrap()
    }

    /// The value of a header whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        let start = find(self.0, format!("\r\n{name}: ").as_bytes())? + name.len() + 4;
        let end = find(&self.0[start..], b"\r\n")?;
        Some(String::from_utf8_lossy(&self.0[start..start + end]).into_owned())
    }

    /// The value of a member of the body that is a string.
    pub fn member(&self, name: &str) -> Option<String> {
        let start = find(self.0, format!("\"{name}\":\"").as_bytes())? + name.len() + 4;
        let end = find(&self.0[start..], b"\"")?;
        Some(String::from_utf8_lossy(&self.0[start..start + end]).into_owned())
    }

    /// All of it but what differs from answer to answer: the request's id and the date.
    pub fn without_chance(&self) -> String {
        let text = String::from_utf8_lossy(self.0);
        let lines =
            text.split("\r\n").filter(|line| !line.starts_with("x-request-id: ") && !line.starts_with("date: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// All of it, for a message.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}

/// A POST of a JSON body.
pub fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: id.example\r\ncontent-type: application/json\r\n\
         user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Whether head and body have come.
fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = find(answer, b"\r\n\r\n") else { return false };
    let Some(length) = find(answer, b"content-length: ") else { return true };
    let digits = answer[length + 16..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    answer.len() >= head + 4 + length
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
