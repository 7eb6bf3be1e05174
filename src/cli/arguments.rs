//! The arguments of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde_json::{Map, Value};

use crate::user::read_claims;

/// Sign people in, hand out tokens that everyone else can check alone.
#[derive(Debug, Parser)]
#[command(name = "jeton", version, propagate_version = true)]
pub struct Arguments {
    /// The configuration file, in place of ./jeton.toml; JETON_ variables win over it
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until SIGTERM or SIGINT
    Serve {
        /// For trying out, on loopback only: gives an empty user store the user `demo`
        #[arg(long)]
        dev: bool,
    },
    /// People: add, change, show, delete; works on a running server's store
    #[command(subcommand)]
    User(UserCommand),
    /// Sessions: list, revoke; works on a running server's store
    #[command(subcommand)]
    Session(SessionCommand),
    /// Keys: make, rotate, list; works on a running server's folder
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Look before going live at what is configured: keys, stores, TLS; leaves nothing changed
    Doctor {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user
    Add {
        /// The name to sign in with
        name: String,
        #[command(flatten)]
        password: PasswordSource,
        #[command(flatten)]
        attributes: Attributes,
    },
    /// Replace a user's roles, scopes or custom claims; what is not given stays
    Set {
        name: String,
        #[command(flatten)]
        attributes: Attributes,
        /// Take all roles away
        #[arg(long, conflicts_with = "roles")]
        no_roles: bool,
        /// Take all scopes away
        #[arg(long, conflicts_with = "scopes")]
        no_scopes: bool,
        /// Take all custom claims away
        #[arg(long, conflicts_with = "claims")]
        no_claims: bool,
    },
    /// Show a user
    Show {
        name: String,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// List all users by name
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Set a new password; every session of the user ends
    Password {
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Refuse sign-in and refresh; every session of the user ends
    Disable { name: String },
    /// Allow sign-in again
    Enable { name: String },
    /// Let a user sign in at once after too many attempts; the limit of an address stays
    Unlock {
        /// The name to sign in with
        name: String,
    },
    /// Delete a user for good; the id is never used again
    Delete { name: String },
    /// Add people from a file, with the password hashes that another program made of their passwords
    Import(Import),
}

#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List a user's sessions that are not over, newest first
    List {
        /// The user's name
        user: String,
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// End one session, or all of a user's
    Revoke {
        /// The session's id
        #[arg(required_unless_present = "user", conflicts_with = "user")]
        id: Option<String>,
        /// The user whose sessions all end
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make the keys that are missing, as a start does
    Generate,
    /// Let the next keys take over as soon as every cache has them
    Rotate {
        /// In an emergency: at once, and take all other signing keys out of the JWKS; sessions stay
        #[arg(long)]
        now: bool,
    },
    /// List the keys with when they are active and when they leave; never what is in them
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct Import {
    /// One user a line, as JSON or CSV: username, hash, roles?, scopes?, claims?, disabled?, id?; `-` for
    /// standard input
    pub file: PathBuf,
    /// What it is, where its name does not end in .jsonl, .ndjson or .csv
    #[arg(long)]
    pub format: Option<ImportFormat>,
    /// Replace what the file gives of users who exist, and end their sessions where the hash is another;
    /// without it they are refused
    #[arg(long)]
    pub replace: bool,
    /// Report as a JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// One JSON object a line
    Jsonl,
    /// Columns, named in the first line
    Csv,
}

#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Read the password from standard input, less one line end, instead of asking twice
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Args)]
pub struct Attributes {
    /// A role; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// A scope beside those that everybody may ask for; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// Custom claims, a JSON object of at most 2 KiB
    #[arg(long, value_name = "JSON", value_parser = claims)]
    pub claims: Option<Map<String, Value>>,
}

fn claims(text: &str) -> Result<Map<String, Value>, &'static str> {
    read_claims(text).ok_or("not a JSON object, or one with a member twice, or nested too deep")
}
