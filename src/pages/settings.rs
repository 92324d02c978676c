//! `/settings`: what the instance is set to, and one form for each section.
use super::around::shell;
use super::fields::{text, version};
use super::log_address::Address;
use crate::app::App;
use crate::base::{Kind, OrFail, Result};
use crate::gate::Owner;
use crate::http::{Form, Request, Response};
use crate::model::{
    ActionChoice, Filter, SecretAct, Section, Setting, Settings, Zone, metrics_token,
};
use crate::views::setting_fields::{Field, Fields};
use crate::views::settings::{self as view, Overview};

pub async fn list(app: App, request: Request, owner: Owner) -> Result<Response> {
    let html = view::overview(&Overview {
        shell: shell(&request, &owner.0, view::HREF),
        settings: &app.store().settings.current(),
        pinned_proxies: app.pinned_proxies().as_deref(),
        saved: request.query_value("saved").and_then(Section::parse),
        about_href: &Address::of(&Filter {
            action: Some(ActionChoice::Family("settings".to_owned())),
            ..Filter::default()
        }),
    });
    Ok(Response::html(html))
}

/// The form of the section that the route names.
pub async fn edit(app: App, request: Request, owner: Owner) -> Result<Response> {
    let section = section(&request)?;
    let (settings, version) = app.store().settings.version(section).await?;
    let fields = section.settings().map(|it| Field {
        setting: it,
        text: stored(&settings, it),
        is_wrong: false,
    });
    let shown = Shown {
        section,
        version,
        fields: fields.collect(),
        settings: &settings,
        refused: None,
    };
    Ok(Response::html(shown.html(&app, &request, &owner)))
}

pub async fn save(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let section = section(&request)?;
    let store = &app.store().settings;
    let by = owner.0.by(&request);
    let mut wanted = Settings::clone(&store.current());
    if let Err(unfit) = read(&app, section, &form, &mut wanted) {
        store.refuse(by, section).await?;
        let (settings, _) = store.version(section).await?;
        let shown = Shown {
            section,
            version: version(&form),
            fields: typed(section, &form, Some(unfit.setting)),
            settings: &settings,
            refused: Some((Kind::Invalid, unfit.sentence)),
        };
        let html = shown.html(&app, &request, &owner);
        return Ok(Response::html(html).status(422));
    }
    let Err(error) = store.update(by, section, version(&form), wanted).await else {
        let section = section.as_str();
        return Ok(Response::redirect(&format!(
            "{}?saved={section}",
            view::HREF
        )));
    };
    if !error.kind().is_the_callers() {
        return Err(error);
    }
    let (settings, version) = store.version(section).await?;
    let shown = Shown {
        section,
        version,
        fields: typed(section, &form, None),
        settings: &settings,
        refused: Some((error.kind(), error.public())),
    };
    let html = shown.html(&app, &request, &owner);
    Ok(Response::html(html).status_of(&error))
}

/// Each section has a route, and so a gate, of its own: the path is nobody's to choose.
fn section(request: &Request) -> Result<Section> {
    let path = request.path_and_query().split('?').next();
    let last = path.and_then(|it| it.rsplit('/').next());
    let section = last.and_then(Section::parse);
    section.or_fail(Kind::NotFound, "There is no such page.")
}

/// What a setting cannot be.
struct Unfit {
    setting: Setting,
    sentence: &'static str,
}

/// Reads the section's fields. One that was not sent stays what it is, and so does what the
/// environment decides.
fn read(app: &App, section: Section, form: &Form, into: &mut Settings) -> Result<(), Unfit> {
    let is_pinned = app.pinned_proxies().is_some();
    for setting in section.settings() {
        let taken = match form.get(setting.name()) {
            Some(_) if setting == Setting::TrustedProxies && is_pinned => Ok(()),
            None => Ok(()),
            Some(act) if setting.is_secret() => secret(act, form, into),
            Some(text) => into.set(setting, text.trim()),
        };
        taken.map_err(|sentence| Unfit { setting, sentence })?;
    }
    Ok(())
}

/// A token that was typed beside "keep" is not thrown away in silence.
fn secret(act: &str, form: &Form, into: &mut Settings) -> Result<(), &'static str> {
    let new = form.secret(NEW_TOKEN).unwrap_or_default();
    match SecretAct::parse(act).ok_or("Choose what becomes of the token.")? {
        SecretAct::Replace if new.is_empty() => return Err("Type the new token."),
        SecretAct::Replace => into.metrics_token = Some(metrics_token(&new)?),
        SecretAct::Keep | SecretAct::Clear if !new.is_empty() => {
            return Err("Choose whether the token that was typed is to be set, or leave it blank.");
        }
        SecretAct::Keep => {}
        SecretAct::Clear => into.metrics_token = None,
    }
    Ok(())
}

const NEW_TOKEN: &str = "metrics_token_new";

/// As a form begins with it.
fn stored(settings: &Settings, setting: Setting) -> String {
    if setting.is_secret() {
        return SecretAct::Keep.as_str().to_owned();
    }
    settings.text(setting)
}

/// As it was sent, but never a token.
fn typed(section: Section, form: &Form, wrong: Option<Setting>) -> Vec<Field> {
    let fields = section.settings().map(|it| Field {
        setting: it,
        text: text(form, it.name()).to_owned(),
        is_wrong: wrong == Some(it),
    });
    fields.collect()
}

struct Shown<'a> {
    section: Section,
    version: i64,
    fields: Vec<Field>,
    settings: &'a Settings,
    refused: Option<(Kind, &'static str)>,
}

impl Shown<'_> {
    fn html(self, app: &App, request: &Request, owner: &Owner) -> String {
        let here = view::href(self.section);
        view::form(&view::Form {
            shell: shell(request, &owner.0, &here),
            section: self.section,
            version: self.version,
            fields: Fields {
                each: self.fields,
                settings: self.settings,
                pinned_proxies: app.pinned_proxies().as_deref(),
                zones: Zone::names(),
                is_stale: self
                    .refused
                    .is_some_and(|it| it.0 == Kind::ChangedMeanwhile),
            },
            error: self.refused.map(|(_, sentence)| sentence),
        })
    }
}
