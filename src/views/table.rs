//! The table of events: five columns, day headings, failures with their reason.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::lead::{self, Known, PoolNow};
use super::parts;
use super::times::{Times, counted, machine};
use crate::model::{
    ActorSnapshot, ActorType, Event, EventKind, Outcome, TargetSnapshot, catalogue, reason, wording,
};

const COLUMNS: usize = 5;

pub struct Table<'a> {
    pub times: Times<'a>,
    pub rows: Vec<Row<'a>>,
    /// Only one outcome is listed: its rows need no color.
    pub is_one_outcome: bool,
    /// Whether newer or older rows follow: the first or last day may go on there.
    pub has_newer: bool,
    pub has_older: bool,
}

pub struct Row<'a> {
    pub seq: i64,
    /// None: it is stored and cannot be read.
    pub event: Option<&'a Event>,
    /// This page with the event's details, ending in `#event`.
    pub href: String,
    pub known: Known<'a>,
    pub is_current: bool,
}

struct Day<'t, 'a> {
    rows: &'t [Row<'a>],
    /// Its other rows are on another page.
    is_cut: bool,
}

pub fn table(table: &Table) -> Markup {
    let times = &table.times;
    let days = days(table);
    // Sparse: a heading for nearly every row would hide the rows; each row has its date instead.
    let is_sparse = days.len() * 4 > table.rows.len();
    html! {
        div.log-w {
            table #events .log.inline[is_sparse].one[table.is_one_outcome] role="table" {
                caption.sr {
                    "Audit events, newest first, times in " (times.zone_name())
                    ". Each time opens the details of its event."
                }
                thead role="rowgroup" { (heading(times)) }
                @if is_sparse {
                    tbody role="rowgroup" {
                        @for row in &table.rows { (line(times, row, true)) }
                    }
                } @else {
                    @for day in &days { (day_group(times, day)) }
                }
            }
        }
    }
}

fn heading(times: &Times) -> Markup {
    html! {
        tr role="row" {
            th.c-i role="columnheader" scope="col" { span.sr { "Category and outcome" } }
            th.c-t role="columnheader" scope="col" {
                "Time"
                a.zone href="/account#time-zone"
                    title={ (times.zone_name()) ": change time zone" } {
                    (times.zone_short())
                    span.sr { ", change time zone" }
                }
            }
            th.c-e role="columnheader" scope="col" { "Event" }
            th.c-a role="columnheader" scope="col" { "Actor" }
            th.c-c role="columnheader" scope="col" { "Context" }
        }
    }
}

fn day_group(times: &Times, day: &Day) -> Markup {
    let first = day.rows.iter().find_map(|it| it.event);
    let failed = day.rows.iter().filter(|it| is_bad(it)).count();
    html! {
        tbody role="rowgroup" {
            tr.day role="row" {
                th role="rowheader" scope="rowgroup" colspan=(COLUMNS) {
                    span.day-in {
                        span {
                            @if let Some(event) = first {
                                (times.weekday_date(event.body.occurred_ms))
                            }
                        }
                        span.day-n {
                            @if day.is_cut {
                                (day.rows.len()) " here"
                            } @else {
                                (counted(day.rows.len() as u64, "event"))
                            }
                            @if failed > 0 { ", " (failed) " failed" }
                        }
                    }
                }
            }
            @for row in day.rows { (line(times, row, false)) }
        }
    }
}

/// Rows of one date, in the order of the page. A row that cannot be read stays where it is.
fn days<'t, 'a>(table: &'t Table<'a>) -> Vec<Day<'t, 'a>> {
    let date = |row: &Row| row.event.map(|it| table.times.date(it.body.occurred_ms));
    let mut days: Vec<Day> = Vec::new();
    let mut rest = table.rows.as_slice();
    while let Some(first) = rest.first() {
        let today = date(first);
        let same = |row: &&Row| {
            let it = date(row);
            it.is_none() || today.is_none() || it == today
        };
        let (rows, after) = rest.split_at(rest.iter().take_while(same).count());
        let is_first = rest.len() == table.rows.len();
        days.push(Day {
            rows,
            is_cut: (is_first && table.has_newer) || (after.is_empty() && table.has_older),
        });
        rest = after;
    }
    days
}

fn is_bad(row: &Row) -> bool {
    row.event
        .is_some_and(|it| it.body.outcome == Outcome::Failure)
}

fn line(times: &Times, row: &Row, with_date: bool) -> Markup {
    match row.event {
        Some(event) => event_line(times, row, event, with_date),
        None => unreadable_line(row),
    }
}

