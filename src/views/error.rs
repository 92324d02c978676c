//! When there is no page to show: what happened, what to do, and the request's id.
use maud::html;

use super::icons;
use super::layout::{self, Bare, PRODUCT};

pub struct Page<'a> {
    pub bare: Bare,
    pub status: u16,
    /// In place of what the status says by itself; constant text.
    pub what: Option<&'a str>,
    pub request_id: &'a str,
}

/// Who asks is not looked at, so the way out is right for everybody: it asks strangers to sign in.
pub fn page(page: &Page) -> String {
    let (title, what, todo) = words(page.status);
    let body = html! {
        div.auth {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { (title) }
                p { (page.what.unwrap_or(what)) }
                p { (todo) }
                p { a.btn href="/audit-logs" { "Go to the audit logs" } }
                p.foot { "Request id " span.mono.sel { (page.request_id) } }
            }
        }
    };
    layout::bare(page.bare, title, &body)
}

/// Title, what happened, what to do.
fn words(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        400 | 422 => (
            "Not understood",
            "The request could not be read.",
            "Go back and try again.",
        ),
        403 => (
            "Not permitted",
            "Your role does not open this page.",
            "Ask an owner if you need it.",
        ),
        404 => (
            "Page not found",
            "There is nothing at this address, or you cannot see it.",
            "Check the link, or ask whoever sent it.",
        ),
        405 => (
            "Not possible here",
            "This address does not take such a request.",
            "Go back and use the page's own buttons.",
        ),
        409 => (
            "Changed meanwhile",
            "Somebody else changed this first; nothing of yours was saved.",
            "Go back, look at what is there now, and try again.",
        ),
        413 => (
            "Too large",
            "The request was larger than Annals accepts.",
            "Send less at once.",
        ),
        429 => (
            "Too many requests",
            "There were too many requests in a short time.",
            "Wait a minute and try again.",
        ),
        503 => (
            "Not available",
            "Annals cannot answer just now; nothing was lost or half done.",
            "Try again in a moment.",
        ),
        _ => (
            "Something failed",
            "Something failed inside Annals. It is in the server log with the id below.",
            "Try again; if it happens again, give the id to whoever runs this instance.",
        ),
    }
}
