//! The bounds hold whatever clients do, on a clock that jumps to the next timer.

use std::future::poll_fn;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

use super::*;
use crate::server::seats::Seats;

/// A connection whose pipes hold `room` bytes each way: ours, and the client's end.
fn connection(room: usize) -> (Stream<DuplexStream>, DuplexStream) {
    let (ours, client) = duplex(room);
    (Stream::new(ours, Seats::new(2).take()), client)
}

/// Time stands still until nobody has anything else to do, and then jumps to the next timer.
async fn seconds_until<T>(what: impl Future<Output = T>) -> (u64, T) {
    let start = Instant::now();
    let result = what.await;
    (start.elapsed().as_secs(), result)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_go_on_is_over_after_20_s_also_when_it_trickles() {
    let (mut stream, mut client) = connection(1024);
    let trickle = tokio::spawn(async move {
        while client.write_all(b"G").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    });
    let mut head = Vec::new();
    let (seconds, read) = seconds_until(stream.read_to_end(&mut head)).await;
    assert_eq!((seconds, read.unwrap_err().kind()), (20, ErrorKind::TimedOut));
    drop(stream);
    trickle.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_the_wait_and_who_asks_nothing_is_not_timed() {
    let (mut stream, mut client) = connection(1024);
    let mut buffer = [0; 16];
    for _ in 0..3 {
        client.write_all(b"GET").await.unwrap();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
        tokio::time::sleep(Duration::from_secs(19)).await;
        stream.write_all(b"200").await.unwrap();
        let idle = timeout(Duration::from_secs(3_600), stream.read(&mut buffer)).await;
        assert!(idle.is_err(), "an idle connection is the library's to end");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_of_its_answers_is_over_after_10_s() {
    let (mut stream, _client) = connection(64);
    let (seconds, written) = seconds_until(stream.write_all(&[b'x'; 1000])).await;
    assert_eq!((seconds, written.unwrap_err().kind()), (10, ErrorKind::TimedOut));

    let (mut stream, mut taker) = connection(64);
    let slowly = tokio::spawn(async move {
        let mut part = [0; 64];
        for _ in 0..16 {
            tokio::time::sleep(Duration::from_secs(9)).await;
            taker.read_exact(&mut part).await.unwrap();
        }
    });
    let (seconds, written) = seconds_until(stream.write_all(&[b'x'; 1024])).await;
    assert!(written.is_ok() && seconds > 100, "slowly is not never: {seconds} s");
    slowly.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nothing_more_is_read_from_a_client_that_does_not_take_its_answers() {
    let (mut stream, mut client) = connection(64);
    client.write_all(b"GET").await.unwrap();
    let blocked = timeout(Duration::from_secs(1), stream.write_all(&[b'x'; 1000])).await;
    assert!(blocked.is_err());
    let mut buffer = [0; 16];
    assert!(timeout(Duration::from_secs(1), stream.read(&mut buffer)).await.is_err(), "there is something to read");
    client.read_exact(&mut [0; 64]).await.unwrap();
    stream.write_all(b"y").await.unwrap();
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_slow_to_read_is_read_after_as_long_again() {
    let (mut stream, mut client) = connection(64);
    client.write_all(b"GET").await.unwrap();
    let slow = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        client.read_exact(&mut [0; 100]).await.unwrap();
        client
    });
    stream.write_all(&[b'x'; 100]).await.unwrap();
    let mut buffer = [0; 16];
    let (seconds, read) = seconds_until(stream.read(&mut buffer)).await;
    assert_eq!((seconds, read.unwrap()), (3, 3));
    let mut client = slow.await.unwrap();
    client.write_all(b"GET").await.unwrap();
    let (seconds, read) = seconds_until(stream.read(&mut buffer)).await;
    assert_eq!((seconds, read.unwrap()), (0, 3), "that was once");
}

#[tokio::test(start_paused = true)]
async fn little_is_read_ahead_of_an_answer_and_nothing_once_a_request_waits_for_it() {
    let (mut stream, mut client) = connection(64 * 1024);
    let closing = stream.closing();
    let is_quiet =
        async |stream: &mut Stream<_>| timeout(Duration::from_secs(1), stream.read(&mut [0; 9_000])).await.is_err();
    client.write_all(&[b'\n'; 20_000]).await.unwrap();
    assert_eq!(stream.read(&mut [0; 500]).await.unwrap(), 500);

    assert!(closing.poll_turn().is_ready(), "a request begins");
    assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), TURN - 500, "its body");
    assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), LONGER_TURN, "and more of it");
    closing.heard_out();
    assert_eq!(stream.read(&mut [0; 9_000]).await.unwrap(), TURN, "what comes behind it");
    assert!(is_quiet(&mut stream).await);

    closing.answered(false);
    assert!(closing.poll_turn().is_pending(), "the next one waits");
    assert!(is_quiet(&mut stream).await);
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    stream.flush().await.unwrap();
    assert!(is_quiet(&mut stream).await, "it has not begun yet");
    assert!(closing.poll_turn().is_ready());
    closing.heard_out();
    closing.answered(false);
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let rest = 20_000 - 2 * TURN - LONGER_TURN;
    let mut read = vec![0; rest];
    assert_eq!(timeout(Duration::from_secs(1), stream.read_exact(&mut read)).await.unwrap().unwrap(), rest);
}

