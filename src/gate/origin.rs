//! Anybody: pages without a caller, and forms that only our own pages may send.
use std::future::Future;

use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{FORM_MAX, Form, Method, Request, Response, Route, Surface};

pub fn open_page<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Route::new(method, path, "anyone", Surface::People, handler)
}

pub fn open_program<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    Route::new(method, path, "anyone", Surface::Programs, handler)
}

/// For programs on this host, and for who has the token for metrics. A request that came through a
/// proxy never is from here. Where no token is set, there is nothing to see from elsewhere.
pub fn local_program<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        if !request.is_loopback() {
            app.reads_metrics(request.bearer().unwrap_or_default())?;
        }
        handler(app, request).await
    };
    Route::new(
        Method::GET,
        path,
        "anyone on this host, or the metrics token",
        Surface::Programs,
        check,
    )
}

/// A form of somebody without a session: it has no token yet, so its origin has to be ours.
pub fn form<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, mut request: Request| async move {
        same_origin(&request)?;
        let form = request.form(FORM_MAX).await?;
        handler(app, request, form).await
    };
    Route::new(Method::POST, path, "anyone", Surface::People, check)
}

/// For what only an address asks for, and still leaves a trace.
pub fn not_from_elsewhere(request: &Request) -> Result<()> {
    match request.sec_fetch_site() {
        Some("cross-site" | "same-site") => Err(Error::new(
            Kind::NotPermitted,
            "This was asked for by another site. Ask for it on the page itself.",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Browsers say where a form comes from. One that says "elsewhere" is refused; a program that
/// says nothing has to know the form token instead.
pub fn same_origin(request: &Request) -> Result<()> {
    let ours = match (request.sec_fetch_site(), request.origin()) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => request.is_own_origin(origin),
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    Err(Error::new(
        Kind::NotPermitted,
        "This form was sent from another site.",
    ))
}
