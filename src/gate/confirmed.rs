//! Those who proved a factor lately: for changes of people, secrets and retention, and for what
//! cannot be taken back. A session left open does not open these.
use std::future::Future;

use super::debt::Debt;
use super::person::{Owner, admit_owner};
use super::signed_in::{SignedIn, admit};
use super::way::Way;
use crate::app::App;
use crate::base::Result;
use crate::http::{Form, Request, Response, Route};

/// A page with such a form.
pub fn confirmed_owner<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    of_owner(path).page(handler)
}

pub fn confirmed_owner_change<H, F>(path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Owner, Form) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    of_owner(path).form(handler)
}

/// The same for one's own account, of whatever role.
pub fn confirmed<H, F>(path: &'static str, settled: &'static [Debt], handler: H) -> Route<App>
where
    H: Fn(App, Request, SignedIn) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    of_whoever(path, settled).page(handler)
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
    of_whoever(path, settled).form(handler)
}

fn of_owner(path: &'static str) -> Way<Owner> {
    Way::new("owner who confirmed", path, admit_owner).confirmed()
}

fn of_whoever(path: &'static str, settled: &'static [Debt]) -> Way<SignedIn> {
    Way::new("whoever signed in and confirmed", path, admit)
        .settling(settled)
        .confirmed()
}
