//! `/views`: filters of the audit logs under a name, in the navigation.
use super::around::shell;
use super::fields::text;
use super::log_address::Address;
use super::log_parts;
use crate::app::App;
use crate::base::{Error, Kind, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::model::{At, Known, PoolChoice, SavedView, filter_of, view_name};
use crate::views::Times;
use crate::views::bookmarks::{Save, href};
use crate::views::confirm;
use crate::views::nothing;
use crate::views::saved_views::{self, DELETE, Line, List, Refused};

const HREF: &str = "/views";

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let times = Times {
        now: app.clock().now(),
        zone: &person.zone,
    };
    let lines = with_known(&app, &person, |known| {
        let lines = person
            .views
            .iter()
            .map(|it| line(&app, &person, it, known, times));
        lines.collect()
    });
    Ok(Response::html(saved_views::list(&List {
        shell: shell(&request, &person, HREF),
        lines,
    })))
}

/// What of the query is not understood is not saved.
pub async fn save(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let sent = text(&form, "query");
    let filter = with_known(&app, &person, |known| filter_of(sent, known));
    let query = filter.query(&At::default());
    let name = text(&form, "name");
    let is_shared = person.is_owner() && form.get("shared").is_some();
    let saved = match checked(&query, name) {
        Ok(name) => {
            let view = SavedView {
                no: 0,
                operator_no: person.operator.no,
                name,
                query: query.clone(),
                is_shared,
            };
            app.store().saved_views.save(view).await
        }
        Err(sentence) => Err(Error::new(Kind::Invalid, sentence)),
    };
    match saved {
        Ok(()) => Ok(Response::redirect(&href(&query))),
        Err(error) if error.kind().is_the_callers() => {
            let html = saved_views::refused(&Refused {
                shell: shell(&request, &person, HREF),
                save: Save {
                    csrf: &person.form_token,
                    query: &query,
                    is_owner: person.is_owner(),
                    name,
                    is_shared,
                },
                error: error.public(),
            });
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_delete(_: App, request: Request, person: Person) -> Result<Response> {
    let view = find(&request, &person)?;
    let html = confirm::page(&confirm::Page {
        shell: shell(&request, &person, HREF),
        question: &DELETE,
        name: &view.name,
        action_href: &delete_href(view),
        version: 0,
        back_href: HREF,
        error: None,
        fields: nothing(),
    });
    Ok(Response::html(html))
}

pub async fn delete(app: App, request: Request, person: Person, _: Form) -> Result<Response> {
    let view = find(&request, &person)?;
    app.store().saved_views.delete(view.no).await?;
    Ok(Response::redirect(HREF))
}

fn checked(query: &str, name: &str) -> Result<String, &'static str> {
    if query.is_empty() {
        return Err("Filter the audit logs first: there is nothing to save.");
    }
    view_name(name)
}

fn line<'a>(
    app: &App,
    person: &Person,
    view: &'a SavedView,
    known: &Known<'_>,
    times: Times,
) -> Line<'a> {
    let filter = view.filter(known);
    let address = Address::new(&filter, At::default());
    let chips = log_parts::chips(&filter, &address, times).into_iter();
    let is_own = view.operator_no == person.operator.no;
    let by = app.store().operators.by_no(view.operator_no);
    Line {
        name: &view.name,
        href: href(&view.query),
        filters: chips.map(|it| (it.name, it.value)).collect(),
        is_whole: view.is_whole(known),
        is_shared: view.is_shared,
        by: by.filter(|_| !is_own).map(|it| it.name),
        delete_href: may_delete(person, view).then(|| delete_href(view)),
    }
}

/// One's own; an owner also what other owners share.
fn may_delete(person: &Person, view: &SavedView) -> bool {
    view.operator_no == person.operator.no || person.is_owner()
}

fn delete_href(view: &SavedView) -> String {
    format!("{HREF}/{}/delete", view.no)
}

fn find<'a>(request: &Request, person: &'a Person) -> Result<&'a SavedView> {
    let no = request.captured("id").and_then(|it| it.parse().ok());
    let mut views = person.views.iter().filter(|it| may_delete(person, it));
    views
        .find(|it| Some(it.no) == no)
        .or_fail(Kind::NotFound, "There is no such view.")
}

fn with_known<T>(app: &App, person: &Person, read: impl FnOnce(&Known<'_>) -> T) -> T {
    let pools = app.store().pools.list(&person.scope);
    let pools: Vec<_> = pools.iter().map(PoolChoice::from).collect();
    read(&Known {
        pools: &pools,
        seen: &app.store().events.seen_actions(&person.scope),
    })
}
