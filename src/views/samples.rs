//! All other pages, for the tests of this box.
use super::sample_factors::factor_pages;
use super::sample_keys::key_pages;
use super::sample_logs::log_pages;
use super::sample_people::{people_pages, session};
use super::sample_pools::pool_pages;
use super::sample_settings;
use super::sample_sources::source_pages;
use super::sample_views::view_pages;
use super::sample_world::World;
use super::{
    account, error, event_catalogue, password, sessions, setup, shortcuts, sign_in, step_up,
};
use crate::model::Action;

/// Every page by name.
pub fn pages(world: &World) -> Vec<(&'static str, String)> {
    let mut pages = log_pages(world);
    pages.extend(other_pages(world));
    pages.extend(factor_pages(world));
    pages.extend(people_pages(world));
    pages.extend(source_pages(world));
    pages.extend(sample_settings::pages(world));
    pages.extend(pool_pages(world));
    pages.extend(key_pages(world));
    pages.extend(view_pages(world));
    pages
}

fn other_pages(world: &World) -> Vec<(&'static str, String)> {
    let zones: &'static [String] =
        Box::leak(Box::new(["UTC".to_owned(), world.own("Europe/Berlin")]));
    let sign = |note| {
        sign_in::page(&sign_in::Page {
            bare: World::bare(),
            csrf: world.say("c0ffee"),
            next: world.say("/audit-logs"),
            email: world.say("ana.reyes@northwind.example"),
            note,
            limit: sign_in::Limit {
                attempts: 5,
                minutes: 15,
            },
        })
    };
    vec![
        ("sign-in", sign(sign_in::Note::None)),
        ("sign-in-error", sign(sign_in::Note::Refused)),
        ("sign-in-expired", sign(sign_in::Note::Expired)),
        ("sign-in-ended", sign(sign_in::Note::SessionEnded)),
        (
            "setup",
            setup::page(&setup::Page {
                bare: World::bare(),
                csrf: world.say("c0ffee"),
                typed: setup::Typed {
                    setup_code: world.say("ABCD-EFGH"),
                    name: world.say("Ana Reyes"),
                    email: world.say("ana.reyes@northwind.example"),
                    zone: world.say("UTC"),
                },
                zones,
                error: Some(world.say("The setup code is not the one in the file.")),
            }),
        ),
        (
            "account",
            account::page(&account::Page {
                shell: world.shell(true),
                name: world.say("Ana Reyes"),
                version: 7,
                zone: world.say("Europe/Berlin"),
                zones,
                has_second_factor: true,
                codes_left: 7,
                is_saved: true,
                error: None,
            }),
        ),
        (
            "sessions",
            sessions::page(&sessions::Own {
                shell: world.shell(true),
                times: world.times(),
                sessions: [true, false].map(|it| session(world, it)).into(),
            }),
        ),
        ("confirm-identity", step_up(world, false)),
        ("confirm-late", step_up(world, true)),
        ("password", own_password(world, false)),
        ("password-required", own_password(world, true)),
        ("shortcuts", shortcuts::page(&world.shell(true))),
        ("events", event_catalogue::page(&catalogue(world))),
        (
            "error",
            error::page(&error::Page {
                bare: World::bare(),
                status: 403,
                what: None,
                request_id: world.say("req_8PWKYCVVCWHBPMJFRK7N"),
            }),
        ),
        (
            "error-bare",
            error::page(&error::Page {
                bare: World::bare(),
                status: 503,
                what: Some(world.say("The disk is full.")),
                request_id: world.say("req_8PWKYCVVCWHBPMJFRK7N"),
            }),
        ),
    ]
}

fn step_up(world: &World, is_late: bool) -> String {
    step_up::page(&step_up::Page {
        bare: World::bare(),
        csrf: world.say("c0ffee"),
        email: world.say("ana.reyes@northwind.example"),
        next: world.say("/operators/op_1"),
        asks_code: is_late,
        kept: is_late.then(|| world.say("c0ffee")),
        error: is_late.then(|| world.say("That is not right.")),
    })
}

fn own_password(world: &World, is_required: bool) -> String {
    password::page(&password::Page {
        bare: World::bare(),
        csrf: world.say("c0ffee"),
        email: world.say("ana.reyes@northwind.example"),
        is_required,
        asks_current: !is_required,
        next: world.say("/account"),
        error: is_required.then(|| world.say("Use at least 12 characters.")),
    })
}

fn catalogue(world: &World) -> event_catalogue::Page<'static> {
    let line = |action: &Action| event_catalogue::Line {
        action: *action,
        events_href: world.some("/audit-logs?action=x"),
    };
    event_catalogue::Page {
        shell: world.shell(false),
        lines: Action::ALL.iter().map(line).collect(),
    }
}
