//! Raw connections: bytes out, whatever comes back in.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// A server that says nothing for so long, or does not close, waits without a bound.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Sends the bytes over a connection of their own, and reads until the server closes it.
///
/// # Errors
/// What there is so far, where it was silent for so long.
pub fn exchange(address: SocketAddr, bytes: &[u8], patience: Duration) -> Result<Vec<u8>, Vec<u8>> {
    let stream = connect(address);
    stream.set_read_timeout(Some(patience)).unwrap();
    std::thread::scope(|scope| {
        // A server that has heard enough may have closed before all is sent; one that answers early may
        // want its answer to be read meanwhile.
        scope.spawn(|| (&stream).write_all(bytes));
        let answer = read_to_end(&stream);
        let _ = stream.shutdown(Shutdown::Both);
        answer
    })
}

fn read_to_end(mut stream: &TcpStream) -> Result<Vec<u8>, Vec<u8>> {
    let (mut answer, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(answer),
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Err(answer),
            // It closed with bytes of ours unread.
            Err(_) => return Ok(answer),
        }
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Every status in what came back.
pub fn statuses(answer: &[u8]) -> Vec<u16> {
    const MARK: &[u8] = b"HTTP/1.1 ";
    let places = answer.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK);
    let status = |(at, _): (usize, &[u8])| std::str::from_utf8(answer.get(at + MARK.len()..at + MARK.len() + 3)?).ok();
    places.filter_map(status).map(|digits| digits.parse().unwrap()).collect()
}

/// A connection for one request after the other; it is made anew where the server closed it.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Client {
    pub const fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Sends a request and reads its one answer.
    pub fn ask(&mut self, request: &[u8]) -> Answer {
        let stream = self.stream.take().unwrap_or_else(|| connect(self.address));
        // A refusal of the head may come before all of it is sent.
        let _ = (&stream).write_all(request);
        let (head, body) = read_one(&stream, request.starts_with(b"HEAD"));
        let closes = head.to_ascii_lowercase().contains("connection: close");
        self.stream = (!closes).then_some(stream);
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        Answer { status: status.unwrap_or_else(|| panic!("no status: {head:?}")), head, body }
    }
}

fn read_one(mut stream: &TcpStream, is_head: bool) -> (String, String) {
    let (mut read, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    let mut expected = None;
    while expected.is_none_or(|length| read.len() < length) {
        let count = stream.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            break;
        }
        read.extend_from_slice(&buffer[..count]);
        if expected.is_none()
            && let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            expected = Some(end + 4 + if is_head { 0 } else { length.unwrap_or(0) });
        }
    }
    let text = String::from_utf8_lossy(&read);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    (head.to_owned(), body.to_owned())
}
