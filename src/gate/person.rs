//! People: a signed-in operator, looked up anew at every request.
use std::future::Future;

use super::doer::{doer, stranger};
use super::form_token::FormTokens;
use super::origin::{not_from_elsewhere, same_origin};
use super::session::{SESSION_COOKIE, SessionToken};
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{FORM_MAX, Form, Method, Request, Response, Route, Surface};
use crate::model::{
    Action, By, Operator, OperatorState, OwnEvent, Reason, Role, Scope, Session, Settings, Zone,
};

/// A form encodes each sign that is no letter in three, and a document may have 64 KiB.
const DOCUMENT_FORM_MAX: usize = 4 * FORM_MAX;

/// Proof that an active operator is signed in, and what they may see at this moment.
pub struct Person {
    pub operator: Operator,
    pub session: Session,
    pub scope: Scope,
    pub zone: Zone,
    /// Whether single keys do something on pages.
    pub shortcuts: bool,
    /// The name of the instance, for the frame of every page.
    pub instance: String,
    /// What stands in every form of the answer until the answer is whole.
    pub form_token: String,
    form_tokens: FormTokens,
}

/// Proof that this person is an owner.
pub struct Owner(pub Person);

/// A page for whoever is signed in. Nobody is sent to sign in, and back afterwards.
pub fn person<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        match find(&app, &request).await? {
            Some(person) => person.answer(|it| handler(app, request, it)).await,
            None => Ok(ask_to_sign_in(&app, &request)),
        }
    };
    Route::new(Method::GET, path, "person", Surface::People, check)
}

/// A file for whoever is signed in, which is recorded in their name: another site cannot have it
/// made. An address that is typed or pasted can.
pub fn person_download<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        not_from_elsewhere(&request)?;
        match find(&app, &request).await? {
            Some(person) => person.answer(|it| handler(app, request, it)).await,
            None => Ok(ask_to_sign_in(&app, &request)),
        }
    };
    Route::new(Method::GET, path, "person", Surface::People, check)
}

/// A form for whoever is signed in: the token of their session is in it.
pub fn person_change<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let Some(person) = find(&app, &request).await? else {
            return Ok(ask_to_sign_in(&app, &request));
        };
        let form = person.form(&mut request).await?;
        person.answer(|it| handler(app, request, it, form)).await
    };
    Route::new(Method::POST, path, "person", Surface::People, check)
}

/// The same for a form with a credential document in it.
pub fn person_document<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let Some(person) = find(&app, &request).await? else {
            return Ok(ask_to_sign_in(&app, &request));
        };
        let form = person.form_within(&mut request, DOCUMENT_FORM_MAX).await?;
        person.answer(|it| handler(app, request, it, form)).await
    };
    Route::new(Method::POST, path, "person", Surface::People, check)
}

pub fn owner<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        let Some(person) = find(&app, &request).await? else {
            return Ok(ask_to_sign_in(&app, &request));
        };
        let owner = as_owner(&app, &request, person, path).await?;
        owner.answer(|it| handler(app, request, it)).await
    };
    Route::new(Method::GET, path, "owner", Surface::People, check)
}

pub fn owner_change<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let Some(person) = find(&app, &request).await? else {
            return Ok(ask_to_sign_in(&app, &request));
        };
        let owner = as_owner(&app, &request, person, path).await?;
        let form = owner.0.form(&mut request).await?;
        owner.answer(|it| handler(app, request, it, form)).await
    };
    Route::new(Method::POST, path, "owner", Surface::People, check)
}

impl Person {
    /// The one who acts, as an event names them.
    pub fn by(&self, request: &Request) -> By {
        By {
            session: Some(self.session.id),
            ..stranger(request, doer(&self.operator))
        }
    }

    pub fn is_owner(&self) -> bool {
        self.operator.role == Role::Owner
    }

