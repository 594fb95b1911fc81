//! The life of a plugin process: from the handshake to an exit that is prompt however it comes.
//!
//! Ends on the host's Shutdown, or when the host is gone. An interrupt from the keyboard does not end it: the host
//! gets it too, and asks.

mod connection;
mod panic;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server as Transport;

use crate::handshake::{Environment, Socket, reattach};
use crate::provider::DynProvider;
use crate::server::{Referee, Server};
use crate::tls::TlsError;
use crate::{log, tls, wire};

/// The host kills a plugin two seconds after Shutdown, so be gone by then.
const LAST_WORDS: Duration = Duration::from_millis(1000);
const LAST_GOODBYE: Duration = Duration::from_millis(250);
const BACKSTOP: Duration = Duration::from_millis(1500);
/// The host waits a minute for the line; one that has not connected in two is gone.
const FIRST_CONNECTION: Duration = Duration::from_secs(120);
const HOST_GONE: Duration = Duration::from_secs(5);
/// How long what only reads may go on without one.
const LEFT_ALONE: Duration = Duration::from_secs(10);
/// More than any host asks at once, so that a stop is never queued behind what it is to stop.
const REQUESTS: u32 = 16_384;
/// The transport takes very many small messages that wait at once for an attack and closes the connection; how many
/// grows with this window. It is room enough for as many as there may be.
const WINDOW: u32 = 16 << 20;

