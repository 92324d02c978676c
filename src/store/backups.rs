//! Backups: what they left word of is recorded, by whoever may write.
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::spawn_blocking;

use super::backup_notes::{self, Note};
use super::db::Db;
use crate::base::{Millis, OrFail, Result};
use crate::model::{Action, By, OwnEvent};

#[derive(Clone)]
pub struct Backups {
    db: Db,
    folder: PathBuf,
    /// A note cannot be taken away: each further look would record it once more.
    is_stuck: Arc<AtomicBool>,
}

impl Backups {
    pub fn new(db: Db, folder: PathBuf) -> Self {
        Self {
            db,
            folder,
            is_stuck: Arc::default(),
        }
    }

    /// Records what backups left word of, and takes the notes away. After a crash in between, a
    /// backup is recorded twice rather than never.
    pub async fn record_noted(&self, now: Millis) -> Result<()> {
        if self.is_stuck.load(Ordering::Relaxed) {
            return Ok(());
        }
        let folder = self.folder.clone();
        let waiting = spawn_blocking(move || backup_notes::waiting(&folder)).await;
        for left in waiting.internal("cannot look for notes of backups")? {
            if let Some(note) = &left.note {
                self.record(event(note, now)).await?;
            } else {
                tracing::warn!("a note of a backup is none; it is removed");
            }
            if left.remove().is_err() {
                tracing::error!("cannot remove a note of a backup: no more are taken");
                self.is_stuck.store(true, Ordering::Relaxed);
                break;
            }
        }
        Ok(())
    }

    async fn record(&self, event: OwnEvent) -> Result<()> {
        self.db
            .change(By::command_line(), move |proposal| {
                Ok(proposal.record(event)?.done(()))
            })
            .await
    }
}

fn event(note: &Note, now: Millis) -> OwnEvent {
    // The clock may have been set back meanwhile.
    let event = OwnEvent::new(Action::BackupCreate).at(note.at_ms.min(now));
    match note.done {
        Ok(bytes) => event.count("size_bytes", bytes),
        Err(reason) => event.failed(reason),
    }
}
