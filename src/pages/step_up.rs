//! `/confirm`: a factor proved again before a change that needs a fresh one.
use super::around::{bare, local_path};
use super::{cookies, proof};
use crate::app::App;
use crate::base::Result;
use crate::gate::{SessionToken, SignedIn};
use crate::http::{Form, Request, Response};
use crate::model::Action;
use crate::views::step_up::{self, Page};

pub async fn show(_: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    let next = local_path(request.query_value("next").unwrap_or_default());
    let is_late = request.query_value("late").is_some();
    let html = step_up::page(&Page {
        is_late,
        ..page(&request, &signed_in, next, None)
    });
    Ok(Response::html(html))
}

pub async fn confirm(
    app: App,
    request: Request,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response> {
    let next = local_path(form.get("next").unwrap_or_default());
    let sent = form.secret("password").unwrap_or_default();
    let event = proof::event(Action::AuthStepUp, &signed_in)
        .word("method", "password")
        .word("purpose", purpose(next));
    if let Err(reason) = proof::password(&app, &signed_in, sent).await? {
        proof::record_failure(&app, &request, &signed_in, event, reason).await?;
        let html = step_up::page(&page(&request, &signed_in, next, Some(proof::REFUSED)));
        return Ok(Response::html(html).status(403));
    }
    let token = SessionToken::new();
    let by = signed_in.by(&request);
    let sessions = &app.store().sessions;
    sessions
        .confirm(by, signed_in.session, event, token.digest())
        .await?;
    Ok(Response::redirect(next).with_cookie(&cookies::session(&request, &token)))
}

/// What it is confirmed for, by the first part of the address.
fn purpose(next: &str) -> &'static str {
    const PURPOSES: [&str; 6] = [
        "operators",
        "invites",
        "pools",
        "settings",
        "account",
        "upstreams",
    ];
    let first = next.trim_start_matches('/').split(['/', '?', '#']).next();
    let known = PURPOSES.into_iter().find(|it| Some(*it) == first);
    known.unwrap_or("other")
}

fn page<'a>(
    request: &Request,
    signed_in: &'a SignedIn,
    next: &'a str,
    error: Option<&'a str>,
) -> Page<'a> {
    Page {
        bare: bare(request),
        csrf: &signed_in.form_token,
        email: &signed_in.operator.email,
        next,
        is_late: false,
        error,
    }
}
