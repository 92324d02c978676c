//! The pages of Pools, for the tests of this box.
use super::sample_world::{NOW, World};
use super::{confirm, pool, pool_form, pools};
use crate::base::HOUR_MS;
use crate::model::vocabulary::DetailKind;
use crate::model::{DetailKeys, GateMode, Permission, Pool, PoolAct, PoolState};

pub fn pool_pages(world: &World) -> Vec<(&'static str, String)> {
    let own_keys = vec![(world.own("aisle"), DetailKind::Label)];
    let one = Pool {
        detail_keys: DetailKeys::stored(own_keys),
        retention_days: Some(400),
        mode: GateMode::Sealed,
        ..world.pool()
    };
    let gone = Pool {
        state: PoolState::Deleted,
        ..world.pool()
    };
    vec![
        ("pools", pools::list(&list(world, &[&one, &gone]))),
        ("pools-none", pools::list(&list(world, &[]))),
        ("record-pool", pool::page(&record(world, &one))),
        ("edit-pool", pool_form::edit(&edit(world, &one))),
        ("delete-pool", delete(world)),
    ]
}

fn list<'a>(world: &World, shown: &[&'a Pool]) -> pools::List<'a> {
    let line = |pool: &&'a Pool| pools::Line {
        pool,
        keys: 3,
        href: (pool.state != PoolState::Deleted).then(|| world.own("/pools/pool_1")),
        events_href: world.own("/audit-logs?pool=edge-eu"),
    };
    pools::List {
        shell: world.shell(true),
        pools: shown.iter().map(line).collect(),
        form: Some(pools::Form {
            name: world.say(""),
            slug: world.say(""),
            error: Some(world.say("This slug is already in use.")),
        }),
        text: world.say("edge"),
        state: "active",
        total: 2,
    }
}

fn record<'a>(world: &World, pool: &'a Pool) -> pool::Record<'a> {
    pool::Record {
        shell: world.shell(true),
        times: world.times(),
        pool,
        href: world.say("/pools/pool_1"),
        events_href: world.say("/audit-logs?pool=edge-eu"),
        acts: PoolAct::ALL.to_vec(),
        about_href: world.say("/audit-logs?target=x"),
        operators: Some(vec![pool::Operator {
            name: world.say("Priya Nair"),
            email: world.say("priya.nair@northwind.example"),
            state: "deactivated",
            href: world.own("/operators/op_1"),
        }]),
        keys: vec![pool::Key {
            name: world.say("ci-runner"),
            permission: Permission::Read,
            last_used: Some(NOW - HOUR_MS),
            state: "revoked",
            href: world.own("/api-keys/key_1"),
        }],
    }
}

fn edit<'a>(world: &World, pool: &'a Pool) -> pool_form::Edit<'a> {
    let name = world.say("aisle");
    pool_form::Edit {
        shell: world.shell(true),
        name: &pool.name,
        slug: &pool.slug,
        typed: pool_form::Typed {
            name: world.say("Edge Europe"),
            retention: world.say("400"),
            mode: GateMode::Gated,
            removed: vec![name],
            added: [(name, world.say("label")), ("", ""), ("", "")],
        },
        detail_keys: &pool.detail_keys,
        version: 7,
        action_href: world.say("/pools/pool_1/edit"),
        back_href: world.say("/pools/pool_1"),
        error: Some(world.say("This detail key is there already.")),
    }
}

fn delete(world: &World) -> String {
    confirm::page(&confirm::Page {
        shell: world.shell(true),
        question: pool::question(PoolAct::Delete).unwrap(),
        name: world.say("Edge Europe"),
        action_href: world.say("/pools/pool_1/delete"),
        version: 7,
        back_href: world.say("/pools/pool_1"),
        error: Some(world.say("Typed confirmation did not match")),
        fields: pool::confirmation(world.say("edge-eu")),
    })
}
