//! `/pools` and `/pools/{id}`
use super::around::shell;
use super::fields::text;
use super::log_address::Address;
use crate::app::App;
use crate::base::{Kind, OrFail, Result};
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::{Filter, KeyState, Pool, PoolChoice, RecordId, RecordKind};
use crate::views::pool;
use crate::views::pools::{self, Line, List};

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    page(&app, &request, &person, pools::Form::default()).await
}

pub async fn create(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let (name, slug) = (text(&form, "name"), text(&form, "slug"));
    let by = person.by(&request);
    match app.store().pools.create(by, slug.to_owned(), name).await {
        Ok(_) => Ok(Response::redirect("/pools")),
        Err(error) if error.kind().is_the_callers() => {
            let typed = pools::Form {
                name,
                slug,
                error: Some(error.public()),
            };
            let response = page(&app, &request, &person, typed).await?;
            Ok(response.status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn record(app: App, request: Request, person: Person) -> Result<Response> {
    let found = request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::Pool, it))
        .and_then(|it| app.store().pools.find(&person.scope, &it))
        .or_fail(Kind::NotFound, "There is no such Pool.")?;
    let html = pool::page(&pool::Record {
        shell: shell(&request, &person, "/pools"),
        pool: &found,
        about_href: &about(&found.id.to_string()),
    });
    Ok(Response::html(html))
}

/// The log, filtered by what an event's target says.
pub fn about(target: &str) -> String {
    Address::of(&Filter {
        target: Some(target.to_owned()),
        ..Filter::default()
    })
}

async fn page(
    app: &App,
    request: &Request,
    person: &Person,
    form: pools::Form<'_>,
) -> Result<Response> {
    let list = app.store().pools.list(&person.scope);
    let keys = app.store().api_keys.list(&person.scope).await?;
    let living = |pool: &Pool| {
        let mine = keys.iter().filter(|it| it.pool_no == pool.no);
        mine.filter(|it| it.state != KeyState::Revoked).count() as u64
    };
    let html = pools::list(&List {
        shell: shell(request, person, "/pools"),
        pools: list
            .iter()
            .map(|pool| Line {
                pool,
                keys: living(pool),
                href: format!("/pools/{}", pool.id),
                events_href: Address::of(&Filter {
                    pool: Some(PoolChoice::from(pool)),
                    ..Filter::default()
                }),
            })
            .collect(),
        form: person.is_owner().then_some(form),
    });
    Ok(Response::html(html))
}
