//! `/api-keys/{id}`: one key's page, its form, and what is done with it after a question.
use super::api_keys::{Made, choices, offered, receipt};
use super::around::shell;
use super::fields::{text, version};
use super::key_life::expires;
use super::pools::about;
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Reply, Request, Response};
use crate::model::safe::Label;
use crate::model::{ApiKey, GateMode, KeyAct, Pool, Reason, RecordId, RecordKind};
use crate::store::{Asked, KeyEdit};
use crate::views::confirm;
use crate::views::key_form::{self, KEEP, Typed};
use crate::views::{Times, api_key, nothing};

pub async fn record(app: App, request: Request, person: Person) -> Result<Response> {
    let Held { key, pool, pools } = held(&app, &request, &person).await?;
    let now = app.clock().now();
    let id = key.id.to_string();
    let html = api_key::page(&api_key::ApiKey {
        shell: shell(&request, &person, "/api-keys"),
        times: Times {
            now,
            zone: &person.zone,
        },
        id: &id,
        name: &key.name,
        prefix: &key.prefix,
        permission: key.permission,
        mode: key.mode,
        is_sealed_by_pool: pool.mode == GateMode::Sealed,
        pool_name: &pool.name,
        pool_href: Some(format!("/pools/{}", pool.id)),
        overlap: key.overlap(now).map(|it| (it.prefix.as_str(), it.until_ms)),
        last_used: key.used_ms,
        expires: key.expires_ms,
        state: key.state_at(now).as_str(),
        href: &href(&key.id),
        acts: offered(&key, &pools, &person, now),
        about_href: &about(&id),
    });
    Ok(Response::html(html))
}

pub async fn edit(app: App, request: Request, person: Person) -> Result<Response> {
    let held = held(&app, &request, &person).await?;
    let typed = Typed {
        name: &held.key.name,
        mode: held.key.mode,
        expires: KEEP,
        ..Typed::default()
    };
    let now = app.clock().now();
    let error = refusal(&held, KeyAct::Update, &person, now);
    let html = edit_page(&request, &person, &held, typed, error, now);
    Ok(Response::html(html))
}

