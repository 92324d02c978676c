//! `annals serve`: opens the data directory, says where it listens, serves until told to stop.
use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::net::TcpListener;

use super::demo;
use super::say::{say, say_to_stderr};
use crate::app::App;
use crate::base::{Clock, OrFail, Result, confine, hex, random};
use crate::config::Serve;
use crate::model::safe::Label;
use crate::model::{Action, By, OwnEvent};
use crate::server::{self, Edge, Stop};
use crate::store::{Store, create_data_directory};

pub fn run(asked: Serve) -> Result<()> {
    server::quiet_panics();
    let Some(folder) = asked.data.clone() else {
        // A demo holds nothing, and removes its folder from the system's temporary one in the end.
        let demo = DemoFolder::new();
        return block_on(serve(asked, demo.0.clone(), true));
    };
    create_data_directory(&folder)?;
    // Before the first thread starts: the walls hold for those that come after.
    let walls = confine(&folder)?;
    tracing::info!(
        files = walls.files,
        calls = walls.calls,
        cores = walls.cores,
        "confined"
    );
    block_on(serve(asked, folder, false))
}

fn block_on(serving: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .internal("cannot start the runtime")?
        .block_on(serving)
}

async fn serve(asked: Serve, folder: PathBuf, is_demo: bool) -> Result<()> {
    // Before the database is opened, so that a signal in the middle of it ends a start cleanly.
    let stop = Stop::watch()?;
    let proxies = asked.trusted_proxies.clone();
    let clock = Clock::system();
    #[cfg(debug_assertions)]
    test_clock::follow(&clock);
    let store = Store::open(&folder, clock.clone())?;
    let draining = Arc::new(AtomicBool::new(false));
    let app = App::new(store.clone(), clock, folder, proxies, Arc::clone(&draining));
    let served = serve_on(&app, asked, is_demo, stop, draining).await;
    drop(app);
    store.close().await;
    served
}

async fn serve_on(
    app: &App,
    asked: Serve,
    is_demo: bool,
    stop: Stop,
    draining: Arc<AtomicBool>,
) -> Result<()> {
    let listener = TcpListener::bind(asked.listen)
        .await
        .internal("cannot listen on this address")?;
    let address = listener.local_addr().internal("cannot read the address")?;
    if is_demo {
        introduce(app).await?;
    } else if let Some(file) = app.open_setup()? {
        let base = base_url(&asked, address);
        say_to_stderr(&format!(
            "No owner yet. Open {base}/setup and enter the code from {}",
            file.display()
        ));
    }
    let edge = Edge {
        public_url: asked.public_url,
        is_proxy: Box::new({
            let app = app.clone();
            move |address| app.is_trusted_proxy(address)
        }),
    };
    let version = Label::fixed(env!("CARGO_PKG_VERSION"));
    let started = OwnEvent::new(Action::SystemStart).label("version", version);
    app.note(By::itself("Annals"), started).await;
    // The one line on stdout: it tells people and scripts where to go.
    say(&format!("listening on http://{address}"))?;
    server::run(app.clone(), listener, edge, stop, draining).await?;
    app.note(By::itself("Annals"), OwnEvent::new(Action::SystemStop))
        .await;
    Ok(())
}

async fn introduce(app: &App) -> Result<()> {
    say_to_stderr("Playing sixty days of a small company into a fresh instance…");
    let demo = demo::play(app).await?;
    say_to_stderr(&format!(
        "Demo owner   {}\nPassword     {}\nWrite key    {}",
        demo.email,
        *demo.password,
        demo.write_key.reveal()
    ));
    Ok(())
}

fn base_url(asked: &Serve, address: SocketAddr) -> String {
    match &asked.public_url {
        Some(url) => url.origin(),
        None => format!("http://{address}"),
    }
}

/// A directory of its own for a demo, removed in the end.
struct DemoFolder(PathBuf);

impl DemoFolder {
    fn new() -> Self {
        let unique: [u8; 8] = random::bytes();
        Self(env::temp_dir().join(format!("annals-demo-{}", hex(&unique))))
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        if fs::remove_dir_all(&self.0).is_err() {
            say_to_stderr("The demo's directory could not be removed.");
        }
    }
}

/// Tests cannot wait for days. A file says how many milliseconds the process is to be ahead.
#[cfg(debug_assertions)]
mod test_clock {
    use std::time::Duration;
    use std::{env, fs, thread};

    use crate::base::{Clock, Millis};

    const LOOK_EVERY: Duration = Duration::from_millis(20);

    pub fn follow(clock: &Clock) {
        let Some(file) = env::var_os("ANNALS_TEST_CLOCK") else {
            return;
        };
        let clock = clock.clone();
        thread::spawn(move || {
            loop {
                let ahead = fs::read_to_string(&file).unwrap_or_default();
                let ahead_ms: Millis = ahead.trim().parse().unwrap_or_default();
                clock.run_ahead(ahead_ms);
                thread::sleep(LOOK_EVERY);
            }
        });
    }
}
