//! What was found while reading: mistakes and warnings, each under the name that the user wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Config;
use super::setting::Setting;

/// Something that must be put right before the server starts. Holds no value, so no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting as the user wrote it: `JETON_LEEWAY`, or `leeway (jeton.toml)`; the file's name
    /// where the whole file is meant.
    pub setting: String,
    /// What is wrong, and what is accepted instead.
    pub problem: String,
}

/// Something that the operator should know and that stops nothing. Holds no value either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The setting as the user wrote it.
    pub setting: String,
    /// What is odd about it.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

/// Gathers everything, so that one start names all of it.
#[derive(Default)]
pub(super) struct Findings {
    mistakes: Vec<Mistake>,
    warnings: Vec<Warning>,
    /// How each given setting was written, where it was given last.
    written: BTreeMap<&'static str, String>,
    /// The settings whose value in the [`Config`] is not what the user meant.
    unsound: BTreeSet<&'static str>,
    /// A file could not be read: what it would have set is not known.
    blind: bool,
}

impl Findings {
    /// The whole file is not to be read.
    pub(super) fn unreadable(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
        self.blind = true;
    }

    /// A setting was given as `written`, and taken or refused.
    pub(super) fn given(&mut self, setting: &'static Setting, written: String, outcome: Result<(), String>) {
        if let Err(problem) = outcome {
            let problem = format!("{problem}; accepted: {}", setting.accepts);
            self.unsound.insert(setting.name);
            self.mistakes.push(Mistake { setting: written.clone(), problem });
        }
        self.written.insert(setting.name, written);
    }

    /// A mistake under a name that is no setting.
    pub(super) fn mistake(&mut self, written: String, problem: &str) {
        self.mistakes.push(Mistake { setting: written, problem: problem.to_owned() });
    }

    /// A warning under a name that is no setting.
    pub(super) fn warning(&mut self, written: String, problem: &str) {
        self.warnings.push(Warning { setting: written, problem: problem.to_owned() });
    }

    /// Whether the user gave the setting a value, good or bad.
    pub(super) fn was_given(&self, name: &str) -> bool {
        self.written.contains_key(name)
    }

    /// Whether these settings have the values that the user meant. A rule between settings is only
    /// judged where they have: one mistake must not show up as two.
    pub(super) fn are_sound(&self, names: &[&str]) -> bool {
        !self.blind && names.iter().all(|name| !self.unsound.contains(name))
    }

    /// The setting's name as the user wrote it, or as it would be in the environment.
    pub(super) fn written(&self, name: &str) -> String {
        self.written.get(name).cloned().unwrap_or_else(|| format!("JETON_{name}"))
    }

    /// The end: the configuration with its warnings, or all the mistakes.
    pub(super) fn conclude(self, config: Config) -> Result<(Config, Vec<Warning>), Vec<Mistake>> {
        if self.mistakes.is_empty() { Ok((config, self.warnings)) } else { Err(self.mistakes) }
    }
}