pub async fn save(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let asked = asked(&request, &person, &form)?;
    let (id, now) = (asked.id, app.clock().now());
    let saved = match edited(&form, &person, now) {
        Ok(edit) => {
            let keys = &app.store().api_keys;
            keys.update(person.by(&request), asked, edit).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(Response::redirect(&href(&id))),
        Err(error) if error.kind().is_the_callers() => {
            let held = held(&app, &request, &person).await?;
            let typed = Typed {
                name: text(&form, "name"),
                mode: GateMode::parse(text(&form, "mode")).unwrap_or(held.key.mode),
                expires: text(&form, "expires"),
                expires_on: text(&form, "expires_on"),
                ..Typed::default()
            };
            let problem = Some(error.public());
            let html = edit_page(&request, &person, &held, typed, problem, now);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

/// The page that asks before something is done.
pub fn ask(act: KeyAct) -> impl Fn(App, Request, Person) -> Reply + Copy {
    move |app, request, person| {
        Box::pin(async move {
            let held = held(&app, &request, &person).await?;
            let error = refusal(&held, act, &person, app.clock().now());
            let html = question(&request, &person, &held, act, None, error)?;
            Ok(Response::html(html))
        })
    }
}

/// What its button does.
pub fn act(act: KeyAct) -> impl Fn(App, Request, Person, Form) -> Reply + Copy {
    move |app, request, person, form| {
        Box::pin(async move {
            match perform(&app, &request, &person, &form, act).await {
                Err(error) if error.kind().is_the_callers() => {
                    let held = held(&app, &request, &person).await?;
                    let problem = Some(error.public());
                    let html = question(&request, &person, &held, act, Some(&form), problem)?;
                    Ok(Response::html(html).status_of(&error))
                }
                other => other,
            }
        })
    }
}

async fn perform(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    act: KeyAct,
) -> Result<Response> {
    let asked = asked(request, person, form)?;
    let (by, id) = (person.by(request), asked.id);
    let keys = &app.store().api_keys;
    match act {
        KeyAct::Rotate => {
            let hours = text(form, "grace_hours").parse();
            // No number is no number of hours: it is refused as one that is out of range.
            let hours = hours.unwrap_or(i64::MAX);
            let (before, key, token) = keys.rotate(by, asked, hours).await?;
            let before = Some(before);
            let made = Made { key, token, before };
            return receipt(app, request, person, &made).await;
        }
        KeyAct::Move => {
            let to = text(form, "pool").to_owned();
            keys.move_to(by, asked, to).await?;
        }
        KeyAct::Delete => {
            keys.delete(by, asked).await?;
            return Ok(Response::redirect("/api-keys"));
        }
        KeyAct::Pause | KeyAct::Resume | KeyAct::Revoke | KeyAct::Update => {
            keys.set_state(by, asked, act).await?;
        }
    }
    Ok(Response::redirect(&href(&id)))
}

fn question(
    request: &Request,
    person: &Person,
    held: &Held,
    act: KeyAct,
    typed: Option<&Form>,
    error: Option<&str>,
) -> Result<String> {
    let typed = |name| typed.map_or("", |it| text(it, name));
    let fields = match act {
        KeyAct::Rotate => api_key::grace(typed("grace_hours")),
        KeyAct::Move => {
            let others = held.pools.iter().filter(|it| it.no != held.pool.no);
            api_key::destination(&choices(others), typed("pool"))
        }
        _ => nothing(),
    };
    let href = href(&held.key.id);
    Ok(confirm::page(&confirm::Page {
        shell: shell(request, person, "/api-keys"),
        question: api_key::question(act).internal("this act asks nothing")?,
        name: &held.key.name,
        action_href: &format!("{href}/{}", act.as_str()),
        version: held.key.recorded_seq,
        back_href: &href,
        error,
        fields,
    }))
}

fn edit_page(
    request: &Request,
    person: &Person,
    held: &Held,
    typed: Typed<'_>,
    error: Option<&str>,
    now: i64,
) -> String {
    let times = Times {
        now,
        zone: &person.zone,
    };
    let href = href(&held.key.id);
    key_form::edit(&key_form::Edit {
        shell: shell(request, person, "/api-keys"),
        name: &held.key.name,
        typed,
        expires_now: api_key::expires(held.key.expires_ms, times),
        version: held.key.recorded_seq,
        action_href: &format!("{href}/edit"),
        back_href: &href,
        error,
    })
}

fn edited(form: &Form, person: &Person, now: i64) -> Result<KeyEdit> {
    let name = Label::gate(text(form, "name"));
    Ok(KeyEdit {
        name: name.map_err(|it| Error::new(Kind::Invalid, it.sentence()))?,
        mode: GateMode::parse(text(form, "mode"))
            .or_fail(Kind::Invalid, "Choose what happens to names and ids.")?,
        expires: expires(form, &person.zone, now)?,
    })
}

/// Why it cannot be done as things are.
fn refusal(held: &Held, act: KeyAct, person: &Person, now: i64) -> Option<&'static str> {
    let allowed = held
        .key
        .allows(act, held.pool.state, person.is_owner(), now);
    allowed.err().map(Reason::phrase)
}

fn asked(request: &Request, person: &Person, form: &Form) -> Result<Asked> {
    Ok(Asked {
        scope: person.scope.clone(),
        id: id(request)?,
        version: Some(version(form)),
    })
}

/// A key that the person may see, its Pool, and every Pool that they see.
struct Held {
    key: ApiKey,
    pool: Pool,
    pools: Vec<Pool>,
}

async fn held(app: &App, request: &Request, person: &Person) -> Result<Held> {
    let nothing = "There is no such API key.";
    let id = id(request)?;
    let key = app.store().api_keys.find(&person.scope, id).await?;
    let key = key.or_fail(Kind::NotFound, nothing)?;
    let pools = app.store().pools.list(&person.scope);
    let pool = pools.iter().find(|it| it.no == key.pool_no).cloned();
    let pool = pool.or_fail(Kind::NotFound, nothing)?;
    Ok(Held { key, pool, pools })
}

fn id(request: &Request) -> Result<RecordId> {
    request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::ApiKey, it))
        .or_fail(Kind::NotFound, "There is no such API key.")
}

fn href(id: &RecordId) -> String {
    format!("/api-keys/{id}")
}
