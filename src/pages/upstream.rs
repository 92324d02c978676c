//! `/upstreams/{id}`: the record of one upstream, and everything that is done with it.
use super::around::shell;
use super::fields::{text, version};
use super::pools::about;
use super::upstreams::mode;
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::intake::{DocumentFault, read_document};
use crate::model::safe::Label;
use crate::model::{
    GateMode, Pool, RecordId, RecordKind, SourceFormat, Upstream, UpstreamAct, UpstreamSecret,
};
use crate::store::{Refresh, UpstreamAsked, UpstreamEdit};
use crate::views::confirm;
use crate::views::{Times, nothing, upstream};

const NOTHING: &str = "There is no such upstream.";

pub async fn record(app: App, request: Request, person: Person) -> Result<Response> {
    let found = find(&app, &request, &person)?;
    let pools = app.store().pools.list(&person.scope);
    let pool = pools.iter().find(|it| it.no == found.pool_no);
    let now = app.clock().now();
    let id = found.id.to_string();
    let html = upstream::page(&upstream::Record {
        shell: shell(&request, &person, "/upstreams"),
        times: Times {
            now,
            zone: &person.zone,
        },
        id: &id,
        name: &found.name,
        format: found.format,
        mode: found.mode,
        pool_name: pool.map_or("", |it| &it.name),
        pool_href: pool.map(|it| format!("/pools/{}", it.id)),
        overlap_until: found.overlap_until_ms.filter(|it| *it > now),
        created: found.created_ms,
        state: found.state.as_str(),
        href: &href(&found),
        acts: pool.map_or_else(Vec::new, |pool| acts(&found, pool, &person)),
        about_href: &about(&id),
    });
    Ok(Response::html(html))
}

pub async fn ask_edit(app: App, request: Request, person: Person) -> Result<Response> {
    let found = find(&app, &request, &person)?;
    let html = edit_form(&request, &person, &found, (&found.name, found.mode), None);
    Ok(Response::html(html))
}

pub async fn edit(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let name = text(&form, "name");
    let asked = asked(&request, &person, &form)?;
    let id = asked.id;
    let edited = match edit_of(&form) {
        Ok(edit) => {
            let upstreams = &app.store().upstreams;
            upstreams.edit(person.by(&request), asked, edit).await
        }
        Err(error) => Err(error),
    };
    answer(&app, &person, id, edited, |found, error| {
        let typed = (name, mode(&form).unwrap_or(found.mode));
        Ok(edit_form(&request, &person, found, typed, Some(error)))
    })
}

pub async fn ask_refresh(app: App, request: Request, person: Person) -> Result<Response> {
    let found = find(&app, &request, &person)?;
    Ok(Response::html(refresh_form(
        &request, &person, &found, "0", None,
    )))
}

pub async fn refresh(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let asked = asked(&request, &person, &form)?;
    let id = asked.id;
    // Whether there is such an upstream in scope is for the change to say, and to record.
    let format = app
        .store()
        .upstreams
        .find(&person.scope, id)
        .map(|it| it.format);
    let secret = secret(&form, format);
    let sentence = secret.as_ref().err().copied();
    let overlap = text(&form, "overlap");
    let refresh = Refresh {
        secret: secret.ok(),
        overlap_hours: overlap.parse().unwrap_or(-1),
    };
    let upstreams = &app.store().upstreams;
    let refreshed = upstreams.refresh(person.by(&request), asked, refresh).await;
    answer(&app, &person, id, refreshed, |found, error| {
        let said = sentence.unwrap_or(error);
        Ok(refresh_form(&request, &person, found, overlap, Some(said)))
    })
}

pub async fn ask_pause(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, UpstreamAct::Pause)
}

pub async fn ask_reactivate(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, UpstreamAct::Reactivate)
}

pub async fn ask_delete(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, UpstreamAct::Delete)
}

pub async fn pause(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    act(&app, &request, &person, &form, UpstreamAct::Pause).await
}

pub async fn reactivate(
    app: App,
    request: Request,
    person: Person,
    form: Form,
) -> Result<Response> {
    act(&app, &request, &person, &form, UpstreamAct::Reactivate).await
}

pub async fn delete(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    act(&app, &request, &person, &form, UpstreamAct::Delete).await
}

fn ask(app: &App, request: &Request, person: &Person, act: UpstreamAct) -> Result<Response> {
    let found = find(app, request, person)?;
    Ok(Response::html(question(
        request, person, &found, act, None,
    )?))
}

async fn act(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    act: UpstreamAct,
) -> Result<Response> {
    let asked = asked(request, person, form)?;
    let id = asked.id;
    let upstreams = &app.store().upstreams;
    let done = upstreams.act(person.by(request), asked, act).await;
    answer(app, person, id, done, |found, error| {
        question(request, person, found, act, Some(error))
    })
}

