//! Whoever has a session, looked up anew at every request. Who owes something first is no `Person`
//! yet: nothing but the page where that is done opens.
use std::future::Future;

use super::debt::{Debt, Elsewhere};
use super::doer::{doer, stranger};
use super::form_token::FormTokens;
use super::session::{SESSION_COOKIE, SessionToken};
use super::way::{Admission, Asked, Caller, Soon, Way};
use crate::app::App;
use crate::base::Result;
use crate::http::{Form, Request, Response, Route};
use crate::model::{By, Operator, OperatorState, Session};

/// Proof that an active operator has an open session.
pub struct SignedIn {
    pub operator: Operator,
    pub session: Session,
    /// What stands in every form of the answer until the answer is whole.
    pub form_token: String,
    pub form_tokens: FormTokens,
    pub owes: Option<Debt>,
}

/// A page that is open to whoever owes nothing, or one of `settled`.
pub fn signed_in<H, F>(path: &'static str, settled: &'static [Debt], handler: H) -> Route<App>
where
    H: Fn(App, Request, SignedIn) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    way(path, settled).page(handler)
}

pub fn signed_in_change<H, F>(
    path: &'static str,
    settled: &'static [Debt],
    handler: H,
) -> Route<App>
where
    H: Fn(App, Request, SignedIn, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    way(path, settled).form(handler)
}

fn way(path: &'static str, settled: &'static [Debt]) -> Way<SignedIn> {
    Way::new("whoever signed in", path, admit).settling(settled)
}

pub fn admit<'a>(
    app: &'a App,
    request: &'a Request,
    asked: Asked,
) -> Soon<'a, Admission<SignedIn>> {
    Box::pin(enter(app, request, asked.settled))
}

impl Caller for SignedIn {
    fn session(&self) -> &Session {
        &self.session
    }

    fn form_tokens(&self) -> &FormTokens {
        &self.form_tokens
    }
}

impl SignedIn {
    /// The one who acts, as an event names them.
    pub fn by(&self, request: &Request) -> By {
        by(&self.operator, &self.session, request)
    }
}

/// Whether the session that the browser remembers is over.
pub async fn is_session_over(app: &App, request: &Request) -> Result<bool> {
    let remembers = request.cookie(SESSION_COOKIE).is_some();
    Ok(remembers && find(app, request).await?.is_none())
}

/// Whoever asks. Their session is in use from now on.
pub async fn enter(
    app: &App,
    request: &Request,
    settled: &[Debt],
) -> Result<Result<SignedIn, Elsewhere>> {
    let recognized = recognize(app, request, settled).await?;
    if let Ok(signed_in) = &recognized {
        let now = app.clock().now();
        app.store().sessions.note_use(&signed_in.session, now).await;
    }
    Ok(recognized)
}

/// Whoever asks, at this moment.
pub async fn recognize(
    app: &App,
    request: &Request,
    settled: &[Debt],
) -> Result<Result<SignedIn, Elsewhere>> {
    let Some(signed_in) = find(app, request).await? else {
        return Ok(Err(Elsewhere::SignIn));
    };
    Ok(match signed_in.owes {
        Some(debt) if !settled.contains(&debt) => Err(Elsewhere::Debt(debt)),
        _ => Ok(signed_in),
    })
}

pub fn by(operator: &Operator, session: &Session, request: &Request) -> By {
    By {
        session: Some(session.id),
        ..stranger(request, doer(operator))
    }
}

async fn find(app: &App, request: &Request) -> Result<Option<SignedIn>> {
    let Some(cookie) = request.cookie(SESSION_COOKIE) else {
        return Ok(None);
    };
    let digest = SessionToken::sent(cookie).digest();
    let Some(session) = app.store().sessions.by_digest(digest).await? else {
        return Ok(None);
    };
    let now = app.clock().now();
    let limits = app.store().settings.current().session_limits();
    let operator = app.store().operators.by_no(session.operator_no);
    let operator = operator.filter(|it| it.state == OperatorState::Active && it.may_enter(now));
    let Some(operator) = operator.filter(|_| session.is_alive(now, limits)) else {
        return Ok(None);
    };
    let form_tokens = FormTokens::of(app.forms(), &session.id);
    Ok(Some(SignedIn {
        form_token: form_tokens.blank(),
        form_tokens,
        owes: owes(app, &operator),
        operator,
        session,
    }))
}

/// A password of one's own comes first.
fn owes(app: &App, operator: &Operator) -> Option<Debt> {
    if operator.temporary_until_ms.is_some() {
        return Some(Debt::Password);
    }
    let required = app.store().settings.current().totp_required;
    let is_without = required.applies_to(operator.role) && !app.store().factors.has(operator.no);
    is_without.then_some(Debt::SecondFactor)
}
