//! `/confirm`: a factor proved again before a change that needs a fresh one.
use super::around::{local_path, shell};
use super::{cookies, proof};
use crate::app::App;
use crate::base::Result;
use crate::gate::{Person, SessionToken};
use crate::http::{Form, Request, Response};
use crate::model::safe::Label;
use crate::model::{Action, OwnEvent};
use crate::views::step_up::{self, Note, Page};

pub async fn show(_: App, request: Request, person: Person) -> Result<Response> {
    let note = match request.query_value("late") {
        Some(_) => Note::Late,
        None => Note::None,
    };
    let next = local_path(request.query_value("next").unwrap_or_default());
    Ok(Response::html(page(&request, &person, next, note)))
}

pub async fn confirm(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let next = local_path(form.get("next").unwrap_or_default()).to_owned();
    let sent = form.secret("password").unwrap_or_default();
    let event = OwnEvent::new(Action::AuthStepUp)
        .on(&person.operator.id, Label::gate(&person.operator.name).ok())
        .word("method", "password")
        .word("purpose", purpose(&next));
    if let Err(reason) = proof::password(&app, &person, sent).await? {
        record_failure(&app, &request, &person, event.failed(reason)).await?;
        let html = page(&request, &person, &next, Note::Refused);
        return Ok(Response::html(html).status(403));
    }
    let token = SessionToken::new();
    let by = person.by(&request);
    let sessions = &app.store().sessions;
    sessions
        .confirm(by, person.session, event, token.digest())
        .await?;
    Ok(Response::redirect(&next).with_cookie(&cookies::session(&request, &token)))
}

async fn record_failure(
    app: &App,
    request: &Request,
    person: &Person,
    event: OwnEvent,
) -> Result<()> {
    let Some(count) = app.note_flood(&format!("auth.step_up {}", person.operator.no)) else {
        return Ok(());
    };
    let event = event.count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    let by = person.by(request);
    app.store().sessions.record_failure(by, event).await
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

fn page(request: &Request, person: &Person, next: &str, note: Note) -> String {
    step_up::page(&Page {
        shell: shell(request, person, "/confirm"),
        next,
        note,
    })
}
