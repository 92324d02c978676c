//! `/pools/{id}`: one Pool's page, its form, and what an owner does with it after a question.
use super::around::shell;
use super::fields::{text, version};
use super::pools::{about, events_in};
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::{Owner, Person};
use crate::http::{Form, Reply, Request, Response};
use crate::model::safe::Label;
use crate::model::{
    ApiKey, DetailKeys, GateMode, Operator, Pool, PoolAct, PoolState, Reason, RecordId, RecordKind,
    kind_named,
};
use crate::store::PoolEdit;
use crate::views::pool_form::{self, NEW_KEYS, Typed};
use crate::views::{Times, confirm, nothing, pool};

pub async fn record(app: App, request: Request, person: Person) -> Result<Response> {
    let found = find(&app, &request, &person)?;
    let now = app.clock().now();
    let mut keys = app.store().api_keys.list(&person.scope).await?;
    keys.retain(|it| it.pool_no == found.no);
    let operators = app.store().pools.operators(found.no);
    let acts = PoolAct::ALL.into_iter();
    let acts = acts.filter(|it| person.is_owner() && found.state.allows(*it).is_ok());
    let html = pool::page(&pool::Record {
        shell: shell(&request, &person, "/pools"),
        times: Times {
            now,
            zone: &person.zone,
        },
        pool: &found,
        href: &href(&found.id),
        events_href: &events_in(&found),
        acts: acts.collect(),
        about_href: &about(&found.id.to_string()),
        operators: person
            .is_owner()
            .then(|| operators.iter().map(operator).collect()),
        keys: keys
            .iter()
            .map(|it: &ApiKey| pool::Key {
                name: &it.name,
                permission: it.permission,
                last_used: it.used_ms,
                state: it.state_at(now).as_str(),
                href: format!("/api-keys/{}", it.id),
            })
            .collect(),
    });
    Ok(Response::html(html))
}

pub async fn edit(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let found = find(&app, &request, &person)?;
    let retention = found.retention_days.map(|it| it.to_string());
    let typed = Typed {
        name: &found.name,
        retention: retention.as_deref().unwrap_or_default(),
        mode: found.mode,
        removed: Vec::new(),
        added: [("", ""); NEW_KEYS],
    };
    let html = edit_page(&request, &person, &found, typed, None);
    Ok(Response::html(html))
}

