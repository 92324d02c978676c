//! `/operators/{id}/sessions/…`: owners end sessions of others.
use super::around::shell;
use super::fields::version;
use super::operators;
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::{Operator, RecordId, RecordKind, Session};
use crate::store::Act;
use crate::views::{confirm, nothing, sessions};

pub async fn ask_one(app: App, request: Request, owner: Owner) -> Result<Response> {
    let operator = operators::find(&app, &request)?;
    let session = find(&app, &request, &operator).await?;
    let html = question(
        &request,
        &owner.0,
        &operator,
        Some(&session),
        session.recorded_seq,
        None,
    );
    Ok(Response::html(html))
}

pub async fn end_one(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let operator = operators::find(&app, &request)?;
    let session = find(&app, &request, &operator).await?;
    let act = act(&person, &request, &operator, &form);
    match app.store().operators.end_session(act, session.id).await {
        Ok(()) => Ok(Response::redirect(&operators::href(&operator))),
        Err(error) if error.kind().is_the_callers() => {
            let (shown, version) = (Some(&session), session.recorded_seq);
            let html = question(&request, &person, &operator, shown, version, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_all(app: App, request: Request, owner: Owner) -> Result<Response> {
    let operator = operators::find(&app, &request)?;
    let version = app.store().operators.version(operator.no).await?;
    let html = question(&request, &owner.0, &operator, None, version, None);
    Ok(Response::html(html))
}

pub async fn end_all(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let operator = operators::find(&app, &request)?;
    let act = act(&person, &request, &operator, &form);
    match app.store().operators.end_sessions(act, None).await {
        Ok(()) => Ok(Response::redirect(&operators::href(&operator))),
        Err(error) if error.kind().is_the_callers() => {
            let version = app.store().operators.version(operator.no).await?;
            let html = question(&request, &person, &operator, None, version, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

fn act(person: &Person, request: &Request, operator: &Operator, form: &Form) -> Act {
    Act {
        by: person.by(request),
        by_no: Some(person.operator.no),
        id: operator.id,
        version: Some(version(form)),
    }
}

/// A session of this operator, ended or not.
async fn find(app: &App, request: &Request, operator: &Operator) -> Result<Session> {
    let nothing = "There is no such session.";
    let id = request
        .captured("session")
        .and_then(|it| RecordId::parse(RecordKind::Session, it))
        .or_fail(Kind::NotFound, nothing)?;
    let session = app.store().operators.session(operator.no, id).await?;
    session.or_fail(Kind::NotFound, nothing)
}

fn question(
    request: &Request,
    person: &Person,
    operator: &Operator,
    session: Option<&Session>,
    version: i64,
    error: Option<&Error>,
) -> String {
    let href = operators::href(operator);
    let (question, action_href) = match session {
        Some(it) => (&sessions::END, format!("{href}/sessions/{}/revoke", it.id)),
        None => (&sessions::END_ALL, format!("{href}/sessions/revoke")),
    };
    confirm::page(&confirm::Page {
        shell: shell(request, person, "/operators"),
        question,
        name: &format!("of {}", operator.name),
        action_href: &action_href,
        version,
        back_href: &href,
        error: error.map(Error::public),
        fields: nothing(),
    })
}
