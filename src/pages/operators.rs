//! `/operators` and `/operators/{id}`: who can sign in, for owners to read.
use super::around::shell;
use super::log_address::Address;
use super::pools::about;
use crate::app::App;
use crate::base::{Kind, OrFail, Result};
use crate::gate::{Owner, Person};
use crate::http::{Request, Response};
use crate::model::{Filter, Operator, OperatorState, Pool, RecordId, RecordKind, Role};
use crate::views::operators::{self, List};
use crate::views::{Times, operator};

pub async fn list(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let store = &app.store().operators;
    let mut people = Vec::new();
    for operator in store.list() {
        let last_sign_in = store.last_sign_in(operator.no).await?;
        people.push((store.assigned(operator.no), last_sign_in, operator));
    }
    let html = operators::list(&List {
        shell: shell(&request, &person, "/operators"),
        times: times(&app, &person),
        operators: people
            .iter()
            .filter(|(_, _, it)| it.state != OperatorState::Deleted)
            .map(|(pools, last_sign_in, it)| operators::Operator {
                name: &it.name,
                email: &it.email,
                is_owner: it.role == Role::Owner,
                is_viewer: it.no == person.operator.no,
                pools: names(pools),
                last_sign_in: *last_sign_in,
                state: it.state.as_str(),
                href: format!("/operators/{}", it.id),
                activity_href: activity(it),
            })
            .collect(),
    });
    Ok(Response::html(html))
}

pub async fn record(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let store = &app.store().operators;
    let operator = request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::Operator, it))
        .and_then(|it| store.find(&it))
        .filter(|it| it.state != OperatorState::Deleted)
        .or_fail(Kind::NotFound, "There is no such operator.")?;
    let pools = store.assigned(operator.no);
    let id = operator.id.to_string();
    let html = operator::page(&operator::Operator {
        shell: shell(&request, &person, "/operators"),
        times: times(&app, &person),
        id: &id,
        name: &operator.name,
        email: &operator.email,
        is_owner: operator.role == Role::Owner,
        pools: names(&pools),
        last_sign_in: store.last_sign_in(operator.no).await?,
        state: operator.state.as_str(),
        about_href: &about(&id),
        by_href: &activity(&operator),
    });
    Ok(Response::html(html))
}

fn names(pools: &[Pool]) -> Vec<&str> {
    pools.iter().map(|it| it.name.as_str()).collect()
}

fn activity(operator: &Operator) -> String {
    Address::of(&Filter {
        actor: Some(operator.id.to_string()),
        ..Filter::default()
    })
}

fn times<'a>(app: &App, person: &'a Person) -> Times<'a> {
    Times {
        now: app.clock().now(),
        zone: &person.zone,
    }
}
