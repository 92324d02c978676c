//! From socket to route and back. `listen` accepts and drains, `connections` counts, `guard`
//! watches each connection's time, `finish` sees a handler to its end, `peer` says who is asking,
//! `answer` is what every answer has, also (`refusal`) to what is no request. `upkeep` is what
//! happens without one.
mod answer;
mod connections;
mod finish;
mod guard;
mod limits;
mod listen;
mod peer;
mod refusal;
#[cfg(test)]
mod tests;
mod upkeep;

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::answer::Answering;
use self::limits::Limits;
use self::listen::serve;
pub use self::peer::Edge;
use crate::app::App;
use crate::base::{OrFail, Result};
use crate::http::{Bodies, Pace};
use crate::pages;
use crate::routes;

/// The number that Linux and the BSDs give it on every processor but MIPS.
const SIGXFSZ: i32 = 25;

/// The signals to stop.
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

    /// Once for each signal.
    pub async fn asked(&mut self) {
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
    let upkeep = tokio::spawn(upkeep::run(app.clone()));
    let answering = Answering {
        clock: app.clock().clone(),
        state: app,
        router: routes::router(),
        edge,
        bodies: Bodies::new(Pace::default()),
        error_page: pages::error::show,
        answered: |app, status| app.counters().answered(status),
    };
    let stopping = async move {
        stop.asked().await;
        draining.store(true, Ordering::Relaxed);
        tokio::spawn(async move {
            stop.asked().await;
            std::process::exit(1);
        });
    };
    serve(listener, Arc::new(answering), Limits::default(), stopping).await;
    upkeep.abort();
    Ok(())
}

/// A panic says where, never what: its message may hold a value that was sent.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location();
        let (file, line) = place.map_or(("?", 0), |it| (it.file(), it.line()));
        tracing::error!(file, line, "a panic");
    }));
}

#[cfg(test)]
mod panic_tests {
    use std::io;
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_without_its_message() {
        let lines = Lines::default();
        let writer = lines.clone();
        let logged = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let before = panic::take_hook();
        tracing::subscriber::with_default(logged.finish(), || {
            quiet_panics();
            let value = "hunter2-was-sent";
            panic::catch_unwind(|| assert_eq!(value, "another")).unwrap_err();
        });
        panic::set_hook(before);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("a panic"), "{text}");
        assert!(text.contains(file!()), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
