//! A toy behind the real edge: what hostile and ordinary clients get.
mod hostile;
mod lifetime;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::answer::Answering;
use super::limits::Limits;
use super::listen::serve;
use super::peer::Edge;
use crate::base::{Clock, Network, Result};
use crate::http::{Bodies, Method, Pace, Request, Response, Route, Router, Surface};

const SHORT: Duration = Duration::from_millis(100);
const NEVER: Duration = Duration::from_hours(1);
/// No answer in this time is a failed test, not a hanging one.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
const BODY_MAX: usize = 1024;
const BIG: usize = 16 << 20;

/// What every handler of the toy is given.
#[derive(Clone, Default)]
struct Toy {
    reached: Arc<AtomicU32>,
    begun: Arc<Notify>,
    may_end: Arc<Notify>,
}

struct Running {
    runtime: Runtime,
    address: SocketAddr,
    toy: Toy,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

fn patient() -> Limits {
    Limits {
        first_byte: NEVER,
        head: NEVER,
        idle: NEVER,
        write: NEVER,
        linger: NEVER,
        drain: NEVER,
        ..Limits::default()
    }
}

impl Running {
    fn start(limits: Limits) -> Self {
        Self::with(limits, Pace::default(), &[])
    }

    fn with(limits: Limits, pace: Pace, proxies: &[&str]) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let toy = Toy::default();
        let proxies = proxies.iter().map(|it| Network::parse(it).unwrap());
        let proxies: Vec<_> = proxies.collect();
        let answering = Answering {
            state: toy.clone(),
            router: router(),
            edge: Edge {
                public_url: None,
                is_proxy: Box::new(move |from| proxies.iter().any(|it| it.contains(from))),
            },
            bodies: Bodies::new(pace),
            clock: Clock::system(),
            error_page: |error, _, _| Response::html("sorry".to_owned()).status_of(error),
            answered: |_, _| {},
        };
        let (stop, stopped) = oneshot::channel();
        let stopping = async move { stopped.await.unwrap_or_default() };
        let served = runtime.spawn(serve(listener, Arc::new(answering), limits, stopping));
        Self {
            runtime,
            address,
            toy,
            stop,
            served,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(ANSWER_WITHIN)).unwrap();
        stream
    }

    /// Sends bytes as they are and gives everything that comes until the end.
    fn talk(&self, sent: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(sent.as_bytes()).unwrap();
        rest(&mut stream)
    }

    fn get(&self, path: &str, headers: &str) -> String {
        self.talk(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        ))
    }
}

fn router() -> Router<Toy> {
    fn route<F>(
        method: Method,
        pattern: &'static str,
        surface: Surface,
        handler: fn(Toy, Request) -> F,
    ) -> Route<Toy>
    where
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        Route::new(method, pattern, "anyone", surface, handler)
    }
    Router::new(vec![
        route(Method::GET, "/page", Surface::People, |_, _| async {
            Ok(Response::html("a page".to_owned()))
        }),
        route(Method::GET, "/panic", Surface::People, |_, _| async {
            panic!("of a handler")
        }),
        route(Method::GET, "/file", Surface::People, |_, _| async {
            Ok(Response::file("text/css", b"a{}", b"packed"))
        }),
        route(Method::GET, "/big", Surface::People, |_, _| async {
            Ok(Response::written("text/plain", "x".repeat(BIG)))
        }),
        route(Method::GET, "/wait", Surface::People, |toy, _| async move {
            toy.begun.notify_one();
            toy.may_end.notified().await;
            Ok(Response::text("waited"))
        }),
        route(
            Method::GET,
            "/who",
            Surface::Programs,
            |_, request| async move { Ok(Response::json(&request.client_ip())) },
        ),
        route(
            Method::POST,
            "/body",
            Surface::Programs,
            |toy, mut request| async move {
                toy.reached.fetch_add(1, Ordering::Relaxed);
                Ok(Response::json(&request.bytes(BODY_MAX).await?.len()))
            },
        ),
    ])
}

/// Everything until the connection ends.
#[track_caller]
fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8(all).unwrap()
}

/// One answer without a body, from a connection that stays.
fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn code(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let lines = answer.lines().skip(1).take_while(|it| !it.is_empty());
    let mut pairs = lines.filter_map(|it| it.split_once(": "));
    let (_, value) = pairs.find(|(it, _)| it.eq_ignore_ascii_case(name))?;
    Some(value)
}
