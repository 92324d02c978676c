//! What stands around every page: who is asking, in which theme, from where.
use crate::gate::Person;
use crate::http::Request;
use crate::model::Theme;
use crate::views::layout::{Bare, Shell};

pub const THEME_COOKIE: &str = "theme";

/// `here` is this page's own address, made of what was understood: a query may hold anything.
pub fn shell<'a>(request: &Request, person: &'a Person, here: &'a str) -> Shell<'a> {
    Shell {
        instance: &person.instance,
        name: &person.operator.name,
        email: &person.operator.email,
        is_owner: person.is_owner(),
        theme: theme(request),
        shortcuts: person.shortcuts,
        csrf: &person.form_token,
        here,
        is_insecure: is_insecure(request),
        views: &person.views,
    }
}

pub fn bare(request: &Request) -> Bare {
    Bare {
        theme: theme(request),
        is_insecure: is_insecure(request),
    }
}

/// A path of ours to go on to; anything else leads to the start page.
pub fn local_path(text: &str) -> &str {
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.contains(char::is_control);
    if ours { text } else { "/audit-logs" }
}

/// What the cookie says; without one, the system's.
pub fn theme_of(cookie: Option<&str>) -> Theme {
    cookie.and_then(Theme::parse).unwrap_or_default()
}

fn theme(request: &Request) -> Theme {
    theme_of(request.cookie(THEME_COOKIE))
}

/// Passwords and cookies can be read on the way unless it is encrypted or does not leave the host.
fn is_insecure(request: &Request) -> bool {
    !request.is_https() && !request.is_loopback()
}