fn event_line(times: &Times, row: &Row, event: &Event, with_date: bool) -> Markup {
    let body = &event.body;
    let is_bad = body.outcome == Outcome::Failure;
    html! {
        tr.ev.bad[is_bad].cur[row.is_current] role="row" id={ "e-" (row.seq) }
            data-event=(row.seq) data-outcome=(body.outcome.as_str()) {
            td.c-i role="cell" {
                (parts::tile(&body.action, body.outcome, "tile"))
                span.sr {
                    (catalogue::icon(&body.action).label())
                    @if is_bad { ", failed" } @else { ", succeeded" }
                }
            }
            th.c-t role="rowheader" scope="row" { (time_link(times, row, event, with_date)) }
            td.c-e role="cell" {
                span.et { (catalogue::title(&body.action, body.outcome)) }
                @if is_bad && let Some(word) = &body.reason {
                    span.why { (reason::phrase(word)) }
                }
            }
            td.c-a role="cell" { span.cell { (actor(row, &body.actor)) } }
            td.c-c role="cell" { span.cell { (context(row, event)) } }
        }
    }
}

/// One damaged row must not take the others with it.
fn unreadable_line(row: &Row) -> Markup {
    html! {
        tr.ev role="row" id={ "e-" (row.seq) } data-event=(row.seq) {
            td.c-i role="cell" { span.tile.t-sys { (icon(Glyph::Warning)) } }
            th.c-t role="rowheader" scope="row" { span.mut { "#" (row.seq) } }
            td.c-e role="cell" colspan="3" { span.mut { "This event cannot be read" } }
        }
    }
}

fn time_link(times: &Times, row: &Row, event: &Event, with_date: bool) -> Markup {
    let at = event.body.occurred_ms;
    let is_current = row.is_current.then_some("true");
    html! {
        a.tl id={ "t-" (row.seq) } href=(row.href) data-open aria-current=[is_current] {
            time datetime=(machine(at)) {
                @if with_date { span.dt { (times.date(at)) } " " }
                (times.clock(at))
            }
            span.sr {
                @if !with_date { ", " (times.short_date(at)) }
                ": details of " (catalogue::title(&event.body.action, event.body.outcome))
            }
        }
        @if event.body.late { span.late title="Arrived long after it happened" { "late" } }
    }
}

fn actor(row: &Row, actor: &ActorSnapshot) -> Markup {
    let name = actor_name(actor);
    let is_user = actor.kind == ActorType::User;
    let address = actor.email.as_deref().filter(|it| *it != name);
    html! {
        @if is_user {
            (parts::avatar(name, actor.email.as_deref().unwrap_or(name)))
        } @else {
            (parts::system_avatar())
        }
        @if let Some(href) = row.known.actor.href() {
            a.ql href=(href) { (name) }
        } @else {
            span.sysn { (name) }
            (row.known.actor.mark())
        }
        @if let Some(address) = address { span.mail { (address) } }
        @if !is_user { span.mail { "system" } }
    }
}

fn context(row: &Row, event: &Event) -> Markup {
    let body = &event.body;
    let is_delivered = event.kind == EventKind::Delivered;
    let is_about_pool = body.target.as_ref().is_some_and(|it| it.kind == "pool");
    html! {
        span.obj {
            @if let Some(target) = &body.target { (target_cell(row, target)) }
            @if is_delivered && let Some(label) = body.via.label.as_ref().or(body.via.id.as_ref()) {
                span.mail.via { "via " (label) }
            }
        }
        @if !is_about_pool && let Some(pool) = &body.pool {
            (parts::pool_tag(&pool.name))
            @if row.known.pool == PoolNow::Deleted { (lead::deleted()) }
        }
    }
}

fn target_cell(row: &Row, target: &TargetSnapshot) -> Markup {
    let kind = wording::plain(&target.kind);
    let name = target_name(target);
    html! {
        span {
            @if name.is_some() { span.kind { (kind) } }
            @if let Some(href) = row.known.target.href() {
                a.ql.tn href=(href) { (name.unwrap_or(&kind)) }
            } @else {
                span.tn { (name.unwrap_or(&kind)) }
                (row.known.target.mark())
            }
        }
    }
}

/// The best name there is: label, address, id.
pub fn actor_name(actor: &ActorSnapshot) -> &str {
    let best = [&actor.label, &actor.email, &actor.id];
    let name = best.into_iter().find_map(|it| it.as_deref());
    name.unwrap_or(match actor.kind {
        ActorType::User => "Unknown user",
        ActorType::System => "System",
    })
}

pub fn target_name(target: &TargetSnapshot) -> Option<&str> {
    target.label.as_deref().or(target.id.as_deref())
}
