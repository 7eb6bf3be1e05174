//! What commands on a store share: the configuration, the stores, a runtime to wait on.

use std::path::Path;

use super::failure::Failure;
use crate::config::{Config, Purpose};
use crate::server::Stores;
use crate::store::Access;
use crate::user::User;

/// What is said where people are not kept here.
pub const FOREIGN: &str = "people are another application's (JETON_USERS_QUERY): list, add and change them there";

/// Reads the configuration; warnings go to standard error.
///
/// # Errors
/// Every mistake in it.
pub fn configuration(file: Option<&Path>, purpose: Purpose) -> Result<Config, Failure> {
    let (config, warnings) = Config::load(std::env::vars_os(), file, purpose).map_err(Failure::Configuration)?;
    for warning in warnings {
        eprintln!("jeton: warning: {warning}");
    }
    Ok(config)
}

/// The configuration and the stores that it names.
pub struct Context {
    /// The configuration.
    pub config: Config,
    /// The stores, which may be a running server's.
    pub stores: Stores,
}

impl Context {
    /// Runs a command over the configured stores, which it only reads or also writes.
    ///
    /// # Errors
    /// The command's own, or that the stores do not open.
    pub fn run<F: Future<Output = Result<(), Failure>>>(
        file: Option<&Path>,
        access: Access,
        command: impl FnOnce(Self) -> F,
    ) -> Result<(), Failure> {
        let config = configuration(file, Purpose::Stores)?;
        crate::log::init_for_command(config.log_format);
        let stores = Stores::open_for(&config, access).map_err(Failure::failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        runtime.block_on(command(Self { config, stores }))
    }

    /// Nothing, where people can be changed here.
    ///
    /// # Errors
    /// Where they are another application's.
    pub fn own_people(&self) -> Result<(), Failure> {
        if self.stores.users.is_read_only() {
            return Err(Failure::failed(FOREIGN));
        }
        Ok(())
    }

    /// The user of this name.
    ///
    /// # Errors
    /// Where there is none, or none that can be read.
    pub async fn user(&self, name: &str) -> Result<User, Failure> {
        let found = self.stores.users.inspect(name).await.map_err(Failure::failed)?;
        found.ok_or_else(|| Failure::failed("there is no such user"))
    }
}
