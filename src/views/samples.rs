//! All other pages, for the tests of this box.
use super::api_keys::{self, Permission};
use super::sample_logs::{form, log_pages};
use super::sample_people::people_pages;
use super::sample_settings;
use super::sample_sources::source_pages;
use super::sample_world::{NOW, World};
use super::{
    account, api_key, confirm, error, event_catalogue, pool, pools, setup, shortcuts, sign_in,
    step_up,
};
use crate::base::{HOUR_MS, MINUTE_MS};
use crate::model::{Action, Pool};

/// Every page by name.
pub fn pages(world: &World) -> Vec<(&'static str, String)> {
    let mut pages = log_pages(world);
    pages.extend(other_pages(world));
    pages.extend(record_pages(world));
    pages.extend(people_pages(world));
    pages.extend(source_pages(world));
    pages.extend(sample_settings::pages(world));
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
                zone: world.say("Europe/Berlin"),
                zones,
                is_saved: true,
                error: None,
            }),
        ),
        ("confirm-identity", step_up(world, step_up::Note::None)),
        ("confirm-late", step_up(world, step_up::Note::Late)),
        ("confirm-refused", step_up(world, step_up::Note::Refused)),
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

fn step_up(world: &World, note: step_up::Note) -> String {
    step_up::page(&step_up::Page {
        shell: world.shell(true),
        next: world.say("/operators/op_1"),
        note,
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

fn record_pages(world: &World) -> Vec<(&'static str, String)> {
    let of_pool = world.pool();
    vec![
        ("pools", pools::list(&pool_list(world, &of_pool))),
        ("api-keys", api_keys::list(&key_list(world, false))),
        ("api-keys-receipt", api_keys::list(&key_list(world, true))),
        (
            "confirm",
            confirm::page(&confirm::Page {
                shell: world.shell(true),
                question: &api_key::REVOKE,
                name: world.say("ci-runner"),
                action_href: world.say("/api-keys/key_1/revocation"),
                version: 7,
                back_href: world.say("/api-keys"),
                error: Some(world.say("It was changed by somebody else first.")),
                fields: super::nothing(),
            }),
        ),
        (
            "record-pool",
            pool::page(&pool::Record {
                shell: world.shell(true),
                pool: &of_pool,
                about_href: world.say("/audit-logs?target=x"),
            }),
        ),
        ("record-key", api_key::page(&key_record(world))),
    ]
}

fn key_record(world: &World) -> api_key::ApiKey<'static> {
    api_key::ApiKey {
        shell: world.shell(true),
        times: world.times(),
        id: world.say("key_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
        name: world.say("ci-runner"),
        prefix: world.say("anp_ciN9WB"),
        permission: world.say("write"),
        mode: crate::model::GateMode::Sealed,
        pool_name: world.say("Edge Europe"),
        pool_href: world.some("/pools/pool_1"),
        last_used: None,
        expires: Some(i64::MAX / 4096),
        state: world.say("paused"),
        about_href: world.say("/audit-logs?target=x"),
    }
}

fn pool_list<'a>(world: &World, pool: &'a Pool) -> pools::List<'a> {
    pools::List {
        shell: world.shell(true),
        pools: vec![pools::Line {
            pool,
            keys: 3,
            href: world.own("/pools/pool_1"),
            events_href: world.own("/audit-logs?pool=edge-eu"),
        }],
        form: Some(pools::Form {
            name: world.say(""),
            slug: world.say(""),
            error: Some(world.say("This slug is already in use.")),
        }),
    }
}

fn key_list(world: &World, with_receipt: bool) -> api_keys::List<'static> {
    let key = |id, state, days: Option<i64>| api_keys::Key {
        id,
        name: world.say("ci-runner"),
        prefix: world.say("anp_ciN9WB"),
        permission: Permission::Write,
        pool_name: world.say("Edge Europe"),
        last_used: days.map(|_| NOW - 40 * MINUTE_MS),
        expires: days.map(|it| NOW + it * 24 * HOUR_MS),
        state,
        href: world.own("/api-keys/key_1"),
        activity_href: world.own("/audit-logs?target=ci-runner"),
        pause_href: (state == "active").then(|| world.own("/api-keys/key_1/pause")),
        resume_href: (state == "paused").then(|| world.own("/api-keys/key_1/resume")),
        revoke_href: (state != "revoked").then(|| world.own("/api-keys/key_1/revoke")),
    };
    api_keys::List {
        shell: world.shell(true),
        times: world.times(),
        keys: vec![
            key("k1", "active", Some(9)),
            key("k2", "paused", Some(90)),
            key("k3", "revoked", None),
        ],
        form: Some(api_keys::Form {
            pools: form(world).pools.into_iter().map(|it| it.choice).collect(),
            typed: api_keys::Typed {
                name: world.say(""),
                pool: world.say("edge-eu"),
                permission: Permission::Write,
                expires: "90",
            },
            error: None,
        }),
        receipt: with_receipt.then(|| api_keys::Receipt {
            id: "k1",
            name: world.say("ci-runner"),
            secret: world.say("anp_niV8RD_5kZr2TqX9mWb7CvLhJ4sPd8GfYnE3aU6"),
            permission: Permission::Write,
            pool_name: world.say("Edge Europe"),
            expires: Some(NOW + 90 * 24 * HOUR_MS),
            base_url: world.say("https://audit.northwind.example"),
        }),
    }
}