#[tokio::test(start_paused = true)]
async fn the_next_request_of_a_client_that_was_slow_to_read_begins_after_as_long_again() {
    let (mut stream, mut client) = connection(64);
    let closing = stream.closing();
    let slow = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        client.read_exact(&mut [0; 100]).await.unwrap();
    });
    closing.answered(false);
    assert!(closing.poll_turn().is_pending());
    stream.write_all(&[b'x'; 100]).await.unwrap();
    let (seconds, ()) = seconds_until(async { stream.flush().await.unwrap() }).await;
    assert_eq!(seconds, 3);
    assert!(closing.poll_turn().is_ready());
    slow.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_before_the_answer_is_noticed() {
    let (mut stream, mut client) = connection(1024);
    client.write_all(b"GET").await.unwrap();
    assert_eq!(stream.read(&mut [0; 9]).await.unwrap(), 3);
    assert!(stream.closing().poll_turn().is_ready());
    stream.closing().heard_out();
    drop(client);
    assert_eq!(stream.read(&mut [0; 9]).await.unwrap(), 0);
}

/// The connection is looked at again once it may be read: nothing else would.
#[tokio::test(start_paused = true)]
async fn reading_goes_on_by_itself_when_the_answer_is_out() {
    let (mut stream, mut client) = connection(4 * 1024);
    let closing = stream.closing();
    client.write_all(&[b'\n'; 3 * TURN]).await.unwrap();
    assert_eq!(stream.read(&mut [0; TURN]).await.unwrap(), TURN);
    assert!(closing.poll_turn().is_ready());
    closing.heard_out();
    let (mut answered, mut read) = (false, 0);
    let all = poll_fn(|context| {
        let mut room = [0; 9_000];
        let mut buffer = ReadBuf::new(&mut room);
        let polled = Pin::new(&mut stream).poll_read(context, &mut buffer);
        read += buffer.filled().len();
        if read == 2 * TURN {
            return Poll::Ready(());
        }
        if polled.is_pending() && read == TURN && !answered {
            answered = true;
            closing.answered(false);
            assert!(Pin::new(&mut stream).poll_write(context, b"200").is_ready());
            assert!(Pin::new(&mut stream).poll_flush(context).is_ready());
        } else if polled.is_ready() {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    });
    timeout(Duration::from_secs(1), all).await.expect("somebody wakes it");
}

#[tokio::test]
async fn the_worker_looks_after_others_before_it_goes_on() {
    let (mut stream, mut client) = connection(64 * 1024);
    client.write_all(&[b'\n'; 10_000]).await.unwrap();
    let mut read = 0;
    let mut turns = Vec::new();
    while read < 10_000 {
        // One turn: until it says that there is no more for now.
        let turn = poll_fn(|context| {
            let mut turn = 0;
            loop {
                let mut room = [0; 1_000];
                let mut buffer = ReadBuf::new(&mut room);
                match Pin::new(&mut stream).poll_read(context, &mut buffer) {
                    Poll::Ready(result) => result.unwrap(),
                    Poll::Pending => return Poll::Ready(turn),
                }
                turn += buffer.filled().len();
            }
        });
        turns.push(turn.await);
        read += turns[turns.len() - 1];
    }
    assert_eq!(turns, [TURN, LONGER_TURN, 10_000 - TURN - LONGER_TURN]);
    stream.write_all(b"200").await.unwrap();
    assert!(timeout(Duration::ZERO, stream.read(&mut [0; 1])).await.is_err(), "all is read");
    client.write_all(&[b'\n'; 5_000]).await.unwrap();
    assert_eq!(stream.read(&mut [0; 5_000]).await.unwrap(), TURN, "the next request begins with a short one");
}

#[tokio::test]
async fn a_header_s_name_at_which_the_library_would_panic_is_spoilt() {
    for (line, is_spoilt) in [
        (format!("{}: x", "n".repeat(MAX_NAME_BYTES)), false),
        (format!("{}: x", "n".repeat(MAX_NAME_BYTES + 1)), true),
        (format!("x: {}", "v".repeat(100_000)), false),
        (format!("x\ny: {}\n{}", "v".repeat(70_000), "n".repeat(60_000)), false),
    ] {
        let (mut stream, mut client) = connection(256 * 1024);
        client.write_all(line.as_bytes()).await.unwrap();
        drop(client);
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.unwrap();
        assert_eq!(read.len(), line.len());
        assert_eq!(read.contains(&0), is_spoilt, "{} bytes", line.len());
    }
}
