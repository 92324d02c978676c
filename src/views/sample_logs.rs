//! The audit logs in every state, for the tests of this box.
use super::Choice;
use super::audit_logs::{self, Empty, Fewer, Guide};
use super::drawer::{Details, Drawer, Near, Place, Step};
use super::export;
use super::filters::{Chip, Chosen, Counted, Form, Meant, Told, Warnings};
use super::histogram::{Chart, Linked, Panel, Range};
use super::lead::{Known, Lead, PoolNow};
use super::live::Live;
use super::picker::Suggestion;
use super::sample_world::{NOW, World, events};
use super::table::{Row, Table};
use crate::base::{DAY_MS, HOUR_MS};
use crate::model::{Action, Bar, Event, Look, Outcome};

/// The audit logs with whatever the caller changes.
pub fn logs<'a>(
    world: &World,
    events: &'a [Event],
    change: impl Fn(&mut audit_logs::Page<'a>),
) -> String {
    let rows = events.iter().map(|event| Row {
        seq: event.seq,
        event: Some(event),
        href: format!("/audit-logs?event={}#event", event.seq),
        known: known(world, event),
        is_current: false,
    });
    let mut page = audit_logs::Page {
        shell: world.shell(true),
        form: form(world),
        chips: Vec::new(),
        query: world.say("outcome=failure"),
        warnings: Warnings::default(),
        export: Some(export::Menu {
            count: 1416,
            csv_href: world.own("/audit-logs.csv?pool=edge-eu"),
            ndjson_href: world.own("/audit-logs.ndjson?pool=edge-eu"),
        }),
        live: Some(Live {
            count_href: world.own("/audit-logs/newer?after=1999"),
            first_href: world.own("/audit-logs"),
        }),
        panel: panel(world),
        before: 0,
        table: Table {
            times: world.times(),
            rows: rows.collect(),
            is_one_outcome: false,
            has_newer: false,
            has_older: true,
        },
        newer_href: None,
        older_href: Some(world.own("/audit-logs?before=1-2")),
        empty: Empty::NoMatch,
        fewer: Vec::new(),
        scope: None,
        guide: None,
        drawer: None,
    };
    change(&mut page);
    audit_logs::page(&page)
}

pub fn form(world: &World) -> Form<'static> {
    let mut actions: Vec<&str> = Action::ALL.iter().map(|it| it.name()).collect();
    actions.push(world.say("service.scale"));
    let events = actions
        .into_iter()
        .map(|action| Suggestion { action, count: 12 });
    Form {
        is_scoped: false,
        pools: vec![Counted {
            choice: Choice {
                value: world.say("edge-eu"),
                label: world.say("Edge Europe"),
            },
            count: 1204,
        }],
        outcomes: [1344, 72],
        events: events.collect(),
        actors: vec![Choice {
            value: world.say("ana.reyes@northwind.example"),
            label: world.say("Ana Reyes"),
        }],
        chosen: Chosen::default(),
        kept: vec![("range", world.say("7d"))],
    }
}

fn panel(world: &World) -> Panel<'static> {
    let bars = (0..62).map(|day| Linked {
        bar: Bar {
            from: NOW - (62 - day) * DAY_MS,
            until: NOW - (61 - day) * DAY_MS,
            events: u64::try_from(day * 7 % 31).unwrap(),
            failures: u64::try_from(day % 3).unwrap().min(1),
        },
        href: world.own("/audit-logs?window=1793404800000-1793491200000"),
    });
    Panel {
        total: 1416,
        succeeded: 1344,
        failed: 72,
        ranges: ranges(),
        chart: Some(Chart {
            step: "day",
            bars: bars.collect(),
        }),
    }
}

fn ranges() -> Vec<Range<'static>> {
    let range = |(label, title, value): (&'static str, _, &str)| Range {
        label,
        title,
        href: format!("/audit-logs?range={value}"),
        is_current: label == "All",
    };
    [
        ("24 h", "Last 24 hours", "24h"),
        ("7 d", "Last 7 days", "7d"),
        ("30 d", "Last 30 days", "30d"),
        ("90 d", "Last 90 days", "90d"),
        ("All", "All time", ""),
    ]
    .into_iter()
    .map(range)
    .collect()
}

/// Linked as often as not; now and then deleted since.
fn known<'a>(world: &World, event: &Event) -> Known<'a> {
    let lead = |href| match event.seq % 10 {
        1 => Lead::Deleted,
        it if it % 2 == 0 => Lead::To(world.own(href)),
        _ => Lead::Nowhere,
    };
    Known {
        actor: lead("/operators/op_1"),
        target: lead("/api-keys/key_1"),
        pool: match event.seq % 10 {
            1 => PoolNow::Deleted,
            _ => PoolNow::Same,
        },
    }
}

