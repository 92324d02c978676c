//! `/account/sessions…`: where one is signed in oneself, and ending that.
use super::around::shell;
use super::fields::version;
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::model::{RecordId, RecordKind, Session};
use crate::store::Act;
use crate::views::{Times, confirm, nothing, sessions};

const HERE: &str = "/account/sessions";

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let now = app.clock().now();
    let limits = app.store().settings.current().session_limits();
    let mut alive = app.store().operators.sessions(person.operator.no).await?;
    alive.retain(|it| it.is_alive(now, limits));
    let shown = |it: Session| sessions::Session {
        is_current: it.no == person.session.no,
        end_href: format!("{HERE}/{}/revoke", it.id),
        client: it.client,
        ip: it.ip,
        started: it.started_ms,
        used: it.used_ms,
    };
    let html = sessions::page(&sessions::Own {
        shell: shell(&request, &person, HERE),
        times: Times {
            now,
            zone: &person.zone,
        },
        sessions: alive.into_iter().map(shown).collect(),
    });
    Ok(Response::html(html))
}

pub async fn ask_one(app: App, request: Request, person: Person) -> Result<Response> {
    let session = find(&app, &request, &person).await?;
    Ok(Response::html(ask(&request, &person, &session, None)))
}

pub async fn end_one(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let session = find(&app, &request, &person).await?;
    let act = act(&request, &person, version(&form));
    match app.store().operators.end_session(act, session.id).await {
        Ok(()) => Ok(Response::redirect(HERE)),
        Err(error) if error.kind().is_the_callers() => {
            let html = ask(&request, &person, &session, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_others(app: App, request: Request, person: Person) -> Result<Response> {
    let version = app.store().operators.version(person.operator.no).await?;
    let html = ask_about_others(&request, &person, version, None);
    Ok(Response::html(html))
}

pub async fn end_others(
    app: App,
    request: Request,
    person: Person,
    form: Form,
) -> Result<Response> {
    let operators = &app.store().operators;
    let act = act(&request, &person, version(&form));
    match operators.end_sessions(act, Some(person.session.id)).await {
        Ok(()) => Ok(Response::redirect(HERE)),
        Err(error) if error.kind().is_the_callers() => {
            let version = operators.version(person.operator.no).await?;
            let html = ask_about_others(&request, &person, version, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

fn act(request: &Request, person: &Person, version: i64) -> Act {
    Act {
        by: person.by(request),
        by_no: Some(person.operator.no),
        id: person.operator.id,
        version: Some(version),
    }
}

/// A session of one's own, ended or not. One of somebody else is as if it were not.
async fn find(app: &App, request: &Request, person: &Person) -> Result<Session> {
    let nothing = "There is no such session.";
    let id = request
        .captured("session")
        .and_then(|it| RecordId::parse(RecordKind::Session, it))
        .or_fail(Kind::NotFound, nothing)?;
    let operators = &app.store().operators;
    let session = operators.session(person.operator.no, id).await?;
    session.or_fail(Kind::NotFound, nothing)
}

fn ask(request: &Request, person: &Person, session: &Session, error: Option<&Error>) -> String {
    confirm::page(&confirm::Page {
        shell: shell(request, person, HERE),
        question: &sessions::END_OWN,
        name: session.client.as_deref().unwrap_or_default(),
        action_href: &format!("{HERE}/{}/revoke", session.id),
        version: session.recorded_seq,
        back_href: HERE,
        error: error.map(Error::public),
        fields: nothing(),
    })
}

fn ask_about_others(
    request: &Request,
    person: &Person,
    version: i64,
    error: Option<&Error>,
) -> String {
    confirm::page(&confirm::Page {
        shell: shell(request, person, HERE),
        question: &sessions::END_OTHERS,
        name: "",
        action_href: "/account/sessions/revoke",
        version,
        back_href: HERE,
        error: error.map(Error::public),
        fields: nothing(),
    })
}
