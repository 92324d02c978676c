//! `annals backup`: a consistent copy of the database while the server runs or not. What it did is
//! noted in the data directory; the server, or whoever opens the store next, records it.
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::nice;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::say::say_to_stderr;
use crate::base::{Clock, OrFail, Result};
use crate::config::Backup as Asked;
use crate::server::Stop;
use crate::store::{BackupNote, NoCopy, Source, leave_backup_note};

const LEAST_URGENT: i32 = 19;
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(100);

pub fn run(asked: Asked) -> Result<()> {
    // Before any thread starts: a server beside it goes first. It works without, only less well.
    let _ = nice(LEAST_URGENT);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .internal("cannot start the runtime")?
        .block_on(back_up(asked))
}

async fn back_up(asked: Asked) -> Result<()> {
    let stopped = stopped()?;
    let source = Source::open(&asked.data)?;
    let at_ms = Clock::system().now();
    let copied = copy(source, asked.to, stopped).await?;
    let done = match &copied {
        Ok(bytes) => Ok(i64::try_from(*bytes).unwrap_or(i64::MAX)),
        Err(no_copy) => Err(no_copy.reason),
    };
    let noted = leave_backup_note(&asked.data, &BackupNote { at_ms, done });
    let bytes = copied.map_err(|it| it.error)?;
    say_to_stderr(&format!(
        "Copied {bytes} bytes. keys/ is not in the copy: keep one of that folder elsewhere."
    ));
    // The copy is whole and stays, but nobody would learn of it from the log.
    noted
}

/// Watches from the beginning, for a limit of file sizes too, so that all of them end in order.
fn stopped() -> Result<impl Future<Output = ()>> {
    let mut stop = Stop::watch()?;
    let mut hang_up = signal(SignalKind::hangup()).internal("cannot watch SIGHUP")?;
    Ok(async move {
        tokio::select! {
            () = stop.asked() => {}
            _ = hang_up.recv() => {}
        }
    })
}

async fn copy(
    mut source: Source,
    to: PathBuf,
    stopped: impl Future<Output = ()>,
) -> Result<Result<u64, NoCopy>> {
    let interrupt = source.interrupter();
    let mut copying = spawn_blocking(move || source.copy(&to));
    tokio::select! {
        copied = &mut copying => return copied.internal("the copying panicked"),
        () = stopped => {}
    }
    loop {
        interrupt();
        if let Ok(copied) = timeout(ASK_AGAIN_AFTER, &mut copying).await {
            return copied.internal("the copying panicked");
        }
    }
}
