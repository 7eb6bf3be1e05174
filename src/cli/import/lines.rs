//! The lines of a file, in either format, as members with a name.

use std::io::{BufRead, BufReader, Read};

use csv::{ByteRecord, ErrorKind, Reader};
use serde_json::{Map, Value};

use super::refused::{LineRefused, MEMBERS};
use crate::cli::arguments::ImportFormat;
use crate::cli::failure::Failure;
use crate::user::read_claims;

/// The longest line of JSON that is read.
const MAX_LINE: usize = 64 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A line with its number, which counts from 1, and what stands in it.
pub struct Line {
    pub number: u64,
    pub members: Result<Map<String, Value>, LineRefused>,
}

/// What is left of a file.
pub enum Lines {
    Jsonl { input: BufReader<Box<dyn Read>>, number: u64 },
    Csv { input: Box<Reader<Box<dyn Read>>>, columns: Vec<&'static str> },
}

impl Lines {
    /// Begins to read.
    ///
    /// # Errors
    /// Where the first line of a CSV file does not name columns that are known, `username` and `hash`
    /// among them.
    pub fn new(format: ImportFormat, input: Box<dyn Read>) -> Result<Self, Failure> {
        match format {
            ImportFormat::Jsonl => Ok(Self::Jsonl { input: BufReader::new(input), number: 0 }),
            ImportFormat::Csv => {
                let mut input = Box::new(Reader::from_reader(input));
                let columns = columns(input.byte_headers().map_err(unreadable).map_err(Failure::failed)?)?;
                Ok(Self::Csv { input, columns })
            }
        }
    }

    /// The next line that is not empty, `None` after the last.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn next(&mut self) -> Result<Option<Line>, String> {
        match self {
            Self::Jsonl { input, number } => next_object(input, number).map_err(unreadable),
            Self::Csv { input, columns } => next_row(input, columns).map_err(unreadable),
        }
    }
}

fn unreadable(error: impl Into<csv::Error>) -> String {
    // Of everything that a CSV error can be, only this one quotes nothing of the file.
    match error.into().into_kind() {
        ErrorKind::Io(error) => format!("the file cannot be read: {error}"),
        _ => "the file cannot be read as CSV".to_owned(),
    }
}

fn next_object(input: &mut BufReader<Box<dyn Read>>, number: &mut u64) -> std::io::Result<Option<Line>> {
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        *number += 1;
        let line = match line.strip_prefix(BOM) {
            Some(rest) if *number == 1 => rest.trim_ascii(),
            _ => line.trim_ascii(),
        };
        if line.is_empty() {
            continue;
        }
        let members = if line.len() >= MAX_LINE {
            input.skip_until(b'\n')?;
            Err(LineRefused::TooLong)
        } else {
            let text = std::str::from_utf8(line).map_err(|_| LineRefused::NotText);
            // As strict as a token's claims, which some of these will be.
            text.and_then(|text| read_claims(text).ok_or(LineRefused::NotObject))
        };
        return Ok(Some(Line { number: *number, members }));
    }
}

fn columns(header: &ByteRecord) -> Result<Vec<&'static str>, Failure> {
    let known = |name: &[u8]| MEMBERS.into_iter().find(|member| member.as_bytes() == name.trim_ascii());
    let first = header.iter().take(1).map(|name| name.strip_prefix(BOM).unwrap_or(name));
    let columns: Option<Vec<_>> = first.chain(header.iter().skip(1)).map(known).collect();
    // Quotes nothing: where the line with the names was forgotten, this one has a hash in it.
    let misused =
        || Failure::misused(format_args!("the first line of a CSV file names its columns: {}", MEMBERS.join(", ")));
    let columns = columns.ok_or_else(misused)?;
    let once = |name: &&str| columns.iter().filter(|column| *column == name).count() == 1;
    if !columns.iter().all(once) || !["username", "hash"].iter().all(once) {
        return Err(misused());
    }
    Ok(columns)
}

fn next_row(input: &mut Reader<Box<dyn Read>>, columns: &[&'static str]) -> Result<Option<Line>, csv::Error> {
    let mut row = ByteRecord::new();
    match input.read_byte_record(&mut row) {
        Ok(false) => Ok(None),
        Ok(true) => {
            let number = row.position().map_or(0, csv::Position::line);
            Ok(Some(Line { number, members: members(&row, columns) }))
        }
        Err(error) => match error.kind() {
            ErrorKind::UnequalLengths { pos, .. } => {
                let number = pos.as_ref().map_or(0, csv::Position::line);
                Ok(Some(Line { number, members: Err(LineRefused::Columns) }))
            }
            _ => Err(error),
        },
    }
}

/// What stands in the columns, as it would in JSON. An empty one is not given.
fn members(row: &ByteRecord, columns: &[&'static str]) -> Result<Map<String, Value>, LineRefused> {
    let mut members = Map::new();
    for (&name, bytes) in columns.iter().zip(row) {
        let text = std::str::from_utf8(bytes).map_err(|_| LineRefused::NotText)?;
        if text.is_empty() {
            continue;
        }
        let value = match name {
            "roles" | "scopes" => text.split([' ', ',']).filter(|word| !word.is_empty()).collect(),
            "claims" => Value::Object(read_claims(text).ok_or(LineRefused::Wrong(name, "a JSON object"))?),
            "disabled" => truth(text).map_or_else(|| text.into(), Value::Bool),
            _ => text.into(),
        };
        members.insert(name.to_owned(), value);
    }
    Ok(members)
}

/// A truth as the tools of databases write it, in capitals or not.
///
/// | text | is | written by |
/// |---|---|---|
/// | `true`, `false` | as it says | most |
/// | `t`, `f` | true, false | PostgreSQL's COPY |
/// | `1`, `0` | true, false | MySQL, SQLite |
/// | any other | none | |
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" => Some(true),
        "false" | "f" | "0" => Some(false),
        _ => None,
    }
}
