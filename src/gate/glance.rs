//! What a page asks on its own, without its person: nobody stays signed in by leaving it open.
use std::future::Future;

use super::person::{Person, glance};
use crate::app::App;
use crate::base::Result;
use crate::http::{Method, Request, Response, Route, Surface};

/// Like `person`, but the session is not used by it.
pub fn person_glance<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Person) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        match glance(&app, &request).await? {
            Ok(person) => handler(app, request, person).await,
            Err(elsewhere) => Ok(elsewhere.answer(&app, &request)),
        }
    };
    Route::new(Method::GET, path, "person", Surface::People, check)
}
