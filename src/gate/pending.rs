//! Whoever proved a password, and has a second factor to prove: opens two pages and nothing else.
use std::future::Future;

use super::origin::same_origin;
use super::session::SessionToken;
use crate::app::App;
use crate::base::{Hash, Phc, Result};
use crate::http::{FORM_MAX, Form, Method, Request, Response, Route, Surface};
use crate::model::{Operator, OperatorState};

pub const PENDING_COOKIE: &str = "annals-pending";

/// Proof of a right password and of nothing more. No page takes it for a `Person`.
pub struct PendingSignIn {
    pub operator: Operator,
    /// The hash that the password matched.
    pub seen: Phc,
    pub is_known_browser: bool,
    /// Of the cookie, to end it by.
    pub digest: Hash,
}

pub fn pending<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, PendingSignIn) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        match find(&app, &request).await? {
            Some(pending) => handler(app, request, pending).await,
            None => Ok(Response::redirect("/sign-in")),
        }
    };
    Route::new(Method::GET, path, "pending sign-in", Surface::People, check)
}

/// There is no session and so no form token: the origin has to be ours. A try is counted before
/// anything is compared.
pub fn pending_try<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, PendingSignIn, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let found = find(&app, &request).await?;
        let Some(pending) = found.filter(|it| app.count_try(&it.digest)) else {
            return Ok(Response::redirect("/sign-in"));
        };
        let form = request.form(FORM_MAX).await?;
        handler(app, request, pending, form).await
    };
    Route::new(
        Method::POST,
        path,
        "pending sign-in",
        Surface::People,
        check,
    )
}

/// Another password and deactivation end it.
async fn find(app: &App, request: &Request) -> Result<Option<PendingSignIn>> {
    let Some(cookie) = request.cookie(PENDING_COOKIE) else {
        return Ok(None);
    };
    let digest = SessionToken::sent(cookie).digest();
    let Some(pending) = app.pending_sign_in(&digest) else {
        return Ok(None);
    };
    let operator = app.store().operators.by_no(pending.operator_no);
    let now = app.clock().now();
    let operator = operator.filter(|it| it.state == OperatorState::Active && it.may_enter(now));
    let Some(operator) = operator else {
        return Ok(None);
    };
    let present = app.store().operators.password_of(operator.no).await?;
    Ok((present == pending.seen).then_some(PendingSignIn {
        operator,
        seen: pending.seen,
        is_known_browser: pending.is_known_browser,
        digest,
    }))
}
