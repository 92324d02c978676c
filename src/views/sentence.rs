//! One sentence that tells an event.
use maud::{Markup, html};

use super::table::{actor_name, target_name};
use crate::model::{Action, Body, Clause, Event, EventKind, Outcome};

pub fn sentence(event: &Event) -> Markup {
    let body = &event.body;
    let Some(action) = Action::parse(&body.action) else {
        return foreign(event);
    };
    let Some(telling) = action.telling(body.outcome) else {
        return foreign(event);
    };
    if action.is_unverified(body.outcome) {
        return unverified(body, &telling.clause);
    }
    let who = actor_name(&body.actor);
    let end = html! {
        @if telling.names_target { (target(body)) }
        (pool(body, telling.preposition))
        "."
    };
    match telling.clause {
        Clause::Told(past) => html! { b { (who) } " " (past) (end) },
        Clause::Tried(infinitive) => html! {
            b { (who) } " tried to " (infinitive) (end)
            @if is_undone(event) { " Nothing was changed." }
        },
    }
}

/// The event names the account that was tried, not a person.
fn unverified(body: &Body, clause: &Clause) -> Markup {
    let (Clause::Tried(what) | Clause::Told(what)) = clause;
    html! {
        "Someone tried to " (what) " as " b { (actor_name(&body.actor)) }
        ". Who it was is not verified."
    }
}

/// An action of somebody else's: its name is all that is known.
fn foreign(event: &Event) -> Markup {
    let body = &event.body;
    let is_failure = body.outcome == Outcome::Failure;
    html! {
        b { (actor_name(&body.actor)) }
        @if is_failure { " tried " } @else { " performed " }
        code { (body.action) }
        @if let Some(name) = body.target.as_ref().and_then(target_name) { " on " b { (name) } }
        (pool(body, "in"))
        @if is_failure { "; it failed." } @else { "." }
    }
}

fn target(body: &Body) -> Markup {
    let name = body.target.as_ref().and_then(target_name);
    html! { @if let Some(name) = name { " " b { (name) } } }
}

fn pool(body: &Body, preposition: &str) -> Markup {
    let is_target = body.target.as_ref().is_some_and(|it| it.kind == "pool");
    let pool = body.pool.as_ref().filter(|_| !is_target);
    html! { @if let Some(pool) = pool { " " (preposition) " Pool " (pool.name) } }
}

/// Annals rolls back what it refuses. What another system did is not known here.
fn is_undone(event: &Event) -> bool {
    event.kind != EventKind::Delivered
}
