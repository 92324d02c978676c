//! Connections from accepting to the last answer.
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answering;
use super::connections::{Connections, Place};
use super::guard::{Activity, Guard};
use super::limits::Limits;
use super::refusal::{Refuse, Refusing};

const ACCEPT_BACK_OFF: Duration = Duration::from_millis(100);
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
/// Behind the guard, which ends idle connections sooner. Without a timer of its own hyper would
/// not read again after an answer, and the guard would not be asked.
const HEAD_TIME_MAX: Duration = Duration::from_secs(140);

/// Serves until `stopping` is over, then finishes what was begun, as far as the limit allows.
pub async fn serve<S>(
    listener: TcpListener,
    answering: Arc<Answering<S>>,
    limits: Limits,
    stopping: impl Future<Output = ()>,
) where
    S: Clone + Send + Sync + 'static,
{
    let open = GracefulShutdown::new();
    let limits = Arc::new(limits);
    let refusing = Arc::clone(&answering);
    let refuse: Arc<Refuse> = Arc::new(move |kind| refusing.refuse(kind));
    let connections = Connections::new(limits.connections, limits.connections_from_one);
    let mut stopping = pin!(stopping);
    loop {
        let next = next(&listener, &connections, &answering);
        let (stream, address, place) = tokio::select! {
            next = next => next,
            () = &mut stopping => break,
        };
        let answering = Arc::clone(&answering);
        // Small answers leave at once.
        let _ = stream.set_nodelay(true);
        let (guard, activity) = Guard::new(stream, Arc::clone(&limits));
        let stream = Refusing::new(guard, Arc::clone(&refuse));
        let connection = connection(stream, activity, address, answering);
        let watched = open.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks has nobody left to tell.
            let _ = watched.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were cut");
    }
}

/// The next connection that has a place.
async fn next<S>(
    listener: &TcpListener,
    connections: &Connections,
    answering: &Answering<S>,
) -> (TcpStream, IpAddr, Place) {
    let mut is_failing = false;
    loop {
        let room = connections.room().await;
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most often: the ones that end make room. Said once, for it
                // may last.
                if !is_failing {
                    tracing::warn!(kind = ?error.kind(), "cannot accept connections");
                }
                is_failing = true;
                tokio::time::sleep(ACCEPT_BACK_OFF).await;
                continue;
            }
        };
        let address = canonical(address);
        let is_one_of_many = address.is_loopback() || answering.edge.trusts(address);
        if let Some(place) = connections.admit(room, address, is_one_of_many) {
            return (stream, address, place);
        }
    }
}

/// An IPv4 address that came through an IPv6 socket is the IPv4 address.
fn canonical(address: SocketAddr) -> IpAddr {
    address.ip().to_canonical()
}

fn connection<S>(
    stream: Refusing<Guard>,
    activity: Activity,
    address: IpAddr,
    answering: Arc<Answering<S>>,
) -> impl GracefulConnection<Error = hyper::Error>
where
    S: Clone + Send + Sync + 'static,
{
    let service = service_fn(move |request| {
        let (answering, activity) = (Arc::clone(&answering), activity.clone());
        async move { answering.answer(request, address, &activity).await }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service)
}
