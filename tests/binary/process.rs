//! A child process whose output can be waited for, and which does not outlive its handle.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Long enough for a loaded machine; whoever waits longer than this waits in vain.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running child. Dropping it kills it.
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    pub stdout: Output,
    pub stderr: Output,
}

impl Process {
    /// Starts a command that finds nothing on its standard input.
    pub fn start(command: &mut Command) -> Self {
        Self::start_with_input(command, b"")
    }

    /// Starts a command that reads `input` and then the end.
    pub fn start_with_input(command: &mut Command, input: &[u8]) -> Self {
        let mut process = Self::start_with_more_to_come(command);
        process.write(input);
        process.stdin = None;
        process
    }

    /// Starts a command whose standard input stays open for [`Self::write`].
    pub fn start_with_more_to_come(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        let stdin = child.stdin.take();
        let stdout = Output::of(child.stdout.take().expect("it is piped"));
        let stderr = Output::of(child.stderr.take().expect("it is piped"));
        Self { child, stdin, stdout, stderr }
    }

    /// Writes to its standard input. A command may have stopped reading; what it makes of that is
    /// the test's to judge.
    pub fn write(&mut self, input: &[u8]) {
        let _ = self.stdin.as_mut().expect("more was to come").write_all(input);
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and waits until it is dead.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end, which must come `within`.
    pub fn finish(mut self, within: Duration) -> Done {
        let stdout = self.stdout.wait_for_end(within);
        let stderr = self.stderr.wait_for_end(within);
        let status = self.child.wait().unwrap();
        assert!(!stderr.contains("panicked at"), "{stderr}");
        Done { code: status.code(), stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only where it is over already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that is over.
#[derive(Debug)]
pub struct Done {
    /// `None`: a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// Expects an exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Standard error without the audit lines.
    pub fn complaints(&self) -> String {
        self.stderr.lines().filter(|line| !line.contains(" jeton::audit ")).map(|line| format!("{line}\n")).collect()
    }

    /// The audit lines.
    pub fn audit(&self) -> Vec<serde_json::Value> {
        let lines = self.stderr.lines().filter_map(|line| line.split_once(" jeton::audit "));
        lines.map(|(_, event)| serde_json::from_str(event).unwrap()).collect()
    }

    /// Expects words on standard error.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "no {words:?} in {self:#?}");
        self
    }
}

/// What a process has written so far to one of its streams, read by a thread of its own.
#[derive(Clone)]
pub struct Output(Arc<(Mutex<Written>, Condvar)>);

#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    ended: bool,
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Output {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let output = Self(Arc::default());
        let writer = output.clone();
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length) = stream.read(&mut part)
                && length > 0
            {
                writer.change(|written| written.bytes.extend_from_slice(&part[..length]));
            }
            writer.change(|written| written.ended = true);
        });
        output
    }

    fn change(&self, change: impl FnOnce(&mut Written)) {
        let (written, changed) = &*self.0;
        change(&mut written.lock().unwrap());
        changed.notify_all();
    }

    /// Waits until `found` finds something in what there is.
    #[track_caller]
    pub fn wait_for<T>(&self, found: impl Fn(&str) -> Option<T>) -> T {
        let (text, ended) = self.wait_while(PATIENCE, |text| found(text).is_none());
        found(&text).unwrap_or_else(|| panic!("waited in vain; ended: {ended}\n{text}"))
    }

    #[track_caller]
    fn wait_for_end(&self, within: Duration) -> String {
        let (text, ended) = self.wait_while(within, |_| true);
        assert!(ended, "still running after {within:?}:\n{text}");
        text
    }

    /// Waits until the stream has ended, the text is enough, or time is up. What there is then, and
    /// whether it is all.
    fn wait_while(&self, within: Duration, too_little: impl Fn(&str) -> bool) -> (String, bool) {
        let (written, changed) = &*self.0;
        let waiting = |written: &mut Written| !written.ended && too_little(&written.text());
        let (written, _) = changed.wait_timeout_while(written.lock().unwrap(), within, waiting).unwrap();
        (written.text(), written.ended)
    }
}
