//! `jeton keys …`

use std::fmt::Display;
use std::path::Path;

use serde_json::{Value, json};

use super::arguments::KeysCommand;
use super::audit::audit;
use super::context::configuration;
use super::failure::Failure;
use super::output::{columns, line};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Purpose;
use crate::entropy::SystemEntropy;
use crate::keys::{KeyFolderError, KeyName, Listed, Managed, Stage, Standing, Wish, list, manage};
use crate::server::keys::settings;

/// Runs one of the key commands.
///
/// # Errors
/// [`Failure`].
pub fn run(file: Option<&Path>, command: &KeysCommand) -> Result<(), Failure> {
    let config = configuration(file, Purpose::Looking)?;
    crate::log::init_for_command(config.log_format);
    let settings = settings(&config);
    let now = SystemClock.now();
    let wish = match command {
        KeysCommand::List { json } => return show(&list(&settings, now).map_err(Failure::failed)?, *json),
        KeysCommand::Generate => Wish::Generate,
        KeysCommand::Rotate { now: false } => Wish::Rotate,
        KeysCommand::Rotate { now: true } => Wish::RotateNow,
    };
    let Managed { done, warnings } = manage(&settings, wish, &SystemEntropy, now).map_err(Failure::failed)?;
    warn(warnings);
    if done.is_empty() {
        line(if wish == Wish::Generate {
            "nothing is missing"
        } else {
            "the next keys are about to take over already"
        })?;
    }
    let outcome = match wish {
        Wish::Generate => "keys_generated",
        Wish::Rotate => "keys_rotated",
        Wish::RotateNow => "keys_rotated_now",
    };
    if !done.is_empty() {
        audit(outcome, None, None);
    }
    done.iter().try_for_each(|text| line(text))
}

fn warn(warnings: impl IntoIterator<Item = impl Display>) {
    warnings.into_iter().for_each(|warning| eprintln!("jeton: warning: {warning}"));
}

fn show(Listed { keys, exposed }: &Listed, json: bool) -> Result<(), Failure> {
    warn(exposed);
    if json {
        let keys: Vec<_> = keys.iter().map(|standing| as_json(standing, exposed)).collect();
        return line(&format!("{:#}", Value::from(keys)));
    }
    let rows: Vec<_> = keys.iter().map(as_row).collect();
    columns(&["KEY", "KIND", "STAGE", "ACTIVE FROM", "LEAVES"], &rows)
}

fn as_json(standing: &Standing, exposed: &[KeyFolderError]) -> Value {
    let time = |time: Option<Timestamp>| time.map(Timestamp::rfc3339);
    let mut object = match &standing.key {
        KeyName::Signing { kid, algorithm } => json!({ "use": "signing", "kid": kid, "alg": algorithm.as_str() }),
        KeyName::Refresh { id } => json!({ "use": "refresh", "id": id }),
    };
    object["stage"] = json!(word(standing.stage));
    object["active_from"] = json!(time(standing.from));
    object["leaves"] = json!(time(standing.leaves));
    object["file"] = json!(standing.file);
    let is_exposed = |error: &&KeyFolderError| error.path.file_name().is_some_and(|name| name == &*standing.file);
    object["problem"] = json!(exposed.iter().find(is_exposed).map(|error| &error.problem));
    object
}

fn as_row(standing: &Standing) -> Vec<String> {
    let kind = match &standing.key {
        KeyName::Signing { algorithm, .. } => algorithm.as_str(),
        KeyName::Refresh { .. } => "secret",
    };
    let time = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), Timestamp::rfc3339);
    vec![
        standing.key.to_string(),
        kind.to_owned(),
        word(standing.stage).to_owned(),
        time(standing.from),
        time(standing.leaves),
    ]
}

const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Next => "next",
        Stage::Active => "active",
        Stage::Retired => "retired",
    }
}