    /// Hands this person on, and completes the forms of the page that comes back.
    async fn answer<F>(self, handler: impl FnOnce(Self) -> F) -> Result<Response>
    where
        F: Future<Output = Result<Response>>,
    {
        let tokens = self.form_tokens.clone();
        Ok(tokens.fill(handler(self).await?))
    }

    pub async fn form(&self, request: &mut Request) -> Result<Form> {
        self.form_within(request, FORM_MAX).await
    }

    async fn form_within(&self, request: &mut Request, limit: usize) -> Result<Form> {
        let form = request.form(limit).await?;
        let sent = form.get("csrf");
        if sent.is_some_and(|it| self.form_tokens.knows(it)) {
            return Ok(form);
        }
        Err(Error::new(
            Kind::NotPermitted,
            "This form is out of date. Load the page again.",
        ))
    }
}

impl Owner {
    pub async fn answer<F>(self, handler: impl FnOnce(Self) -> F) -> Result<Response>
    where
        F: Future<Output = Result<Response>>,
    {
        self.0.answer(|it| handler(Self(it))).await
    }
}

/// Whether the session that the browser remembers is over.
pub async fn is_session_over(app: &App, request: &Request) -> Result<bool> {
    let remembers = request.cookie(SESSION_COOKIE).is_some();
    Ok(remembers && find(app, request).await?.is_none())
}

/// Who asks. Their session is in use from now on.
pub async fn find(app: &App, request: &Request) -> Result<Option<Person>> {
    let person = recognize(app, request).await?;
    if let Some(person) = &person {
        let now = app.clock().now();
        app.store().sessions.note_use(&person.session, now).await;
    }
    Ok(person)
}

/// Who asks, at this moment.
pub async fn recognize(app: &App, request: &Request) -> Result<Option<Person>> {
    let Some(cookie) = request.cookie(SESSION_COOKIE) else {
        return Ok(None);
    };
    let digest = SessionToken::sent(cookie).digest();
    let Some(session) = app.store().sessions.by_digest(digest).await? else {
        return Ok(None);
    };
    let now = app.clock().now();
    let settings = app.store().settings.current();
    let operator = app
        .store()
        .operators
        .by_no(session.operator_no)
        .filter(|it| it.state == OperatorState::Active);
    let Some(operator) = operator.filter(|_| session.is_alive(now, settings.session_limits()))
    else {
        return Ok(None);
    };
    let preferences = app.store().settings.preferences(operator.no);
    let form_tokens = FormTokens::of(app.forms(), &session.id);
    Ok(Some(Person {
        scope: app.store().operators.scope(&operator),
        zone: zone(preferences.time_zone.as_deref(), &settings),
        shortcuts: preferences.shortcuts,
        instance: settings.instance_name.clone(),
        operator,
        session,
        form_token: form_tokens.blank(),
        form_tokens,
    }))
}

fn zone(chosen: Option<&str>, settings: &Settings) -> Zone {
    Zone::parse(chosen.unwrap_or(&settings.time_zone)).unwrap_or_else(Zone::utc)
}

pub fn ask_to_sign_in(app: &App, request: &Request) -> Response {
    if app.store().operators.is_empty() {
        return Response::redirect("/setup");
    }
    Response::redirect(&request.with_next("/sign-in"))
}

/// A page that is closed to the role is 403, and that it was asked for is recorded.
pub async fn as_owner(
    app: &App,
    request: &Request,
    person: Person,
    route: &'static str,
) -> Result<Owner> {
    if person.is_owner() {
        return Ok(Owner(person));
    }
    let what = format!("access.deny {} {route}", person.operator.no);
    if app.note_flood(&what).is_some() {
        let event = OwnEvent::new(Action::AccessDeny)
            .failed(Reason::Forbidden)
            .word("route", route)
            .word("method", request.method_word());
        app.store()
            .sessions
            .record_failure(person.by(request), event)
            .await?;
    }
    Err(Error::new(
        Kind::NotPermitted,
        "Only owners can open this page.",
    ))
}
