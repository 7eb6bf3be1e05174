//! `jeton user import`: people of another program, with the hashes that it made.
//!
//! Owns the file's two formats, what a line must be, and the report. It does not own which hashes can
//! be used (`user::import_hash`) nor how people are stored. Called by `cli::user` alone.
//!
//! A line is done whole or not at all, and is done once its batch is committed. Whatever ends an import
//! early, the same command goes on from there: a line that says what the store has is unchanged.

mod lines;
mod progress;
mod record;
mod refused;
mod report;
mod settle;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use self::lines::{Line, Lines};
use self::progress::Progress;
use self::record::Record;
use self::refused::LineRefused;
use self::report::Report;
use super::arguments::{Import, ImportFormat};
use super::context::Context;
use super::failure::Failure;
use crate::user::FoldedName;

/// How many lines are stored at a time: few enough for a running server to write in between, many
/// enough for the disk.
const BATCH: usize = 500;

/// Where each name stood first.
type Names = HashMap<FoldedName, u64>;

/// Imports a file and reports.
///
/// # Errors
/// Where a line was refused, and where the file or the store fails: what was reported stays.
pub async fn run(context: &Context, import: &Import) -> Result<(), Failure> {
    let format = import.format.or_else(|| format_of(&import.file)).ok_or_else(|| {
        Failure::misused("the format cannot be told from the file's name: give --format jsonl or --format csv")
    })?;
    let (input, bytes) = open(&import.file)?;
    let progress = Progress::over(bytes);
    let mut lines = Lines::new(format, Box::new(progress.count(input)))?;
    let mut report = Report::new(import.json, &progress);
    let done = import_all(context, import.replace, &mut lines, &mut report).await;
    progress.end();
    report.print()?;
    done?;
    report.verdict()
}

async fn import_all(
    context: &Context,
    replace: bool,
    lines: &mut Lines,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let mut names = Names::new();
    loop {
        let (batch, ended) = next_batch(lines, &mut names, report)?;
        settle::all(&*context.stores.users, replace, batch, report).await.map_err(|error| stopped(report, error))?;
        if ended {
            return Ok(());
        }
    }
}

/// The next lines that can be stored, and whether they are the last.
fn next_batch(
    lines: &mut Lines,
    names: &mut Names,
    report: &mut Report<'_>,
) -> Result<(Vec<(u64, Record)>, bool), Failure> {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH {
        let Some(Line { number, members }) = lines.next().map_err(|error| stopped(report, error))? else {
            return Ok((batch, true));
        };
        match members.and_then(Record::read).and_then(|record| first_of_its_name(names, number, record)) {
            Ok(record) => batch.push((number, record)),
            Err(why) => report.refused(number, &why),
        }
    }
    Ok((batch, false))
}

fn first_of_its_name(names: &mut Names, number: u64, record: Record) -> Result<Record, LineRefused> {
    let first = *names.entry(FoldedName::new(&record.username)).or_insert(number);
    if first == number { Ok(record) } else { Err(LineRefused::Repeated(first)) }
}

fn stopped(report: &Report<'_>, why: impl std::fmt::Display) -> Failure {
    let done = report.last_line();
    Failure::failed(format_args!("{why}; lines up to {done} are done, and the same command goes on after them"))
}

fn format_of(file: &Path) -> Option<ImportFormat> {
    match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(ImportFormat::Jsonl),
        "csv" => Some(ImportFormat::Csv),
        _ => None,
    }
}

/// What to read, and its length where that is known.
fn open(file: &Path) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if file == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let failed = |error| Failure::failed(format_args!("the file cannot be read: {error}"));
    let opened = File::open(file).map_err(failed)?;
    let about = opened.metadata().map_err(failed)?;
    Ok((Box::new(opened), about.is_file().then_some(about.len())))
}
