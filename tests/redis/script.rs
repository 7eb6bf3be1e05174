//! A sentinel that says what a test tells it to, and nothing but that.

use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::resp::Command;
use crate::servers::{Server, eventually};

/// A listening sentinel. Dropping it ends it.
pub struct ScriptedSentinel {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Who is the primary, and who is once the next question has been answered.
    names: Mutex<(u16, Option<u16>)>,
    is_over: AtomicBool,
}

impl ScriptedSentinel {
    /// A sentinel that names this server.
    pub fn of(primary: &Server) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { names: Mutex::new((primary.port, None)), ..Shared::default() });
        let answering = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if answering.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let answering = Arc::clone(&answering);
                thread::spawn(move || answering.serve(&client));
            }
        });
        Self { port, shared }
    }

    /// Names the primary so far once more, and from then on this one. Returns in between: whoever was
    /// answered is about to connect to the old one, or is waiting for it to answer.
    pub fn turn_after_one_more_answer_to(&self, primary: &Server) {
        self.shared.names.lock().unwrap().1 = Some(primary.port);
        eventually("it is asked once more", || self.shared.names.lock().unwrap().1.is_none());
    }

    /// Its redis+sentinel:// URL.
    pub fn url(&self) -> String {
        format!("redis+sentinel://127.0.0.1:{}/main", self.port)
    }
}

impl Shared {
    fn serve(&self, client: &TcpStream) {
        let mut commands = BufReader::new(client);
        while let Ok(command) = Command::read(&mut commands) {
            assert_eq!(command.name, "SENTINEL");
            let mut names = self.names.lock().unwrap();
            let port = names.0.to_string();
            let answer = format!("*2\r\n$9\r\n127.0.0.1\r\n${}\r\n{port}\r\n", port.len());
            // It may have lost its patience.
            let _ = (&mut &*client).write_all(answer.as_bytes());
            if let Some(next) = names.1.take() {
                names.0 = next;
            }
        }
    }
}

impl Drop for ScriptedSentinel {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // It looks only when somebody comes.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}