/// Back to the record, or to the list where it is gone; a refused form is shown again.
fn answer(
    app: &App,
    person: &Person,
    id: RecordId,
    done: Result<()>,
    again: impl FnOnce(&Upstream, &str) -> Result<String>,
) -> Result<Response> {
    let found = app.store().upstreams.find(&person.scope, id);
    match (done, found) {
        (Ok(()), Some(found)) => Ok(Response::redirect(&href(&found))),
        (Ok(()), None) => Ok(Response::redirect("/upstreams")),
        (Err(error), Some(found)) if error.kind().is_the_callers() => {
            let html = again(&found, error.public())?;
            Ok(Response::html(html).status_of(&error))
        }
        // Whatever else is wrong with the form, there is nothing to show it for.
        (Err(error), None) if error.kind().is_the_callers() => {
            None.or_fail(Kind::NotFound, NOTHING)
        }
        (Err(error), _) => Err(error),
    }
}

fn edit_of(form: &Form) -> Result<UpstreamEdit> {
    let name = Label::gate(text(form, "name"));
    Ok(UpstreamEdit {
        name: name.map_err(|it| Error::new(Kind::Invalid, it.sentence()))?,
        mode: mode(form)?,
    })
}

fn edit_form(
    request: &Request,
    person: &Person,
    found: &Upstream,
    (name, mode): (&str, GateMode),
    error: Option<&str>,
) -> String {
    let (back, action) = addresses(found, UpstreamAct::Edit);
    let form = form(request, person, found, (&back, &action), error);
    upstream::edit(&form, name, mode)
}

fn refresh_form(
    request: &Request,
    person: &Person,
    found: &Upstream,
    overlap: &str,
    error: Option<&str>,
) -> String {
    let (back, action) = addresses(found, UpstreamAct::Refresh);
    let form = form(request, person, found, (&back, &action), error);
    upstream::refresh(&form, overlap)
}

fn form<'a>(
    request: &Request,
    person: &'a Person,
    found: &'a Upstream,
    (back_href, action_href): (&'a str, &'a str),
    error: Option<&'a str>,
) -> upstream::Form<'a> {
    upstream::Form {
        shell: shell(request, person, "/upstreams"),
        name: &found.name,
        version: found.recorded_seq,
        action_href,
        back_href,
        error,
    }
}

fn question(
    request: &Request,
    person: &Person,
    found: &Upstream,
    act: UpstreamAct,
    error: Option<&str>,
) -> Result<String> {
    let (back, action) = addresses(found, act);
    Ok(confirm::page(&confirm::Page {
        shell: shell(request, person, "/upstreams"),
        question: upstream::question(act).internal("this act has a form of its own")?,
        name: &found.name,
        action_href: &action,
        version: found.recorded_seq,
        back_href: &back,
        error,
        fields: nothing(),
    }))
}

/// The record's page, and the one of an act.
fn addresses(found: &Upstream, act: UpstreamAct) -> (String, String) {
    let href = href(found);
    let action = format!("{href}/{}", act.as_str());
    (href, action)
}

fn href(found: &Upstream) -> String {
    format!("/upstreams/{}", found.id)
}

fn acts(found: &Upstream, pool: &Pool, person: &Person) -> Vec<UpstreamAct> {
    let allowed = |it: &UpstreamAct| found.allows(*it, pool.state, person.is_owner()).is_ok();
    UpstreamAct::ALL.into_iter().filter(allowed).collect()
}

/// One of the two: a secret alone, or a document of the same format.
fn secret(form: &Form, format: Option<SourceFormat>) -> Result<UpstreamSecret, &'static str> {
    let alone = form.get("secret").filter(|it| !it.is_empty());
    let document = form.get("document").filter(|it| !it.trim().is_empty());
    match (alone, document) {
        (Some(secret), None) => {
            UpstreamSecret::parse(secret).ok_or(DocumentFault::Secret.sentence())
        }
        (None, Some(text)) => {
            let read = read_document(text).map_err(DocumentFault::sentence)?;
            if format.is_some_and(|it| it != read.format) {
                return Err("The document is of another format than this upstream.");
            }
            Ok(read.secret)
        }
        (None, None) | (Some(_), Some(_)) => {
            Err("Give the new secret or a document with it: one of the two.")
        }
    }
}

fn asked(request: &Request, person: &Person, form: &Form) -> Result<UpstreamAsked> {
    Ok(UpstreamAsked {
        scope: person.scope.clone(),
        id: id(request)?,
        version: version(form),
    })
}

fn find(app: &App, request: &Request, person: &Person) -> Result<Upstream> {
    let found = app.store().upstreams.find(&person.scope, id(request)?);
    found.or_fail(Kind::NotFound, NOTHING)
}

fn id(request: &Request) -> Result<RecordId> {
    let id = request.captured("id");
    id.and_then(|it| RecordId::parse(RecordKind::Upstream, it))
        .or_fail(Kind::NotFound, NOTHING)
}
