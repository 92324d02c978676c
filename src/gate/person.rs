//! People: signed-in operators who owe nothing, and what they may see at this moment.
use std::future::Future;

use super::form_token::FormTokens;
use super::origin::not_from_elsewhere;
use super::signed_in::{self, SignedIn};
use super::views::views;
use super::way::{Admission, Asked, Caller, Soon, Way};
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{FORM_MAX, Form, Request, Response, Route};
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

/// A page for whoever is signed in.
pub fn person<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("person", path, admit).page(handler)
}

/// A file for whoever is signed in, which is recorded in their name: another site cannot have it
/// made. An address that is typed or pasted can.
pub fn person_download<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("person", path, admit_from_here).page(handler)
}

/// What a page asks on its own, without its person: the session is not used by it, so nobody stays
/// signed in by leaving a page open.
pub fn person_glance<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("person", path, glance).page(handler)
}

/// A form for whoever is signed in.
pub fn person_change<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("person", path, admit).form(handler)
}

/// The same for a form with a credential document in it.
pub fn person_document<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("person", path, admit)
        .within(DOCUMENT_FORM_MAX)
        .form(handler)
}

pub fn owner<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("owner", path, admit_owner).page(handler)
}

pub fn owner_change<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Way::new("owner", path, admit_owner).form(handler)
}

impl Person {
    /// The one who acts, as an event names them.
    pub fn by(&self, request: &Request) -> By {
        signed_in::by(&self.operator, &self.session, request)
    }

    pub fn is_owner(&self) -> bool {
        self.operator.role == Role::Owner
    }
}

impl Caller for Person {
    fn session(&self) -> &Session {
        &self.session
    }

    fn form_tokens(&self) -> &FormTokens {
        &self.form_tokens
    }
}

impl Caller for Owner {
    fn session(&self) -> &Session {
        self.0.session()
    }

    fn form_tokens(&self) -> &FormTokens {
        self.0.form_tokens()
    }
}

fn admit<'a>(app: &'a App, request: &'a Request, _: Asked) -> Soon<'a, Admission<Person>> {
    Box::pin(async move {
        let entered = signed_in::enter(app, request, &[]).await?;
        Ok(entered.map(|it| person_of(app, it)))
    })
}

fn admit_from_here<'a>(
    app: &'a App,
    request: &'a Request,
    asked: Asked,
) -> Soon<'a, Admission<Person>> {
    Box::pin(async move {
        not_from_elsewhere(request)?;
        admit(app, request, asked).await
    })
}

fn glance<'a>(app: &'a App, request: &'a Request, _: Asked) -> Soon<'a, Admission<Person>> {
    Box::pin(async move {
        let recognized = signed_in::recognize(app, request, &[]).await?;
        Ok(recognized.map(|it| person_of(app, it)))
    })
}

/// A page that is closed to the role is 403, and that it was asked for is recorded.
pub fn admit_owner<'a>(
    app: &'a App,
    request: &'a Request,
    asked: Asked,
) -> Soon<'a, Admission<Owner>> {
    Box::pin(async move {
        match admit(app, request, asked).await? {
            Ok(person) if person.is_owner() => Ok(Ok(Owner(person))),
            Ok(person) => Err(deny(app, request, &person, asked.path).await?),
            Err(elsewhere) => Ok(Err(elsewhere)),
        }
    })
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

async fn deny(app: &App, request: &Request, person: &Person, route: &'static str) -> Result<Error> {
    let event = OwnEvent::new(Action::AccessDeny)
        .on_named(route)
        .failed(Reason::Forbidden)
        .word("route", route)
        .word("method", request.method_word());
    app.store().refuse(person.by(request), event).await?;
    Ok(Error::new(
        Kind::NotPermitted,
        "Only owners can open this page.",
    ))
}