/// What a library said, which one is nobody's business: its next major version is not ours.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a provider could not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Started by hand.
    #[error(
        "this program is a Terraform provider: Terraform starts it by itself. Name it in a required_providers block \
         and run `terraform init`; to debug it, start it with --debug"
    )]
    NotAPlugin,
    /// No socket.
    #[error("binding the plugin's socket")]
    Bind(#[source] std::io::Error),
    /// No encryption.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The handshake line could not be written.
    #[error("writing the handshake line to stdout")]
    Handshake(#[source] std::io::Error),
    /// No signal handlers.
    #[error("installing signal handlers")]
    Signals(#[source] std::io::Error),
    /// The transport failed.
    #[error("serving")]
    Transport(#[source] Cause),
}

/// Serves until the host ends it, and says on stderr what went wrong. For `main`.
pub async fn run(provider: impl DynProvider) -> ExitCode {
    end(serve(provider).await)
}

/// As [`run`], but what is wrong with an answer goes to `referee`, and the answer to Terraform.
pub(crate) async fn run_judged(provider: impl DynProvider, referee: Referee) -> ExitCode {
    end(serve_with(provider, Some(referee)).await)
}

fn end(served: Result<(), ServeError>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            // Stderr gone means nobody reads; the exit code still tells.
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the host ends it. Started with `--debug`, serves without a host and prints what to set for
/// Terraform to use this process.
///
/// # Errors
/// [`ServeError::NotAPlugin`] when started by hand; otherwise what the system refused.
pub async fn serve(provider: impl DynProvider) -> Result<(), ServeError> {
    serve_with(provider, None).await
}

async fn serve_with(provider: impl DynProvider, referee: Option<Referee>) -> Result<(), ServeError> {
    log::start(log::level(provider.type_name(), environment));
    panic::install_hook();
    if std::env::args()
        .skip(1)
        .any(|argument| matches!(argument.as_str(), "--debug" | "-debug"))
    {
        return debug(provider).await;
    }
    let environment = Environment::read(environment);
    if !environment.is_plugin {
        return Err(ServeError::NotAPlugin);
    }
    let mut server = Server::new(provider);
    server.referee = referee;
    let server = Arc::new(server);
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    // A closed terminal or a lost connection to one: it reaches everybody who was started there.
    let mut hangups = listen(SignalKind::hangup())?;
    let identity = environment
        .client_cert
        .as_deref()
        .map(tls::identity)
        .transpose()?;
    let socket = environment.bind().await.map_err(ServeError::Bind)?;
    let certificate = identity.as_ref().map(|identity| identity.certificate.as_slice());
    // Last, so that whoever reads it finds everything ready.
    say(&environment.line(&socket.address, certificate)).map_err(ServeError::Handshake)?;

    let shutdown = CancellationToken::new();
    arm_backstop(shutdown.clone());
    let listening = answer(
        server.clone(),
        socket,
        identity.map(|identity| identity.config),
        shutdown.clone(),
    );
    let alone = async {
        server.activity.host_gone(FIRST_CONNECTION, HOST_GONE).await;
        wind_up_alone(&server).await;
        shutdown.cancel();
        // The answering side ends now, and with it this whole function.
        std::future::pending::<()>().await;
    };
    let signals = async {
        loop {
            tokio::select! {
                _ = interrupts.recv() => tracing::debug!("ignoring an interrupt: the host got it too and will ask"),
                _ = terminations.recv() => {
                    tracing::warn!("asked to terminate: stopping what runs");
                    server.stop();
                }
                _ = hangups.recv() => {
                    tracing::warn!("the terminal is gone: stopping what runs");
                    server.stop();
                }
            }
        }
    };
    tokio::select! {
        served = listening => served,
        () = alone => Ok(()),
        () = signals => Ok(()),
    }
}

/// Nobody will record what still happens: starts nothing new, lets what changes something come to its end, and gives
/// back what is leased. What only reads is not waited for long, for nobody reads its answer.
pub(crate) async fn wind_up_alone(server: &Server) {
    tracing::warn!("the host is gone");
    server.stop();
    server.activity.settled().await;
    server.close_all().await;
    server.activity.quiet(LEFT_ALONE).await;
}

/// Serves without a host until interrupted, in the clear, for any number of runs.
async fn debug(provider: impl DynProvider) -> Result<(), ServeError> {
    let address = provider.address();
    let server = Arc::new(Server::new(provider));
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    let socket = Socket::unix(&std::env::temp_dir()).map_err(ServeError::Bind)?;
    let text = format!(
        "TF_REATTACH_PROVIDERS='{}'\n",
        reattach(&address, &socket.address)
    );
    say(&text).map_err(ServeError::Handshake)?;
    let shutdown = CancellationToken::new();
    let listening = answer(server, socket, None, shutdown.clone());
    tokio::pin!(listening);
    loop {
        tokio::select! {
            served = &mut listening => return served,
            _ = interrupts.recv() => shutdown.cancel(),
            _ = terminations.recv() => shutdown.cancel(),
        }
    }
}

/// Answers requests until `shutdown`, then gives what still runs a moment to end.
pub(crate) async fn answer(
    server: Arc<Server>,
    socket: Socket,
    tls: Option<Arc<rustls::ServerConfig>>,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let routes = wire::routes(server.clone(), shutdown.clone()).await;
    let incoming = connection::accept(socket, tls, server.activity.clone(), shutdown.clone());
    let ended = shutdown.clone().cancelled_owned();
    let serving = Transport::builder()
        .max_concurrent_streams(REQUESTS)
        .initial_connection_window_size(WINDOW)
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, ended);
    tokio::pin!(serving);
    let winding_up = async {
        shutdown.cancelled().await;
        server.stop();
        server.activity.quiet(LAST_WORDS).await;
    };
    tokio::select! {
        served = &mut serving => {
            shutdown.cancel();
            server.activity.quiet(LAST_WORDS).await;
            served.map_err(transport)?;
        }
        () = winding_up => {
            // The host closes its connection now; one that does not can't hold the process.
            if let Ok(served) = timeout(LAST_GOODBYE, &mut serving).await {
                served.map_err(transport)?;
            }
        }
    }
    Ok(())
}

/// Ends the process soon after `shutdown`, even if something blocks the runtime and keeps `main` from returning.
fn arm_backstop(shutdown: CancellationToken) {
    #[expect(
        clippy::disallowed_methods,
        clippy::exit,
        reason = "the last resort, after every orderly way out"
    )]
    let end = || {
        std::thread::sleep(BACKSTOP);
        std::process::exit(0)
    };
    tokio::spawn(async move {
        shutdown.cancelled().await;
        std::thread::spawn(end);
    });
}

fn listen(kind: SignalKind) -> Result<Signal, ServeError> {
    signal(kind).map_err(ServeError::Signals)
}

fn transport(error: tonic::transport::Error) -> ServeError {
    ServeError::Transport(error.into())
}

fn say(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: the host speaks through the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
