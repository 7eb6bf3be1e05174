//! Passwords come from the terminal or from standard input, never from arguments: those stand in the
//! list of processes.

use std::io::Read;

use zeroize::Zeroizing;

use super::arguments::PasswordSource;
use super::failure::Failure;
use crate::secret::Secret;
use crate::user::{MAX_PASSWORD_BYTES, Password, PasswordRefused, check_password};

/// Reads a new password for a user of this name and checks it against the rules.
///
/// # Errors
/// Where it cannot be read, was typed in two ways, or breaks a rule.
pub fn read(source: &PasswordSource, username: &str, min: usize) -> Result<Password, Failure> {
    let typed = if source.password_stdin { from_standard_input()? } else { from_terminal()? };
    let password = Password::new(typed).map_err(Failure::failed)?;
    check_password(&password, username, min).map_err(Failure::failed)?;
    Ok(password)
}

fn from_standard_input() -> Result<Secret<String>, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PASSWORD_BYTES + 8));
    // Read a little past the limit, so that a longer password is refused and not cut.
    let limit = MAX_PASSWORD_BYTES as u64 + 4;
    std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(Failure::failed)?;
    // Before the text is looked at: reading may have ended within a character.
    if bytes.len() as u64 == limit {
        return Err(Failure::failed(PasswordRefused::TooLong));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::failed("the password is not UTF-8"))?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Secret::from(text))
}

fn from_terminal() -> Result<Secret<String>, Failure> {
    let ask = |prompt| rpassword::prompt_password(prompt).map(Secret::new).map_err(no_terminal);
    let (once, twice) = (ask("Password: ")?, ask("Again: ")?);
    if once == twice { Ok(once) } else { Err(Failure::failed("the two passwords differ")) }
}

fn no_terminal(error: std::io::Error) -> Failure {
    Failure::failed(format_args!("the password cannot be asked for ({error}): see --password-stdin"))
}
