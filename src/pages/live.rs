//! `/audit-logs/newer`: how many events have come since a page of the log was read.
use super::audit_logs::parse;
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::gate::Person;
use crate::http::{Request, Response};
use crate::store::Question;

/// The count as plain text. What of the filter cannot be understood was left out by the page too.
pub async fn newer(app: App, request: Request, person: Person) -> Result<Response> {
    let after = request.query_value("after").and_then(|it| it.parse().ok());
    let Some(after) = after else {
        return Err(Error::new(
            Kind::Invalid,
            "after must be the number of an event.",
        ));
    };
    let pools = app.store().pools.list(&person.scope);
    let seen = app.store().events.seen_actions(&person.scope);
    let question = Question {
        filter: parse(&request, &pools, &seen).filter,
        scope: person.scope,
        zone: person.zone,
        now: app.clock().now(),
    };
    let events = &app.store().events;
    let count = events.recorded_after(&question, after).await?;
    Ok(Response::written(
        "text/plain; charset=utf-8",
        count.to_string(),
    ))
}
