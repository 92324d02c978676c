//! `/account` and `/shortcuts`: the person's own name, and what they prefer to look at.
use super::around::{THEME_COOKIE, local_path, shell};
use super::fields::{text, version};
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::gate::Person;
use crate::http::{Cookie, Form, Request, Response};
use crate::model::safe::{Email, Label};
use crate::model::{Preferences, Refusal, Theme, Zone};
use crate::store::{Act, Edit};
use crate::views::{account, shortcuts};

pub async fn show(app: App, request: Request, person: Person) -> Result<Response> {
    let is_saved = request.query_value("saved").is_some();
    let shown = Shown::of(&app, &person).await?;
    Ok(Response::html(page(
        &request, &person, &shown, is_saved, None,
    )))
}

/// Saves time zone and shortcuts.
pub async fn save(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let Some(zone) = form.get("zone").and_then(Zone::parse) else {
        let problem = Some("Choose a time zone from the list.");
        let shown = Shown::of(&app, &person).await?;
        return Ok(Response::html(page(&request, &person, &shown, false, problem)).status(422));
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

/// One's own name; the address is an owner's to change.
pub async fn rename(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let name = text(&form, "name");
    match edit(&app, &request, &person, name, version(&form)).await {
        Ok(()) => Ok(Response::redirect("/account?saved=1")),
        Err(error) if error.kind().is_the_callers() => {
            let shown = Shown {
                name: name.to_owned(),
                ..Shown::of(&app, &person).await?
            };
            let problem = Some(error.public());
            let html = page(&request, &person, &shown, false, problem);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

async fn edit(
    app: &App,
    request: &Request,
    person: &Person,
    name: &str,
    version: i64,
) -> Result<()> {
    let operator = &person.operator;
    let invalid = |it: Refusal| Error::new(Kind::Invalid, it.sentence());
    let edit = Edit {
        email: Email::parse(&operator.email).map_err(invalid)?,
        name: Label::gate(name).map_err(invalid)?,
        role: operator.role,
        pools: app
            .store()
            .operators
            .assigned(operator.no)
            .into_iter()
            .map(|it| it.slug)
            .collect(),
    };
    let act = Act {
        by: person.by(request),
        by_no: Some(operator.no),
        id: operator.id,
        version: Some(version),
    };
    app.store().operators.edit(act, edit).await
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

/// The person's record as the form shows it.
struct Shown {
    name: String,
    version: i64,
    has_second_factor: bool,
    codes_left: i64,
}

impl Shown {
    async fn of(app: &App, person: &Person) -> Result<Self> {
        Ok(Self {
            name: person.operator.name.clone(),
            version: app.store().operators.version(person.operator.no).await?,
            has_second_factor: app.store().factors.has(person.operator.no),
            codes_left: app.store().factors.codes_left(person.operator.no).await?,
        })
    }
}

fn page(
    request: &Request,
    person: &Person,
    shown: &Shown,
    is_saved: bool,
    error: Option<&str>,
) -> String {
    account::page(&account::Page {
        shell: shell(request, person, "/account"),
        name: &shown.name,
        version: shown.version,
        zone: person.zone.name(),
        zones: Zone::names(),
        has_second_factor: shown.has_second_factor,
        codes_left: shown.codes_left,
        is_saved,
        error,
    })
}
