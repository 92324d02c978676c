//! People: signed-in operators who owe nothing, and what they may see at this moment.
use std::future::Future;

use super::form_token::FormTokens;
use super::origin::{not_from_elsewhere, same_origin};
use super::signed_in::{self, Elsewhere, SignedIn};
use super::views::views;
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{FORM_MAX, Form, Method, Request, Response, Route, Surface};
use crate::model::{Action, By, Operator, OwnEvent, Reason, Role, SavedView, Scope, Session, Zone};

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
    /// Saved views, their own first.
    pub views: Vec<SavedView>,
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
        match enter(&app, &request).await? {
            Ok(person) => person.answer(|it| handler(app, request, it)).await,
            Err(elsewhere) => Ok(elsewhere.answer(&app, &request)),
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
        match enter(&app, &request).await? {
            Ok(person) => person.answer(|it| handler(app, request, it)).await,
            Err(elsewhere) => Ok(elsewhere.answer(&app, &request)),
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
        let person = match enter(&app, &request).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
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
        let person = match enter(&app, &request).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
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
        let person = match enter(&app, &request).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
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
        let person = match enter(&app, &request).await? {
            Ok(person) => person,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
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
        signed_in::by(&self.operator, &self.session, request)
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
        self.form_tokens.form(request, limit).await
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

pub async fn enter(app: &App, request: &Request) -> Result<Result<Person, Elsewhere>> {
    let entered = signed_in::enter(app, request, &[]).await?;
    Ok(entered.map(|it| person_of(app, it)))
}

/// The same, without keeping the session alive.
pub async fn glance(app: &App, request: &Request) -> Result<Result<Person, Elsewhere>> {
    let recognized = signed_in::recognize(app, request, &[]).await?;
    Ok(recognized.map(|it| person_of(app, it)))
}

fn person_of(app: &App, signed_in: SignedIn) -> Person {
    let preferences = app.store().settings.preferences(signed_in.operator.no);
    let settings = app.store().settings.current();
    let scope = app.store().operators.scope(&signed_in.operator);
    let zone = preferences
        .time_zone
        .as_ref()
        .unwrap_or(&settings.time_zone);
    Person {
        views: views(app, &signed_in.operator, &scope),
        scope,
        zone: Zone::parse(zone).unwrap_or_else(Zone::utc),
        shortcuts: preferences.shortcuts,
        instance: settings.instance_name.clone(),
        operator: signed_in.operator,
        session: signed_in.session,
        form_token: signed_in.form_token,
        form_tokens: signed_in.form_tokens,
    }
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