pub async fn save(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let found = find(&app, &request, &person)?;
    let saved = match edited(&form, &found.detail_keys) {
        Ok(edit) => {
            let (by, version) = (person.by(&request), version(&form));
            app.store().pools.update(by, found.id, version, edit).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(Response::redirect(&href(&found.id))),
        Err(error) if error.kind().is_the_callers() => {
            let now = find(&app, &request, &person)?;
            let typed = typed(&form, &now);
            let html = edit_page(&request, &person, &now, typed, Some(error.public()));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

/// The page that asks before something is done.
pub fn ask(act: PoolAct) -> impl Fn(App, Request, Owner) -> Reply + Copy {
    move |app, request, owner| {
        Box::pin(async move {
            let found = find(&app, &request, &owner.0)?;
            let error = found.state.allows(act).err().map(Reason::phrase);
            let html = question(&request, &owner.0, &found, act, error)?;
            Ok(Response::html(html))
        })
    }
}

/// What its button does.
pub fn act(act: PoolAct) -> impl Fn(App, Request, Owner, Form) -> Reply + Copy {
    move |app, request, owner, form| {
        Box::pin(async move {
            let person = owner.0;
            match perform(&app, &request, &person, &form, act).await {
                Err(error) if error.kind().is_the_callers() => {
                    let found = find(&app, &request, &person)?;
                    let problem = Some(error.public());
                    let html = question(&request, &person, &found, act, problem)?;
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
    act: PoolAct,
) -> Result<Response> {
    let id = id(request)?;
    let (by, version) = (person.by(request), version(form));
    let pools = &app.store().pools;
    if act == PoolAct::Delete {
        let slug = text(form, "slug").to_owned();
        pools.delete(by, id, version, slug).await?;
        return Ok(Response::redirect("/pools"));
    }
    pools.set_state(by, id, version, act).await?;
    Ok(Response::redirect(&href(&id)))
}

fn question(
    request: &Request,
    person: &Person,
    found: &Pool,
    act: PoolAct,
    error: Option<&str>,
) -> Result<String> {
    let href = href(&found.id);
    Ok(confirm::page(&confirm::Page {
        shell: shell(request, person, "/pools"),
        question: pool::question(act).internal("this act asks nothing")?,
        name: &found.name,
        action_href: &format!("{href}/{}", act.as_str()),
        version: found.recorded_seq,
        back_href: &href,
        error,
        fields: match act {
            PoolAct::Delete => pool::confirmation(&found.slug),
            _ => nothing(),
        },
    }))
}

fn edit_page(
    request: &Request,
    person: &Person,
    found: &Pool,
    typed: Typed<'_>,
    error: Option<&str>,
) -> String {
    let href = href(&found.id);
    pool_form::edit(&pool_form::Edit {
        shell: shell(request, person, "/pools"),
        name: &found.name,
        slug: &found.slug,
        typed,
        detail_keys: &found.detail_keys,
        version: found.recorded_seq,
        action_href: &format!("{href}/edit"),
        back_href: &href,
        error,
    })
}

fn typed<'a>(form: &'a Form, found: &'a Pool) -> Typed<'a> {
    let names = found.detail_keys.iter().map(|it| it.0.as_str());
    Typed {
        name: text(form, "name"),
        retention: text(form, "retention_days"),
        mode: GateMode::parse(text(form, "mode")).unwrap_or(found.mode),
        removed: names.filter(|it| is_removed(form, it)).collect(),
        added: added(form),
    }
}

fn edited(form: &Form, before: &DetailKeys) -> Result<PoolEdit> {
    let invalid = |sentence| Error::new(Kind::Invalid, sentence);
    let days = text(form, "retention_days");
    let retention_days = match days {
        "" => None,
        days => Some(
            days.parse()
                .or_fail(Kind::Invalid, "Write the days as a whole number.")?,
        ),
    };
    let mut new = Vec::new();
    for (name, kind) in added(form) {
        if !name.is_empty() {
            let kind = kind_named(kind).or_fail(Kind::Invalid, "Choose what the key holds.")?;
            new.push((name.to_owned(), kind));
        }
    }
    let detail_keys = before.edited(|it| is_removed(form, it), new);
    Ok(PoolEdit {
        name: Label::gate(text(form, "name")).map_err(|it| invalid(it.sentence()))?,
        retention_days,
        mode: GateMode::parse(text(form, "mode"))
            .or_fail(Kind::Invalid, "Choose what happens to names and ids.")?,
        detail_keys: detail_keys.map_err(|it| invalid(it.sentence()))?,
    })
}

fn added(form: &Form) -> [(&str, &str); NEW_KEYS] {
    std::array::from_fn(|row| {
        let field = |name| text(form, &format!("{name}_{row}"));
        (field("key"), field("kind"))
    })
}

fn is_removed(form: &Form, name: &str) -> bool {
    form.get(&format!("remove_{name}")).is_some()
}

fn operator(operator: &Operator) -> pool::Operator<'_> {
    pool::Operator {
        name: &operator.name,
        email: &operator.email,
        state: operator.state.as_str(),
        href: format!("/operators/{}", operator.id),
    }
}

/// One that is deleted has no page any more: its events have.
fn find(app: &App, request: &Request, person: &Person) -> Result<Pool> {
    let found = app.store().pools.find(&person.scope, &id(request)?);
    found
        .filter(|it| it.state != PoolState::Deleted)
        .or_fail(Kind::NotFound, "There is no such Pool.")
}

fn id(request: &Request) -> Result<RecordId> {
    request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::Pool, it))
        .or_fail(Kind::NotFound, "There is no such Pool.")
}

fn href(id: &RecordId) -> String {
    format!("/pools/{id}")
}
