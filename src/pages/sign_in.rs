//! `/sign-in` and `/sign-out`. One answer for every attempt that fails, in the same time.
use super::around::{bare, local_path};
use super::cookies;
use crate::app::App;
use crate::base::{Result, hex, random};
use crate::gate::{Person, SessionToken, doer, is_session_over, person_typed, stranger};
use crate::http::{CLEAR_SITE_DATA, Cookie, Form, Request, Response};
use crate::model::safe::Label;
use crate::model::{
    Action, By, Doer, FAILURES_MAX, LIFE_MAX_MS, Operator, OperatorState, OwnEvent, PAUSE_MINUTES,
    Reason, RecordId, RecordKind,
};
use crate::store::NewSession;
use crate::views::sign_in::{self, Limit, Note, Page};

pub async fn show(app: App, request: Request) -> Result<Response> {
    if app.store().operators.is_empty() {
        return Ok(Response::redirect("/setup"));
    }
    let next = local_path(request.query_value("next").unwrap_or_default());
    let note = if is_session_over(&app, &request).await? {
        Note::SessionEnded
    } else {
        Note::None
    };
    Ok(Response::html(page(&request, next, "", note)))
}

pub async fn sign_in(app: App, request: Request, form: Form) -> Result<Response> {
    let email = form.get("email").unwrap_or_default().trim().to_owned();
    let next = local_path(form.get("next").unwrap_or_default()).to_owned();
    let password = form.secret("password").unwrap_or_default();
    let bucket = bucket(&app, &request, &email);
    let account = app.store().operators.by_email(email.clone()).await?;
    let refused = if app.is_sign_in_paused(&bucket) {
        Reason::Paused
    } else {
        let active = account
            .as_ref()
            .filter(|(it, _)| it.state == OperatorState::Active);
        let phc = active.map(|(_, phc)| phc.clone());
        match (app.passwords().verify(password, phc).await?, &account) {
            (true, Some((operator, _))) => {
                app.forget_failed_sign_ins(&bucket);
                let cookie = open(&app, &request, operator).await?;
                return Ok(Response::redirect(&next).with_cookie(&cookie));
            }
            (_, None) => Reason::UnknownAccount,
            (_, Some(_)) if active.is_none() => Reason::AccountDeactivated,
            (_, Some(_)) => Reason::WrongPassword,
        }
    };
    let known = account.as_ref().map(|(it, _)| it);
    let mut events = Vec::from_iter(failure(&app, &request, &email, known, refused));
    if refused != Reason::Paused && app.note_failed_sign_in(&bucket) {
        events.push(pause(&app, &request, known));
    }
    record(&app, events);
    let html = page(&request, &next, &email, Note::Refused);
    Ok(Response::html(html).status(403))
}

pub async fn sign_out(app: App, request: Request, person: Person, _: Form) -> Result<Response> {
    let by = person.by(&request);
    app.store().sessions.close(by, person.session).await?;
    Ok(Response::redirect("/sign-in")
        .with_cookie(&cookies::no_session(&request))
        .with(CLEAR_SITE_DATA, "\"cache\", \"storage\""))
}

/// A session of its own for every sign-in: nothing that was known before opens it.
async fn open(app: &App, request: &Request, operator: &Operator) -> Result<Cookie> {
    let token = SessionToken::new();
    let id = RecordId::new(RecordKind::Session, random::bytes());
    let by = By {
        session: Some(id),
        ..stranger(request, doer(operator))
    };
    let new = NewSession {
        id,
        digest: token.digest(),
        operator_no: operator.no,
        life_ms: LIFE_MAX_MS,
    };
    app.store().sessions.open(by, new).await?;
    Ok(cookies::session(request, &token))
}

/// The actor is the account that was tried; who it was is not verified.
fn failure(
    app: &App,
    request: &Request,
    email: &str,
    known: Option<&Operator>,
    reason: Reason,
) -> Option<(By, OwnEvent)> {
    // Unknown accounts count as one, or a list of addresses would fill the log.
    let account = known.map_or_else(String::new, |it| it.no.to_string());
    let what = format!("auth.sign_in {} {account}", reason.as_str());
    let count = app.note_flood(&what)?;
    let mut event = OwnEvent::new(Action::AuthSignIn)
        .failed(reason)
        .word("method", "password")
        .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    if let Some(operator) = known {
        event = event.on(&operator.id, Label::gate(&operator.name).ok());
    }
    let doer = known.map_or_else(|| person_typed(app.digester(), email), doer);
    Some((stranger(request, doer), event))
}

fn pause(app: &App, request: &Request, known: Option<&Operator>) -> (By, OwnEvent) {
    let mut event = OwnEvent::new(Action::AuthLockout)
        .failed(Reason::Paused)
        .count("attempt_count", i64::from(FAILURES_MAX))
        .time("until_at", Some(app.clock().now() + PAUSE_MINUTES * 60_000));
    if let Some(operator) = known {
        event = event.on(&operator.id, Label::gate(&operator.name).ok());
    }
    (stranger(request, Doer::System("sign-in protection")), event)
}

/// The answer does not wait for it: not every failure is written down, and the time that writing
/// takes would tell which accounts there are. The refusal stands even where it cannot be recorded.
fn record(app: &App, events: Vec<(By, OwnEvent)>) {
    let store = app.store().clone();
    tokio::spawn(async move {
        for (by, event) in events {
            if let Err(error) = store.sessions.record_failure(by, event).await {
                tracing::error!(?error, "a refused sign-in was not recorded");
            }
        }
    });
}

/// What failures are counted by: the account as typed, and from where. Digested, because anything
/// of any length may be typed.
fn bucket(app: &App, request: &Request, email: &str) -> String {
    let (email, network) = (email.to_lowercase(), request.client_network());
    hex(&app
        .forms()
        .digest(&[b"sign-in\0", email.as_bytes(), b"\0", network.as_bytes()]))
}

fn page(request: &Request, next: &str, email: &str, note: Note) -> String {
    sign_in::page(&Page {
        bare: bare(request),
        csrf: "",
        next,
        email,
        note,
        limit: Limit {
            attempts: FAILURES_MAX,
            minutes: u32::try_from(PAUSE_MINUTES).unwrap_or_default(),
        },
    })
}
