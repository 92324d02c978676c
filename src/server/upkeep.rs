//! What a running server does without being asked: it watches the clock.
use std::time::Duration;

use crate::app::App;
use crate::base::Watch;
use crate::model::{Action, By, OwnEvent};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Until the server drains.
pub async fn run(app: App) {
    let mut watch = app.clock().watch();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if app.is_draining() {
            return;
        }
        watch_clock(&app, &mut watch).await;
    }
}

async fn watch_clock(app: &App, watch: &mut Watch) {
    let Some(step_ms) = watch.step() else {
        return;
    };
    tracing::warn!(step_ms, "the clock jumped");
    let event = OwnEvent::new(Action::SystemClockStep).count("step_ms", step_ms);
    app.note(By::itself("Annals"), event).await;
}