pub fn details<'a>(world: &World, event: &'a Event) -> Drawer<'a> {
    let step = |turns_page| Step {
        href: world.own("/audit-logs?event=5#event"),
        turns_page,
    };
    Drawer::Event(Box::new(Details {
        event,
        place: Place::Of {
            number: 4,
            total: 1416,
        },
        close_href: format!("/audit-logs#t-{}", event.seq),
        newer: Some(step(false)),
        older: Some(step(true)),
        known: Known {
            actor: Lead::To(world.own("/operators/op_1")),
            target: Lead::To(world.own("/api-keys/key_1")),
            pool: PoolNow::Renamed(world.say("Edge EU")),
        },
        near: [Look::Actor, Look::Target, Look::Time]
            .map(|look| Near {
                look,
                href: world.own("/audit-logs?actor=priya"),
                count: 1234,
            })
            .into(),
        json: world.own("{\n  \"seq\": 4\n}"),
    }))
}

pub fn log_pages(world: &World) -> Vec<(&'static str, String)> {
    let all = events(world);
    let failure = &all[2];
    fn select(page: &mut audit_logs::Page, seq: i64) {
        for row in &mut page.table.rows {
            row.is_current = row.seq == seq;
        }
    }
    let empty = |reason| {
        move |page: &mut audit_logs::Page| {
            page.empty = reason;
            page.older_href = None;
        }
    };
    vec![
        ("audit-logs", logs(world, &all, |_| ())),
        (
            "audit-logs-event",
            logs(world, &all, |page| {
                select(page, all[3].seq);
                page.drawer = Some(details(world, &all[3]));
            }),
        ),
        (
            "audit-logs-failure",
            logs(world, &all, |page| {
                select(page, failure.seq);
                page.drawer = Some(details(world, failure));
            }),
        ),
        (
            "audit-logs-foreign",
            logs(world, &all, |page| {
                page.drawer = Some(details(world, &all[5]));
            }),
        ),
        (
            "audit-logs-not-found",
            logs(world, &all, |page| {
                page.drawer = Some(Drawer::NotFound {
                    close_href: world.own("/audit-logs"),
                });
            }),
        ),
        ("audit-logs-filtered", filtered(world, &all)),
        (
            "audit-logs-scoped",
            logs(world, &all, |page| {
                page.shell = world.shell(false);
                page.shell.is_insecure = true;
                page.scope = Some(vec![world.say("Edge Europe"), world.say("northwind-prod")]);
                page.before = 50;
                page.newer_href = Some("/audit-logs".to_owned());
                page.table.has_newer = true;
                page.table.rows[3].event = None;
            }),
        ),
        (
            "audit-logs-no-match",
            logs(world, &[], |page| {
                empty(Empty::NoMatch)(page);
                page.fewer = vec![Fewer {
                    name: world.say("Outcome"),
                    value: world.say("Failure").into(),
                    href: world.own("/audit-logs?actor=x"),
                    count: 1234,
                }];
            }),
        ),
        ("audit-logs-no-pool", logs(world, &[], empty(Empty::NoPool))),
        (
            "audit-logs-no-older",
            logs(world, &[], empty(Empty::NoOlder)),
        ),
        (
            "audit-logs-first-run",
            logs(world, &all[..2], |page| {
                page.guide = Some(Guide::Send {
                    base_url: world.say("https://audit.northwind.example"),
                });
                page.older_href = None;
                page.panel.total = 2;
                page.panel.failed = 0;
            }),
        ),
    ]
}

fn filtered(world: &World, all: &[Event]) -> String {
    let failed: Vec<Event> = all
        .iter()
        .filter(|it| it.body.outcome == Outcome::Failure)
        .cloned()
        .enumerate()
        .map(|(place, mut event)| {
            event.body.occurred_ms -= 9 * HOUR_MS * i64::try_from(place).unwrap();
            event
        })
        .collect();
    logs(world, &failed, |page| {
        page.panel.total = 11;
        page.panel.failed = 11;
        page.older_href = None;
        page.table.has_older = false;
        page.table.is_one_outcome = true;
        page.form.chosen = Chosen {
            outcome: "failure",
            action: world.say("api_key.*"),
            actor: world.say("priya"),
            from: world.say("2026-10-01"),
            to: world.say("2026-11-22"),
            ..Chosen::default()
        };
        let chip = |name, value: &'static str| Chip {
            name,
            value: value.into(),
            remove_href: world.own("/audit-logs?x=y"),
        };
        page.chips = vec![
            chip("Outcome", "Failure"),
            chip("Actor", world.say("priya")),
            chip("From", world.say("2026-10-01")),
        ];
        page.warnings = Warnings {
            ignored: 2,
            told: vec![
                Told {
                    subject: world.say("severity").to_owned(),
                    why: " is not a supported filter".to_owned(),
                },
                Told {
                    subject: "Event".to_owned(),
                    why: " was ignored: not a supported event".to_owned(),
                },
            ],
            events: vec![Meant {
                action: world.say("api_key.rotate"),
                href: world.own("/audit-logs?action=api_key.rotate"),
                count: 1204,
            }],
            more: 3,
        };
    })
}
