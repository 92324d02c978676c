//! What a running server does without being asked: it watches the clock, and writes down what is
//! past its date and what backups left word of. Nothing opens by a date that has passed; this is
//! how the log learns of it.
use std::time::Duration;

use crate::app::App;
use crate::base::{Result, Watch};
use crate::model::{Action, By, OwnEvent};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks at the clock between two looks for what expired.
const LOOKS_AN_EXPIRY: u32 = 30;

/// Until the server drains.
pub async fn run(app: App) {
    let mut watch = app.clock().watch();
    let mut looks = 0;
    let mut takes_notes = true;
    while !app.is_draining() {
        let stepped = watch_clock(&app, &mut watch).await;
        if stepped || looks % LOOKS_AN_EXPIRY == 0 {
            expire(&app).await;
            takes_notes = true;
        }
        if takes_notes && let Err(error) = record_backups(&app).await {
            tracing::warn!(?error, "a backup was not recorded");
            takes_notes = false;
        }
        looks += 1;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What fails is tried again with the next look.
async fn expire(app: &App) {
    let (store, now) = (app.store(), app.clock().now());
    let expired = [
        store.api_keys.expire(By::itself("expiry"), now).await,
        store.invites.expire(now).await,
        store.mcp_tokens.expire(now).await,
    ];
    for error in expired.into_iter().filter_map(Result::err) {
        tracing::warn!(?error, "what is past its date was not written down");
    }
}

async fn record_backups(app: &App) -> Result<()> {
    let now = app.clock().now();
    app.store().backups.record_noted(now).await
}

async fn watch_clock(app: &App, watch: &mut Watch) -> bool {
    let Some(step_ms) = watch.step() else {
        return false;
    };
    tracing::warn!(step_ms, "the clock jumped");
    let event = OwnEvent::new(Action::SystemClockStep).count("step_ms", step_ms);
    app.note(By::itself("Annals"), event).await;
    true
}
