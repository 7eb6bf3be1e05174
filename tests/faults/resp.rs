//! As much of RESP as a proxy must know: where a command and a reply end, and what a command is called.

use std::io::{self, BufRead};

/// A command as it was sent.
pub struct Command {
    /// Its name, in capitals.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Command {
    /// The next one.
    pub fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let mut name = String::new();
        for word in 0..line(from, &mut bytes)?.1 {
            let start = bytes.len();
            reply(from, &mut bytes)?;
            if word == 0 {
                let text = String::from_utf8_lossy(&bytes[start..]);
                name = text.split("\r\n").nth(1).unwrap_or_default().to_ascii_uppercase();
            }
        }
        Ok(Self { name, bytes })
    }
}

/// Appends the next reply, with all that is nested in it.
pub fn reply(from: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<()> {
    match line(from, bytes)? {
        // -1 is nothing at all.
        (b'$', length) if length >= 0 => {
            let start = bytes.len();
            bytes.resize(start + usize::try_from(length).map_err(io::Error::other)? + 2, 0);
            from.read_exact(&mut bytes[start..])
        }
        (b'*', count) => (0..count).try_for_each(|_| reply(from, bytes)),
        _ => Ok(()),
    }
}

/// Appends a line; its first byte and the number behind it, 0 where there is none.
fn line(from: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<(u8, i64)> {
    let start = bytes.len();
    from.read_until(b'\n', bytes)?;
    let line = &bytes[start..];
    if !line.ends_with(b"\r\n") {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let number = str::from_utf8(&line[1..line.len() - 2]).ok().and_then(|digits| digits.parse().ok());
    Ok((line[0], number.unwrap_or_default()))
}
