//! Owners who proved a factor lately: for changes of people, secrets and retention, and for what
//! cannot be taken back. A session left open does not open these.
use std::future::Future;

use super::origin::same_origin;
use super::person::{Owner, as_owner, enter};
use super::signed_in::{self, Debt, SignedIn};
use crate::app::App;
use crate::base::Result;
use crate::http::{FORM_MAX, Form, Method, Request, Response, Route, Surface};

const WHO: &str = "owner who confirmed";
const WHOEVER: &str = "whoever signed in and confirmed";

/// A page with such a form. Who has to confirm first comes back to it afterwards.
pub fn confirmed_owner<H, F>(path: &'static str, handler: H) -> Route<App>
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
        if !owner.0.session.is_confirmed(app.clock().now()) {
            return Ok(Response::redirect(&request.with_next("/confirm")));
        }
        owner.answer(|it| handler(app, request, it)).await
    };
    Route::new(Method::GET, path, WHO, Surface::People, check)
}

/// Such a form. One that comes too late changes nothing, and is said to have changed nothing: the
/// page with the form is at the same address.
pub fn confirmed_owner_change<H, F>(path: &'static str, handler: H) -> Route<App>
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
        if !owner.0.session.is_confirmed(app.clock().now()) {
            let to = request.with_next("/confirm");
            return Ok(Response::redirect(&format!("{to}&late=1")));
        }
        owner.answer(|it| handler(app, request, it, form)).await
    };
    Route::new(Method::POST, path, WHO, Surface::People, check)
}

/// The same for one's own account, of whatever role.
pub fn confirmed<H, F>(path: &'static str, settled: &'static [Debt], handler: H) -> Route<App>
where
    H: Fn(App, Request, SignedIn) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        let signed_in = match signed_in::enter(&app, &request, settled).await? {
            Ok(signed_in) => signed_in,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
        };
        if !signed_in.session.is_confirmed(app.clock().now()) {
            return Ok(Response::redirect(&request.with_next("/confirm")));
        }
        signed_in.answer(|it| handler(app, request, it)).await
    };
    Route::new(Method::GET, path, WHOEVER, Surface::People, check)
}

pub fn confirmed_change<H, F>(
    path: &'static str,
    settled: &'static [Debt],
    handler: H,
) -> Route<App>
where
    H: Fn(App, Request, SignedIn, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let signed_in = match signed_in::enter(&app, &request, settled).await? {
            Ok(signed_in) => signed_in,
            Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
        };
        let form = signed_in.form_tokens.form(&mut request, FORM_MAX).await?;
        if !signed_in.session.is_confirmed(app.clock().now()) {
            let to = request.with_next("/confirm");
            return Ok(Response::redirect(&format!("{to}&late=1")));
        }
        signed_in.answer(|it| handler(app, request, it, form)).await
    };
    Route::new(Method::POST, path, WHOEVER, Surface::People, check)
}
