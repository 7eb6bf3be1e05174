//! How log lines look, that nobody can forge one, and that nobody can flood the log. Set up once, by the
//! command line; everything else writes through the `log` crate's macros, and whatever strangers can cause
//! often under a [`Ration`].

mod ration;

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::str::FromStr;

use log::{Level, LevelFilter};

use crate::clock::{Clock, SystemClock};

pub use ration::{LeftOut, Ration};

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// `2026-11-21T09:30:00.000Z INFO  jeton::server listening on …`, for people.
    #[default]
    Text,
    /// One object a line with time, level, target and message, for machines.
    Json,
}

/// The name is neither `text` nor `json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLogFormat;

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(name: &str) -> Result<Self, UnknownLogFormat> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownLogFormat),
        }
    }
}

/// Sends log lines to standard error, at the levels that RUST_LOG names (`info` where it is unset or
/// empty). Where a logger is set already, as in tests and other people's programs, that one stays.
pub fn init(format: LogFormat) {
    init_at(format, asked().as_deref().unwrap_or("info"));
}

/// The same for a command of a person at a terminal, who is told what came of it anyway: unless RUST_LOG
/// says otherwise, only the audit lines; and never what libraries have to say below a warning, unless
/// RUST_LOG names the library.
pub fn init_for_command(format: LogFormat) {
    init_at(format, &asked().map_or_else(|| "off,jeton::audit=info".to_owned(), |asked| for_command(&asked)));
}

fn asked() -> Option<String> {
    std::env::var("RUST_LOG").ok().filter(|levels| !levels.is_empty())
}

/// What RUST_LOG asks, for a command: a level without a name is that of jeton's own lines, and at most
/// `warn` for those of everybody else.
///
/// | RUST_LOG | for a command |
/// |---|---|
/// | `trace` | `warn,jeton=trace` |
/// | `error` | `error,jeton=error` |
/// | `debug,mio=trace` | `warn,jeton=debug,mio=trace` |
/// | `jeton::store=debug` | the same |
/// | `debug/text` | `warn,jeton=debug/text` |
fn for_command(asked: &str) -> String {
    let (levels, text) = asked.split_at(asked.find('/').unwrap_or(asked.len()));
    let levels = levels.split(',').map(|directive| match directive.trim().parse::<LevelFilter>() {
        Ok(level) => format!("{},jeton={level}", level.min(LevelFilter::Warn)).to_ascii_lowercase(),
        Err(_) => directive.to_owned(),
    });
    levels.collect::<Vec<_>>().join(",") + text
}

fn init_at(format: LogFormat, levels: &str) {
    let mut builder = env_logger::Builder::new();
    // Security events stay where only the level is turned down. What the library says of clients that
    // break off or send no HTTP is theirs to flood the log with, and is left out unless it is named.
    builder.filter_module("jeton::audit", LevelFilter::Info);
    builder.filter_module("actix_http", LevelFilter::Off);
    builder.filter_module("actix_server", LevelFilter::Warn);
    builder.parse_filters(levels);
    builder.format(move |out, record| {
        let time = SystemClock.now().rfc3339_millis();
        let message = record.args().to_string();
        writeln!(out, "{}", line(format, &time, record.level(), record.target(), &message))
    });
    // An error means only that there is a logger.
    let _ = builder.try_init();
}

/// One log line without its end. `time` is RFC 3339.
fn line(format: LogFormat, time: &str, level: Level, target: &str, message: &str) -> String {
    match format {
        LogFormat::Text => format!("{time} {level:<5} {} {}", escape(target), escape(message)),
        LogFormat::Json => format!(
            r#"{{"time":"{time}","level":"{}","target":{},"message":{}}}"#,
            level.as_str().to_ascii_lowercase(),
            Json(target),
            Json(message)
        ),
    }
}

/// The text on one line and harmless to a terminal: line ends, control characters (ANSI sequences
/// begin with one) and characters that change the direction of writing become `\n`, `\u{1b}` and
/// the like.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unsafe(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// C0, DEL and C1; line and paragraph separators; marks, embeddings and isolates of direction.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A JSON string that is safe to look at, too: RFC 8259 only asks for C0 to be escaped.
struct Json<'a>(&'a str);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                // None of these lies beyond U+FFFF, so that four digits do.
                _ if is_unsafe(character) => write!(f, "\\u{:04x}", u32::from(character))?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "2026-11-21T09:30:00.000Z";
    const HOSTILE: &str = "ada\r\n\u{1b}[31mroot\u{7f}\u{9b}2J\u{202e}\u{2028}\t\0\"\\é😀";

    #[test]
    fn harmless_text_stays_as_it_is_and_is_not_copied() {
        assert!(matches!(escape("listening on http://127.0.0.1:8080, é 😀 \"\\"), Cow::Borrowed(_)));
    }

    #[test]
    fn nothing_can_end_a_line_or_drive_a_terminal() {
        let safe = r#"ada\r\n\u{1b}[31mroot\u{7f}\u{9b}2J\u{202e}\u{2028}\t\u{0}"\é😀"#;
        assert_eq!(escape(HOSTILE), safe);
        let text = line(LogFormat::Text, TIME, Level::Warn, "a\nb", HOSTILE);
        assert_eq!(text, format!("{TIME} WARN  a\\nb {safe}"));
    }

    #[test]
    fn a_json_line_is_one_object_that_gives_the_message_back() {
        let json = line(LogFormat::Json, TIME, Level::Error, "jeton::\"x\"", HOSTILE);
        assert!(!json.contains(is_unsafe), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        let expected = serde_json::json!({
            "time": TIME, "level": "error", "target": "jeton::\"x\"", "message": HOSTILE,
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn every_character_survives_the_way_through_json() {
        let all: String = (char::MIN..=char::MAX).collect();
        assert_eq!(serde_json::from_str::<String>(&Json(&all).to_string()).unwrap(), all);
    }

    #[test]
    fn a_level_without_a_name_is_not_that_of_libraries_where_a_command_runs() {
        for (asked, expected) in [
            ("trace", "warn,jeton=trace"),
            ("DEBUG", "warn,jeton=debug"),
            ("error", "error,jeton=error"),
            ("off", "off,jeton=off"),
            ("debug, mio=trace", "warn,jeton=debug, mio=trace"),
            ("warn,jeton::audit=info", "warn,jeton=warn,jeton::audit=info"),
            ("jeton::store=debug", "jeton::store=debug"),
            ("mio", "mio"),
            ("debug/text", "warn,jeton=debug/text"),
            ("", ""),
        ] {
            assert_eq!(for_command(asked), expected, "{asked}");
        }
    }

    #[test]
    fn formats_have_their_names() {
        assert_eq!("text".parse(), Ok(LogFormat::Text));
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        assert_eq!("JSON".parse::<LogFormat>(), Err(UnknownLogFormat));
    }
}
