//! The pages of API keys, for the tests of this box.
use super::key_receipt::{Receipt, Replaced};
use super::parts::Choice;
use super::sample_world::{NOW, World};
use super::{api_key, api_keys, confirm, key_form};
use crate::base::{HOUR_MS, MINUTE_MS};
use crate::model::{GateMode, KeyAct, Permission};

pub fn key_pages(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("api-keys", api_keys::list(&list(world, None))),
        (
            "api-keys-none",
            api_keys::list(&api_keys::List {
                keys: Vec::new(),
                total: 3,
                ..list(world, None)
            }),
        ),
        (
            "api-keys-receipt",
            api_keys::list(&list(world, Some(receipt(world)))),
        ),
        ("record-key", api_key::page(&record(world))),
        ("edit-key", key_form::edit(&edit(world))),
        ("confirm", question(world, KeyAct::Revoke)),
        ("rotate-key", question(world, KeyAct::Rotate)),
        ("move-key", question(world, KeyAct::Move)),
    ]
}

fn list<'a>(world: &World, receipt: Option<Receipt<'a>>) -> api_keys::List<'a> {
    let key = |id, state, days: Option<i64>, acts: &[KeyAct]| api_keys::Key {
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
        acts: acts.to_vec(),
    };
    api_keys::List {
        shell: world.shell(true),
        times: world.times(),
        keys: vec![
            key("k1", "active", Some(9), &KeyAct::ALL),
            key("k2", "paused", Some(90), &[KeyAct::Revoke]),
            key("k3", "revoked", None, &[]),
        ],
        form: Some(key_form::Form {
            pools: pools(world),
            typed: typed(world),
            error: None,
        }),
        receipt,
        text: world.say("ci"),
        state: "active",
        total: 3,
    }
}

fn pools(world: &World) -> Vec<Choice<'static>> {
    vec![Choice {
        value: world.say("edge-eu"),
        label: world.say("Edge Europe"),
    }]
}

fn typed(world: &World) -> key_form::Typed<'static> {
    key_form::Typed {
        name: world.say(""),
        pool: world.say("edge-eu"),
        expires_on: world.say("2027-01-31"),
        ..key_form::Typed::default()
    }
}

fn receipt(world: &World) -> Receipt<'static> {
    Receipt {
        id: "k1",
        name: world.say("ci-runner"),
        secret: world.say("anp_niV8RD_5kZr2TqX9mWb7CvLhJ4sPd8GfYnE3aU6"),
        permission: Permission::Write,
        pool_name: world.say("Edge Europe"),
        expires: Some(NOW + 90 * 24 * HOUR_MS),
        replaced: Some(Replaced {
            prefix: world.say("anp_ciN9WB"),
            until: Some(NOW + HOUR_MS),
        }),
        base_url: world.say("https://audit.northwind.example"),
    }
}

fn record(world: &World) -> api_key::ApiKey<'static> {
    api_key::ApiKey {
        shell: world.shell(true),
        times: world.times(),
        id: world.say("key_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
        name: world.say("ci-runner"),
        prefix: world.say("anp_ciN9WB"),
        permission: Permission::Write,
        mode: GateMode::Sealed,
        is_sealed_by_pool: true,
        pool_name: world.say("Edge Europe"),
        pool_href: world.some("/pools/pool_1"),
        overlap: Some((world.say("anp_7hQ2mX"), NOW + HOUR_MS)),
        last_used: None,
        expires: Some(i64::MAX / 4096),
        state: world.say("paused"),
        href: world.say("/api-keys/key_1"),
        acts: KeyAct::ALL.to_vec(),
        about_href: world.say("/audit-logs?target=x"),
    }
}

fn edit(world: &World) -> key_form::Edit<'static> {
    key_form::Edit {
        shell: world.shell(true),
        name: world.say("ci-runner"),
        typed: typed(world),
        expires_now: world.own("Never"),
        version: 7,
        action_href: world.say("/api-keys/key_1/edit"),
        back_href: world.say("/api-keys/key_1"),
        error: Some(world.say("It was changed by somebody else first.")),
    }
}

fn question(world: &World, act: KeyAct) -> String {
    confirm::page(&confirm::Page {
        shell: world.shell(true),
        question: api_key::question(act).unwrap(),
        name: world.say("ci-runner"),
        action_href: world.say("/api-keys/key_1/revoke"),
        version: 7,
        back_href: world.say("/api-keys/key_1"),
        error: Some(world.say("It was changed by somebody else first.")),
        fields: match act {
            KeyAct::Rotate => api_key::grace(world.say("4")),
            KeyAct::Move => api_key::destination(&pools(world), world.say("edge-eu")),
            _ => super::nothing(),
        },
    })
}
