//! The page for every failure: what happened, what to do, and the request's id.
use crate::base::Error;
use crate::http::{Response, status};
use crate::model::Theme;
use crate::views::error::{Page, page};
use crate::views::layout::Bare;

pub fn show(error: &Error, request_id: &str) -> Response {
    let html = page(&Page {
        bare: Bare {
            theme: Theme::System,
            is_insecure: false,
        },
        status: status(error.kind()),
        what: Some(error.public()),
        request_id,
    });
    Response::html(html).status_of(error)
}
