//! `/pools`: the list, and new Pools.
use super::around::shell;
use super::fields::{find_text, problem, text};
use super::log_address::Address;
use crate::app::App;
use crate::base::Result;
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::{Filter, Pool, PoolChoice, PoolState};
use crate::views::pools::{self, Line, List};

const SLUG_TAKEN: &str = "A Pool has this slug, or had it: a slug is never used again.";

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
                error: Some(problem(&error, SLUG_TAKEN)),
            };
            let response = page(&app, &request, &person, typed).await?;
            Ok(response.status_of(&error))
        }
        Err(error) => Err(error),
    }
}

/// The log, filtered by what an event's target says.
pub fn about(target: &str) -> String {
    Address::of(&Filter {
        target: Some(target.to_owned()),
        ..Filter::default()
    })
}

/// The log of a Pool.
pub fn events_in(pool: &Pool) -> String {
    Address::of(&Filter {
        pool: Some(PoolChoice::from(pool)),
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
    let now = app.clock().now();
    let living = |pool: &Pool| {
        let mine = keys.iter().filter(|it| it.pool_no == pool.no);
        mine.filter(|it| it.state_at(now).is_living()).count() as u64
    };
    let (text, state) = find_text(request, pools::states(person.is_owner()));
    let wanted = text.to_lowercase();
    let shown = list.iter().filter(|it| {
        let has = |field: &str| field.to_lowercase().contains(&wanted);
        is_shown(it, state) && (has(&it.name) || has(&it.slug))
    });
    let html = pools::list(&List {
        shell: shell(request, person, "/pools"),
        pools: shown
            .map(|pool| Line {
                pool,
                keys: living(pool),
                href: (pool.state != PoolState::Deleted).then(|| format!("/pools/{}", pool.id)),
                events_href: events_in(pool),
            })
            .collect(),
        form: person.is_owner().then_some(form),
        text,
        state,
        total: list.len(),
    });
    Ok(Response::html(html))
}

/// What is deleted is only listed where it is asked for.
fn is_shown(pool: &Pool, state: &str) -> bool {
    if state.is_empty() {
        return pool.state != PoolState::Deleted;
    }
    pool.state.as_str() == state
}
