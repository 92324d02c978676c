//! Load over HTTP: connections that are kept alive, each sending its next request as soon as the
//! last one is answered. Two threads carry all of them, so that the clients take little from the
//! server, which runs on the same cores.
use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::rc::Rc;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::LocalSet;

const THREADS: usize = 2;
const READ_BYTES: usize = 64 * 1024;
/// How much of a wrong answer is shown.
const SHOWN: usize = 2_000;

/// Whole requests, head and body, and how the body of a good answer begins.
pub struct Requests {
    pub bytes: Vec<Vec<u8>>,
    pub answer: String,
}

/// What was measured.
#[derive(Default)]
pub struct Load {
    pub requests: usize,
    pub seconds: f64,
    pub latencies_us: Vec<u32>,
}

impl Load {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.seconds += other.seconds;
        self.latencies_us.extend(other.latencies_us);
    }

    /// The latency that this share of the requests stayed within.
    pub fn within_us(&self, share: f64) -> f64 {
        let mut sorted = self.latencies_us.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let place = (sorted.len() as f64 * share) as usize;
        sorted.get(place.min(last)).copied().map_or(0.0, f64::from)
    }
}

/// Sends everything and waits for every answer; a wrong one ends the benchmark.
pub fn drive(address: &str, connections: usize, requests: Requests) -> Load {
    let threads = THREADS.min(connections);
    let start = Arc::new(Barrier::new(threads));
    let mut shares: Vec<Vec<Vec<u8>>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, request) in requests.bytes.into_iter().enumerate() {
        shares[at % threads].push(request);
    }
    let running = shares.into_iter().map(|share| {
        let (address, start) = (address.to_owned(), Arc::clone(&start));
        let work = Work {
            requests: share,
            answer: requests.answer.clone(),
            next: Cell::new(0),
            latencies_us: RefCell::default(),
        };
        thread::spawn(move || carry(&address, connections / threads, work, &start))
    });
    let running: Vec<_> = running.collect();
    let mut all = Load::default();
    for thread in running {
        let load = thread.join().expect("a client failed");
        all.seconds = all.seconds.max(load.seconds);
        all.requests += load.requests;
        all.latencies_us.extend(load.latencies_us);
    }
    all
}

/// What the connections of one thread share.
struct Work {
    requests: Vec<Vec<u8>>,
    answer: String,
    next: Cell<usize>,
    latencies_us: RefCell<Vec<u32>>,
}

fn carry(address: &str, connections: usize, work: Work, start: &Barrier) -> Load {
    let runtime = runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.unwrap();
    let work = Rc::new(work);
    let seconds = LocalSet::new().block_on(&runtime, async {
        let mut streams = Vec::with_capacity(connections);
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            streams.push(stream);
        }
        start.wait();
        let began = Instant::now();
        let talks = streams.into_iter();
        let talks = talks.map(|it| tokio::task::spawn_local(talk(it, Rc::clone(&work))));
        for talk in talks.collect::<Vec<_>>() {
            talk.await.unwrap();
        }
        began.elapsed().as_secs_f64()
    });
    Load {
        requests: work.requests.len(),
        seconds,
        latencies_us: work.latencies_us.take(),
    }
}

/// One connection, until no request is left.
async fn talk(stream: TcpStream, work: Rc<Work>) {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let at = work.next.replace(work.next.get() + 1);
        let Some(request) = work.requests.get(at) else {
            return;
        };
        let began = Instant::now();
        send(&stream, request).await;
        receive(&stream, &mut buffer, &work.answer).await;
        let us = began.elapsed().as_micros();
        work.latencies_us.borrow_mut().push(us as u32);
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                stream.writable().await.unwrap();
            }
            Err(error) => panic!("cannot send: {error}"),
        }
    }
}

/// Reads one answer to its end, and checks how it begins.
async fn receive(stream: &TcpStream, buffer: &mut Vec<u8>, expected: &str) {
    let mut filled = 0;
    let mut end = usize::MAX;
    let mut body = 0;
    while filled < end {
        if filled == buffer.len() {
            buffer.resize(2 * filled, 0);
        }
        match stream.try_read(&mut buffer[filled..]) {
            Ok(0) => panic!("the connection was closed"),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                stream.readable().await.unwrap();
            }
            Err(error) => panic!("cannot receive: {error}"),
        }
        if end == usize::MAX
            && let Some(found) = head_end(&buffer[..filled])
        {
            body = found;
            end = body + content_length(&buffer[..body]);
        }
    }
    let answer = &buffer[body..filled];
    let is_good = buffer.starts_with(b"HTTP/1.1 200 ") && answer.starts_with(expected.as_bytes());
    assert!(
        is_good,
        "answered {}",
        String::from_utf8_lossy(&buffer[..filled.min(SHOWN)])
    );
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"\r\n\r\n").map(|it| it + 4)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head
        .lines()
        .find_map(|it| it.strip_prefix("content-length:"));
    value.and_then(|it| it.trim().parse().ok()).unwrap_or(0)
}
