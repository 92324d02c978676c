//! What an event says, fact by fact: who, what, when, what changed, sanitized details.
use maud::{Markup, html};

use super::event_catalogue;
use super::lead::{self, Known, Lead, PoolNow};
use super::parts::{self, fact, mono_fact};
use super::table::{actor_name, target_name};
use super::times::{Times, count, counted, machine, offset};
use crate::base::hex;
use crate::model::{
    Action, ActorSnapshot, Body, ChangeEntry, Event, Value, Via, ViaKind, time, wording,
};

/// A leaf hash is shown by its first digits; the whole of it can be copied.
const HASH_DIGITS: usize = 16;

/// Blank rows are left out: absent is not the same as hidden.
pub fn facts(event: &Event, known: &Known, times: Times) -> Markup {
    let body = &event.body;
    html! {
        section aria-labelledby="s1" {
            h3 #s1 .sec { "Event" }
            dl.kv {
                (fact("Outcome", Some(parts::outcome(body.outcome))))
                (fact("Actor", Some(actor(&body.actor, &known.actor))))
                (mono_fact("Actor id", id(body.actor.id.as_deref(), "actor id")))
                (mono_fact("IP address", body.ip.as_ref().map(|it| html! { span.sel { (it) } })))
                (fact("Client", body.client.as_ref()))
                (fact("Target", target(body, &known.target)))
                (mono_fact("Target id", target_id(body)))
                (fact("Pool", pool(body, known.pool)))
                (mono_fact("Request id", id(body.request_id.as_deref(), "request id")))
                (mono_fact("Delivery id", id(body.delivery_id.as_deref(), "delivery id")))
                (mono_fact("Event number", Some(event.seq)))
                (mono_fact("Sender’s id", id(body.id.as_deref(), "the sender’s event id")))
                (mono_fact("Action", Some(action(body))))
                (fact("Occurred", occurred(body, times)))
                (fact("Recorded", Some(recorded(event, times))))
                (fact("Via", Some(via(&body.via))))
                (mono_fact("Leaf hash", Some(leaf(event))))
            }
        }
    }
}

/// Before and after. What is never stored says so.
pub fn changes(body: &Body, times: Times) -> Markup {
    html! {
        @if !body.changes.is_empty() {
            section aria-labelledby="s2" {
                h3 #s2 .sec { "What changed " span.cnt { (body.changes.len()) } }
                table.diff {
                    thead {
                        tr {
                            th scope="col" { "Field" }
                            th scope="col" { "Before" }
                            th scope="col" { "After" }
                        }
                    }
                    tbody { @for change in &body.changes { (change_row(change, times)) } }
                }
            }
        }
    }
}

pub fn details(body: &Body, times: Times) -> Markup {
    let dropped = body.redactions;
    html! {
        @if !body.details.is_empty() || dropped > 0 {
            section aria-labelledby="s3" {
                h3 #s3 .sec { "Sanitized details" }
                dl.kv {
                    @for (key, it) in &body.details {
                        (fact(&wording::plain(key), Some(value(key, it, times))))
                    }
                    @if dropped > 0 { (fact("Redacted", Some(dropped_values(dropped)))) }
                }
            }
        }
    }
}

fn dropped_values(number: u32) -> Markup {
    let verb = if number == 1 { "was" } else { "were" };
    let text = format!(
        "{} {verb} not recorded",
        counted(u64::from(number), "value")
    );
    parts::redacted(&text)
}

fn change_row(change: &ChangeEntry, times: Times) -> Markup {
    html! {
        tr {
            th scope="row" { (wording::plain(&change.field)) }
            @match (&change.from, &change.to) {
                (None, None) => {
                    td colspan="2" { (parts::redacted("Changed, value not recorded")) }
                }
                (Some(Value::List(from)), Some(Value::List(to))) => {
                    td colspan="2" { (entries(from.len())) " → " (entries(to.len())) }
                }
                (from, to) => {
                    td { @if let Some(it) = from { del { (value(&change.field, it, times)) } }
                        @else { (not_set()) } }
                    td { @if let Some(it) = to { ins { (value(&change.field, it, times)) } }
                        @else { (not_set()) } }
                }
            }
        }
    }
}

fn not_set() -> Markup {
    html! { span.mut { "not set" } }
}

fn entries(number: usize) -> String {
    match number {
        1 => "1 entry".to_owned(),
        many => format!("{} entries", count(many as u64)),
    }
}

