//! `jeton serve`

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::Data;
use tokio::signal::unix::{SignalKind, signal};

use super::context::configuration;
use super::demo;
use super::failure::Failure;
use crate::clock::SystemClock;
use crate::config::{Config, Purpose};
use crate::server::{Stores, Surroundings, assemble, can_listen, raise_limits, serve as serve_on, tls};

/// How many connections may wait to be accepted; the standard library's 128 stall a burst by a second.
const BACKLOG: i32 = 2048;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Why it does not start, or does not go on.
pub fn serve(file: Option<&Path>, dev: bool) -> Result<(), Failure> {
    let config = configuration(file, Purpose::Serving)?;
    if dev && !config.listen.ip().is_loopback() {
        return Err(Failure::misused("--dev is for loopback only: JETON_LISTEN is public"));
    }
    crate::log::init(config.log_format);
    raise_limits();
    can_listen().map_err(Failure::failed)?;
    actix_web::rt::System::new().block_on(run(&config, dev))
}

async fn run(config: &Config, dev: bool) -> Result<(), Failure> {
    let tls = tls(config).map_err(Failure::failed)?;
    let stores = Stores::open(config).map_err(Failure::failed)?;
    let edge = assemble(config, stores.clone(), Surroundings::default()).map_err(Failure::failed)?;
    let listener = TcpListener::bind(config.listen)
        .map_err(|error| Failure::failed(format_args!("{} cannot be listened on: {error}", config.listen)))?;
    rustix::net::listen(&listener, BACKLOG).map_err(Failure::failed)?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    let base = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
    if dev {
        demo::welcome(&*stores.users, &base).await?;
    }
    if let Some(redis) = &stores.redis {
        redis.announce(config.reuse_window, Arc::new(SystemClock));
    }
    let stop = stop_signal()?;
    // The socket is bound and its queue accepts from here on.
    eprintln!("listening on {base}");
    serve_on(Data::new(edge), listener, tls, stop).await.map_err(Failure::failed)
}

/// Resolves at the first SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        log::info!("stopping: requests in flight have ten seconds");
    })
}
