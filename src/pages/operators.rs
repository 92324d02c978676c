//! `/operators` and `/operators/{id}`: who can sign in, for owners.
use super::around::shell;
use super::fields::find_text;
use super::links::Links;
use super::log_address::Address;
use super::pools::about;
use crate::app::App;
use crate::base::{Kind, OrFail, Result};
use crate::gate::{Owner, Person};
use crate::http::{Request, Response};
use crate::model::{
    At, Filter, Operator, OperatorState, Pool, RecordId, RecordKind, Role, Session,
};
use crate::store::{Listed, Question};
use crate::views::lead::{Known, Lead};
use crate::views::operators::{self, List, STATES};
use crate::views::table::{Row, Table};
use crate::views::{Times, operator, sessions};

/// Events of the latest activity on an operator's page.
const ACTIVITY: usize = 10;

pub async fn list(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let store = &app.store().operators;
    let (text, state) = find_text(&request, &STATES);
    let mut living = store.list();
    living.retain(|it| it.state != OperatorState::Deleted);
    let total = living.len();
    living.retain(|it| {
        let has = |field: &str| field.to_lowercase().contains(&text.to_lowercase());
        (state.is_empty() || it.state.as_str() == state) && (has(&it.name) || has(&it.email))
    });
    let mut people = Vec::new();
    for operator in living {
        let last_sign_in = store.last_sign_in(operator.no).await?;
        let id = operator.id.to_string();
        people.push((id, store.assigned(operator.no), last_sign_in, operator));
    }
    let html = operators::list(&List {
        shell: shell(&request, &person, "/operators"),
        times: times(&app, &person),
        text,
        state,
        operators: people
            .iter()
            .map(|(id, pools, last_sign_in, it)| operators::Operator {
                id,
                name: &it.name,
                email: &it.email,
                is_owner: it.role == Role::Owner,
                is_viewer: it.no == person.operator.no,
                pools: names(pools),
                last_sign_in: *last_sign_in,
                state: it.state.as_str(),
                href: href(it),
                activity_href: activity(it),
                acts: acts(it, &person),
            })
            .collect(),
        total,
    });
    Ok(Response::html(html))
}

pub async fn record(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let store = &app.store().operators;
    let operator = find(&app, &request)?;
    let pools = store.assigned(operator.no);
    let id = operator.id.to_string();
    let by_href = activity(&operator);
    let mut sessions = store.sessions(operator.no).await?;
    let limits = app.store().settings.current().session_limits();
    sessions.retain(|it| it.is_alive(app.clock().now(), limits));
    let latest = latest(&app, &person, &operator).await?;
    let all = app.store().pools.list(&person.scope);
    let links = Links::new(&app, &person, &all)
        .with_targets(latest.iter().filter_map(|it| it.event.as_ref()))
        .await?;
    let html = operator::page(&operator::Operator {
        shell: shell(&request, &person, "/operators"),
        times: times(&app, &person),
        id: &id,
        name: &operator.name,
        email: &operator.email,
        is_owner: operator.role == Role::Owner,
        pools: names(&pools),
        last_sign_in: store.last_sign_in(operator.no).await?,
        created: operator.created_ms,
        has_second_factor: app.store().factors.has(operator.no),
        temporary_until: operator.temporary_until_ms,
        state: operator.state.as_str(),
        acts: acts(&operator, &person),
        about_href: &about(&id),
        by_href: &by_href,
        sessions: sessions
            .into_iter()
            .map(|it| session(&operator, &person, it))
            .collect(),
        end_all_href: format!("/operators/{id}/sessions/revoke"),
        activity: Table {
            times: times(&app, &person),
            rows: latest
                .iter()
                .map(|it| row(&by(&operator), &links, it))
                .collect(),
            is_one_outcome: false,
            has_newer: false,
            has_older: latest.len() == ACTIVITY,
        },
    });
    Ok(Response::html(html))
}

/// The operator that the address names; a deleted one is not there.
pub fn find(app: &App, request: &Request) -> Result<Operator> {
    request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::Operator, it))
        .and_then(|it| app.store().operators.find(&it))
        .filter(|it| it.state != OperatorState::Deleted)
        .or_fail(Kind::NotFound, "There is no such operator.")
}

pub fn href(operator: &Operator) -> String {
    format!("/operators/{}", operator.id)
}

/// What can be done now. Nobody is offered what would be refused.
fn acts(operator: &Operator, person: &Person) -> Vec<(&'static str, String, bool)> {
    let is_active = operator.state == OperatorState::Active;
    let is_other = operator.no != person.operator.no;
    let all = [
        (true, "Edit", "edit", false),
        (
            is_active && is_other,
            "Reset password…",
            "reset-password",
            false,
        ),
        (
            is_active && is_other,
            "Reset second factor…",
            "reset-second-factor",
            false,
        ),
        (is_active && is_other, "Deactivate…", "deactivate", false),
        (!is_active, "Reactivate…", "reactivate", false),
        (!is_active, "Delete…", "delete", true),
    ];
    let now = all.into_iter().filter(|it| it.0);
    now.map(|(_, text, verb, is_final)| (text, format!("{}/{verb}", href(operator)), is_final))
        .collect()
}

async fn latest(app: &App, person: &Person, operator: &Operator) -> Result<Vec<Listed>> {
    let question = Question {
        scope: person.scope.clone(),
        filter: by(operator),
        zone: person.zone.clone(),
        now: app.clock().now(),
    };
    let events = &app.store().events;
    let mut page = events.page(&question, At::default(), None).await?;
    page.rows.truncate(ACTIVITY);
    Ok(page.rows)
}

/// The log, filtered by what this operator did.
fn by(operator: &Operator) -> Filter {
    Filter {
        actor: Some(operator.id.to_string()),
        ..Filter::default()
    }
}

fn row<'a>(by: &Filter, links: &'a Links<'_>, listed: &'a Listed) -> Row<'a> {
    let event = listed.event.as_ref();
    Row {
        seq: listed.seq,
        event,
        href: Address::new(by, At::default()).open(listed.seq),
        // Each is by the operator whose page this is.
        known: Known {
            actor: Lead::Nowhere,
            ..event.map(|it| links.known(it)).unwrap_or_default()
        },
        is_current: false,
    }
}

fn session(operator: &Operator, person: &Person, session: Session) -> sessions::Session {
    sessions::Session {
        is_current: session.no == person.session.no,
        end_href: format!("{}/sessions/{}/revoke", href(operator), session.id),
        client: session.client,
        ip: session.ip,
        started: session.started_ms,
        used: session.used_ms,
    }
}

fn names(pools: &[Pool]) -> Vec<&str> {
    pools.iter().map(|it| it.name.as_str()).collect()
}

fn activity(operator: &Operator) -> String {
    Address::of(&by(operator))
}

fn times<'a>(app: &App, person: &'a Person) -> Times<'a> {
    Times {
        now: app.clock().now(),
        zone: &person.zone,
    }
}