fn value(key: &str, value: &Value, times: Times) -> Markup {
    match value {
        Value::Bool(true) => html! { "yes" },
        Value::Bool(false) => html! { "no" },
        Value::Int(number) => html! { (int(key, *number)) },
        Value::Text(text) => text_value(text, times),
        Value::List(list) => html! {
            @if list.is_empty() { span.mut { "none" } }
            @for (place, text) in list.iter().enumerate() {
                @if place > 0 { ", " }
                (text_value(text, times))
            }
        },
    }
}

/// Sizes and counts read better with separators; ports, versions and codes do not.
fn int(key: &str, number: i64) -> String {
    let is_name = ["port", "version", "schema", "status", "code", "id"];
    let last = key.rsplit(['_', '.', '-']).next().unwrap_or(key);
    if is_name.contains(&last) {
        return number.to_string();
    }
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", count(number.unsigned_abs()))
}

fn text_value(text: &str, times: Times) -> Markup {
    if is_digest(text) {
        return parts::redacted("recorded as digest");
    }
    if let Some((ms, _)) = time::parse_rfc3339(text) {
        return html! {
            time datetime=(machine(ms)) { (times.date_clock(ms)) " " (times.zone_name()) }
        };
    }
    html! { (text) }
}

/// `h:` and 16 hexadecimal digits (`redaction.md` §5).
fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("h:");
    digits.is_some_and(|it| it.len() == 16 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

fn actor(actor: &ActorSnapshot, lead: &Lead) -> Markup {
    let name = actor_name(actor);
    let address = actor.email.as_deref().filter(|it| *it != name);
    html! {
        (name) (lead.mark())
        @if let Some(address) = address { " " span.sel { (address) } }
        " " span.mut { (actor.kind.as_str()) }
    }
}

fn target(body: &Body, lead: &Lead) -> Option<Markup> {
    let target = body.target.as_ref()?;
    let kind = wording::plain(&target.kind);
    Some(html! {
        @if let Some(name) = target_name(target) { (name) (lead.mark()) " " span.mut { (kind) } }
        @else { (kind) (lead.mark()) }
    })
}

/// Leads to what the catalogue says of it, where it is Annals' own.
fn action(body: &Body) -> Markup {
    html! {
        @if let Some(action) = Action::parse(&body.action) {
            a.ql href=(event_catalogue::href_of(action)) title=(action.when()) { (body.action) }
        } @else {
            (body.action)
        }
    }
}

/// Only where the label stands for the target; else the id is its name already.
fn target_id(body: &Body) -> Option<Markup> {
    let target = body.target.as_ref()?;
    target.label.as_ref()?;
    id(target.id.as_deref(), "target id")
}

fn pool(body: &Body, now: PoolNow) -> Option<Markup> {
    let pool = body.pool.as_ref()?;
    Some(html! {
        (pool.name)
        @if pool.slug != pool.name { " " span.mut { (pool.slug) } }
        @match now {
            PoolNow::Same => {}
            PoolNow::Renamed(name) => { " " span.mut { "(now " (name) ")" } }
            PoolNow::Deleted => (lead::deleted()),
        }
    })
}

fn id(id: Option<&str>, what: &str) -> Option<Markup> {
    let id = id?;
    Some(html! { span.sel { (id) } (parts::copy(id, what)) })
}

/// Beside the zone of the page: UTC and what the sender's clock was set to.
fn occurred(body: &Body, times: Times) -> Option<Markup> {
    let sent = body.offset_min.filter(|it| *it != 0);
    if times.is_utc() && sent.is_none() && !body.late {
        return None;
    }
    Some(html! {
        span.mono { (machine(body.occurred_ms)) }
        @if let Some(minutes) = sent { " " span.mut { "source clock " (offset(minutes)) } }
        @if body.late { " " (parts::tag("warn", "late")) }
    })
}

fn recorded(event: &Event, times: Times) -> Markup {
    let at = event.recorded_ms;
    html! {
        time datetime=(machine(at)) { (times.date_clock(at)) " " (times.zone_name()) }
    }
}

fn via(via: &Via) -> Markup {
    let kind = match via.kind {
        ViaKind::Web => "Web console",
        ViaKind::Cli => "Command line",
        ViaKind::Job => "System job",
        ViaKind::Api => "API",
        ViaKind::Mcp => "MCP",
        ViaKind::Key => "API key",
        ViaKind::Upstream => "Upstream",
    };
    html! {
        @if let Some(label) = via.label.as_ref().or(via.id.as_ref()) {
            (label) " " span.mut { (kind) }
        } @else {
            (kind)
        }
    }
}

fn leaf(event: &Event) -> Markup {
    let hash = hex(&event.leaf);
    html! {
        span { (hash[..HASH_DIGITS]) "…" }
        (parts::copy(&hash, "leaf hash"))
    }
}
