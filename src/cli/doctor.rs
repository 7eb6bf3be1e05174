//! `jeton doctor`: what should be put right before going live. It leaves nothing changed.

use std::path::Path;

use serde_json::{Value, json};

use super::failure::Failure;
use super::output::line;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Purpose, Warning};
use crate::log::escape;
use crate::server::{Finding, Standing, check_up};

/// Looks at everything and prints a line for each finding, or one JSON array.
///
/// # Errors
/// Every mistake in the configuration, which leaves nothing to look at; or that a check failed.
pub fn run(file: Option<&Path>, json: bool) -> Result<(), Failure> {
    let (config, warnings) =
        Config::load(std::env::vars_os(), file, Purpose::Looking).map_err(Failure::Configuration)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
    let mut findings = configuration(&warnings);
    findings.extend(runtime.block_on(check_up(&config, SystemClock.now())));
    if json {
        let array: Vec<_> = findings.iter().map(as_json).collect();
        line(&format!("{:#}", Value::from(array)))?;
    } else {
        findings.iter().try_for_each(|finding| line(&as_line(finding)))?;
    }
    match findings.iter().filter(|finding| finding.standing == Standing::Failed).count() {
        0 => Ok(()),
        failed => Err(Failure::failed(format_args!("checks that failed: {failed}"))),
    }
}

fn configuration(warnings: &[Warning]) -> Vec<Finding> {
    let finding = |standing, text| Finding { check: "configuration", standing, text };
    if warnings.is_empty() {
        return vec![finding(Standing::Ok, "every setting is known and good".to_owned())];
    }
    warnings.iter().map(|warning| finding(Standing::Warning, warning.to_string())).collect()
}

const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Ok => "ok",
        Standing::Warning => "warning",
        Standing::Failed => "failed",
    }
}

fn as_line(finding: &Finding) -> String {
    let Finding { check, standing, text } = finding;
    format!("{:8} {check}: {}", word(*standing), escape(text))
}

fn as_json(finding: &Finding) -> Value {
    json!({ "check": finding.check, "state": word(finding.standing), "message": finding.text })
}
