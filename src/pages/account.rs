//! `/account`, `/preferences` and `/shortcuts`: what a person prefers to look at.
use super::around::{THEME_COOKIE, local_path, shell};
use crate::app::App;
use crate::base::Result;
use crate::gate::Person;
use crate::http::{Cookie, Form, Request, Response};
use crate::model::{Preferences, Theme, Zone};
use crate::views::{account, shortcuts};

pub async fn show(_: App, request: Request, person: Person) -> Result<Response> {
    let is_saved = request.query_value("saved").is_some();
    Ok(Response::html(page(&request, &person, is_saved, None)))
}

/// Saves time zone and shortcuts.
pub async fn save(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let Some(zone) = form.get("zone").and_then(Zone::parse) else {
        let problem = Some("Choose a time zone from the list.");
        return Ok(Response::html(page(&request, &person, false, problem)).status(422));
    };
    let preferences = Preferences {
        time_zone: Some(zone.name().to_owned()),
        shortcuts: form.get("shortcuts") != Some("off"),
    };
    app.store()
        .settings
        .prefer(person.operator.no, preferences)
        .await?;
    Ok(Response::redirect("/account?saved=1"))
}

/// The theme is a cookie: the page is right from its first byte, also before anybody signs in.
pub async fn prefer(_: App, request: Request, _: Person, form: Form) -> Result<Response> {
    let theme = form.get("theme").and_then(Theme::parse).unwrap_or_default();
    let back = local_path(form.get("next").unwrap_or_default());
    let cookie = Cookie::lasting(THEME_COOKIE, theme.as_str(), request.is_https());
    Ok(Response::redirect(back).with_cookie(&cookie))
}

pub async fn keys(_: App, request: Request, person: Person) -> Result<Response> {
    Ok(Response::html(shortcuts::page(&shell(
        &request, &person, "/account",
    ))))
}

fn page(request: &Request, person: &Person, is_saved: bool, error: Option<&str>) -> String {
    account::page(&account::Page {
        shell: shell(request, person, "/account"),
        zone: person.zone.name(),
        zones: Zone::names(),
        is_saved,
        error,
    })
}
