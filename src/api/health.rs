//! `GET /healthz` · `GET /readyz`
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{Request, Response};

/// The process answers.
pub async fn alive(_: App, _: Request) -> Result<Response> {
    Ok(Response::text("ok\n"))
}

/// The process takes work: it is not draining, deliveries find room on the disk, and the writer
/// commits.
pub async fn ready(app: App, _: Request) -> Result<Response> {
    if app.is_draining() {
        return Err(Error::new(Kind::Unavailable, "Shutting down."));
    }
    app.store().events.ping(app.clock().now()).await?;
    Ok(Response::text("ok\n"))
}
