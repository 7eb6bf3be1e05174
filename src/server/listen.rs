//! The listening socket: HTTP/1.1, plain or over TLS, on connections that are bounded in number and time.
//!
//! It is put together from the parts that actix-web's `HttpServer` has inside, because that one takes no
//! stream but its own: docs/decisions/0012-connections.md.

use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::App;
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::limits::most_connections;
use super::seats::{Seat, Seats};
use super::stream::Stream;
use crate::http::{self, Edge};

/// How long requests in flight may take to end after the stop signal, in seconds.
const STOP_WITHIN: u64 = 10;

/// A TLS greeting must be over by then.
const GREETING_WITHIN: Duration = Duration::from_secs(5);

/// The first head of a connection must have come by then; slow ones are answered 408.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client that was refused in the middle of its body may take to read the answer.
const GOODBYE_WITHIN: Duration = Duration::from_secs(1);

/// What the system keeps of a connection, each way: it doubles the number, and would otherwise go up to
/// megabytes for a client that does not read. A request has at most 32 KiB, an answer less.
const SOCKET_BUFFER: usize = 16 * 1024;

/// What is kept here of answers that the system does not take: the same.
const ANSWER_BUFFER: usize = 16 * 1024;

/// A server on this socket that is not running yet.
///
/// # Errors
/// Where the socket cannot be listened on.
pub fn listen(edge: Data<Edge>, listener: TcpListener, tls: Option<rustls::ServerConfig>) -> io::Result<Server> {
    // Connections inherit both.
    set_socket_recv_buffer_size(&listener, SOCKET_BUFFER)?;
    set_socket_send_buffer_size(&listener, SOCKET_BUFFER)?;
    let workers = workers();
    let each = most_connections(workers)? / workers;
    let seats = Seats::new(each * workers);
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(each)
        .shutdown_timeout(STOP_WITHIN)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let builder = match tls {
        None => builder.listen("http", listener, move || {
            let seats = Arc::clone(&seats);
            let accept = fn_service(move |tcp| ready(Ok(accepted(tcp, seats.take()))));
            accept.and_then(http(edge.clone(), stopping.clone()))
        }),
        Some(config) => {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            builder.listen("https", listener, move || {
                let (acceptor, seats) = (acceptor.clone(), Arc::clone(&seats));
                let accept = fn_service(move |tcp| greeted(acceptor.clone(), tcp, seats.take()));
                accept.and_then(http(edge.clone(), stopping.clone()))
            })
        }
    };
    Ok(builder?.run())
}

/// How many threads serve connections.
fn workers() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Whether there are open files enough to serve anybody: to be asked before anything is begun.
///
/// # Errors
/// Where there are not; how many it takes.
pub fn can_listen() -> io::Result<()> {
    most_connections(workers()).map(drop)
}

/// A connection and whose it is.
type Accepted<T> = (Stream<T>, Option<SocketAddr>);

fn accepted(tcp: TcpStream, seat: Seat) -> Accepted<TcpStream> {
    let peer = peer(&tcp);
    (Stream::new(tcp, seat), peer)
}

/// Whose connection it is. One that is gone already has nobody, and ends when it is read.
fn peer(tcp: &TcpStream) -> Option<SocketAddr> {
    // Answers are written whole: there is nothing to wait for.
    let _ = tcp.set_nodelay(true);
    tcp.peer_addr().ok()
}

async fn greeted(
    acceptor: TlsAcceptor,
    tcp: TcpStream,
    seat: Seat,
) -> Result<Accepted<TlsStream<TcpStream>>, DispatchError> {
    let peer = peer(&tcp);
    let greeting = timeout(GREETING_WITHIN, acceptor.accept(tcp)).await;
    let tls = greeting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(DispatchError::Io)?;
    Ok((Stream::new(tls, seat), peer))
}

/// The application over any stream.
fn http<T>(
    edge: Data<Edge>,
    stopping: GracefulShutdownSignal,
) -> impl ServiceFactory<Accepted<T>, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
{
    // Called by each worker on its own runtime.
    let edge = Data::new(edge.on_this_runtime());
    let app = App::new().wrap(from_fn(http::edge)).configure(move |config| http::configure(config, &edge));
    let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
    HttpService::build()
        .client_request_timeout(HEAD_WITHIN)
        .client_disconnect_timeout(GOODBYE_WITHIN)
        .keep_alive(KEEP_ALIVE)
        .h1_write_buffer_size(ANSWER_BUFFER)
        .on_connect_ext(|stream: &Stream<T>, data| drop(data.insert(stream.closing())))
        // Idle connections end when the server is stopping.
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .h1(map_config(app, |()| AppConfig::default()))
}
