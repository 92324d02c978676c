//! `GET /metrics`
use crate::app::App;
use crate::base::Result;
use crate::http::{Request, Response};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub async fn show(app: App, _: Request) -> Result<Response> {
    let events = &app.store().events;
    let hashes = app.passwords().computed();
    let text = app.counters().text(events.size(), events.waiting(), hashes);
    Ok(Response::written(OPENMETRICS, text))
}
