//! From socket to route and back: accepting, limits, draining. `guard` watches each connection's
//! time, `peer` says who is asking, `answer` is what every answer carries.
mod answer;
mod connections;
mod guard;
mod peer;

use std::net::SocketAddr;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::answer::Answering;
use self::connections::Connections;
use self::guard::Guard;
pub use self::peer::Edge;
use crate::app::App;
use crate::base::{OrFail, Result};
use crate::http::{Bodies, Pace};
use crate::routes;

/// Of the ten seconds that stopping may take, the rest is the database's.
const DRAIN_MAX: Duration = Duration::from_secs(8);
/// The number that Linux and the BSDs give it on every processor but MIPS.
const SIGXFSZ: i32 = 25;
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(100);
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
/// Behind the guard, which ends idle connections sooner.
const HEAD_TIME_MAX: Duration = Duration::from_secs(140);

/// The signals to stop, watched from before anybody is told that we listen.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
    /// Kept, so that a limit of file sizes is an error of writing and not the end of the process.
    _file_size: Signal,
}

impl Stop {
    pub fn watch() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).internal("cannot watch SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).internal("cannot watch SIGINT")?,
            _file_size: signal(SignalKind::from_raw(SIGXFSZ)).internal("cannot watch SIGXFSZ")?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what was begun. A second signal exits at once.
pub async fn run(
    app: App,
    listener: TcpListener,
    edge: Edge,
    mut stop: Stop,
    draining: Arc<AtomicBool>,
) -> Result<()> {
    let answering = Arc::new(Answering {
        app,
        router: routes::router(),
        edge,
        bodies: Bodies::new(Pace::default()),
    });
    let open = GracefulShutdown::new();
    accept(&listener, &answering, &open, &mut stop).await;
    draining.store(true, Ordering::Relaxed);
    drop(listener);
    tokio::spawn(async move {
        stop.asked().await;
        std::process::exit(1);
    });
    if tokio::time::timeout(DRAIN_MAX, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were cut");
    }
    Ok(())
}

/// Takes connections until it is time to stop.
async fn accept(
    listener: &TcpListener,
    answering: &Arc<Answering>,
    open: &GracefulShutdown,
    stop: &mut Stop,
) {
    let connections = Connections::new();
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, most often: the ones that end make room.
                    tracing::warn!(kind = ?error.kind(), "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_BACK_OFF).await;
                    continue;
                }
            },
            () = stop.asked() => return,
        };
        let is_trusted = answering.edge.trusts(address.ip());
        let Some(place) = connections.admit(address.ip(), is_trusted) else {
            continue;
        };
        let connection = connection(stream, address, Arc::clone(answering), open);
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
}

/// A panic says where, never what: its message may hold a value that was sent.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location();
        let (file, line) = place.map_or(("?", 0), |it| (it.file(), it.line()));
        tracing::error!(file, line, "a panic");
    }));
}

fn connection(
    stream: TcpStream,
    address: SocketAddr,
    answering: Arc<Answering>,
    open: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let _ = stream.set_nodelay(true);
    let (guard, activity) = Guard::new(stream);
    let service = service_fn(move |request| {
        let (answering, activity) = (Arc::clone(&answering), activity.clone());
        async move { answering.answer(request, address.ip(), &activity).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(guard), service);
    let watched = open.watch(connection);
    async move {
        // A connection that breaks has nobody left to tell.
        let _ = watched.await;
    }
}
