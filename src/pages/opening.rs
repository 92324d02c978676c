//! A session opens, once every factor is proved; and what is recorded of those that are not.
use super::cookies;
use crate::app::App;
use crate::base::{Phc, Result, random};
use crate::gate::{Device, SessionToken, doer, stranger};
use crate::http::{Request, Response};
use crate::model::safe::Label;
use crate::model::{Action, By, Operator, OwnEvent, Reason, RecordId, RecordKind};
use crate::store::{Factor, NewSession};

/// Who proved what so far.
pub struct Proved<'a> {
    pub operator: &'a Operator,
    /// The hash that the password matched.
    pub seen: Phc,
    pub is_known_browser: bool,
}

/// A session of its own for every sign-in: nothing that was known before opens it. The answer leads
/// to `next`.
pub async fn open(
    app: &App,
    request: &Request,
    proved: Proved<'_>,
    factor: Factor,
    next: &str,
) -> Result<Result<Response, Reason>> {
    let operator = proved.operator;
    let token = SessionToken::new();
    let id = RecordId::new(RecordKind::Session, random::bytes());
    let by = By {
        session: Some(id),
        ..stranger(request, doer(operator))
    };
    let new = NewSession {
        id,
        digest: token.digest(),
        operator: operator.clone(),
        life_ms: app.store().settings.current().session_limits().life_ms,
        is_known_browser: proved.is_known_browser,
        seen: proved.seen,
        factor,
    };
    if let Err(reason) = app.store().sessions.open(by, new).await? {
        return Ok(Err(reason));
    }
    let device = Device::of(request).remember(app, request, &operator.id);
    Ok(Ok(Response::redirect(next)
        .with_cookie(&cookies::session(request, &token))
        .with_cookie(&cookies::no_pending(request))
        .with_cookie(&device)))
}

/// A factor that was refused and is not recorded by then: told now and again, not each time.
pub async fn record_refused(
    app: &App,
    request: &Request,
    operator: &Operator,
    action: Action,
    reason: Reason,
) -> Result<()> {
    let what = format!("{} {} {}", action.name(), reason.as_str(), operator.no);
    let Some(count) = app.note_flood(&what) else {
        return Ok(());
    };
    let event = OwnEvent::new(action)
        .on(&operator.id, Label::gate(&operator.name).ok())
        .failed(reason)
        .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    let by = stranger(request, doer(operator));
    app.store().record(by, event).await
}
