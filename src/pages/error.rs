//! The page for every failure: what happened, what to do, and the request's id.
use super::around::{THEME_COOKIE, theme_of};
use crate::base::Error;
use crate::http::{Cookies, Response, status};
use crate::views::error::{Page, page};
use crate::views::layout::Bare;

pub fn show(error: &Error, request_id: &str, cookies: &Cookies) -> Response {
    let html = page(&Page {
        bare: Bare {
            theme: theme_of(cookies.get(THEME_COOKIE)),
            is_insecure: false,
        },
        status: status(error.kind()),
        what: Some(error.public()),
        request_id,
    });
    Response::html(html).status_of(error)
}
