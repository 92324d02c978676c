//! The pages of upstreams, for the tests of this box.
use super::sample_world::{NOW, World};
use super::{Choice, confirm, nothing, upstream, upstreams};
use crate::base::HOUR_MS;
use crate::model::{GateMode, SourceFormat, UpstreamAct};

pub fn source_pages(world: &World) -> Vec<(&'static str, String)> {
    let question = upstream::question(UpstreamAct::Delete).unwrap();
    let form = |error| upstream::Form {
        shell: world.shell(true),
        name: world.say("gitea prod"),
        version: 7,
        action_href: world.say("/upstreams/up_1/edit"),
        back_href: world.say("/upstreams/up_1"),
        error,
    };
    vec![
        ("upstreams", upstreams::list(&list(world))),
        ("record-upstream", upstream::page(&record(world))),
        (
            "upstream-edit",
            upstream::edit(&form(None), world.say("gitea"), GateMode::Sealed),
        ),
        (
            "upstream-refresh",
            upstream::refresh(&form(Some(world.say("The document is not JSON."))), "4"),
        ),
        (
            "upstream-delete",
            confirm::page(&confirm::Page {
                shell: world.shell(true),
                question,
                name: world.say("gitea prod"),
                action_href: world.say("/upstreams/up_1/delete"),
                version: 7,
                back_href: world.say("/upstreams/up_1"),
                error: None,
                fields: nothing(),
            }),
        ),
    ]
}

fn list(world: &World) -> upstreams::List<'static> {
    let line = |state| upstreams::Line {
        name: world.say("gitea prod"),
        format: SourceFormat::Gitea,
        mode: GateMode::Gated,
        pool_name: world.say("Edge Europe"),
        state,
        href: world.own("/upstreams/up_1"),
        activity_href: world.own("/audit-logs?target=up_1"),
    };
    upstreams::List {
        shell: world.shell(true),
        upstreams: ["active", "paused", "failing"].map(line).into(),
        form: Some(upstreams::Form {
            pools: vec![Choice {
                value: world.say("edge-eu"),
                label: world.say("Edge Europe"),
            }],
            pool: world.say("edge-eu"),
            mode: GateMode::Gated,
            error: Some(world.say("The document is not valid JSON.")),
        }),
    }
}

fn record(world: &World) -> upstream::Record<'static> {
    upstream::Record {
        shell: world.shell(true),
        times: world.times(),
        id: world.say("up_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
        name: world.say("gitea prod"),
        format: SourceFormat::Gitea,
        mode: GateMode::Sealed,
        pool_name: world.say("Edge Europe"),
        pool_href: world.some("/pools/pool_1"),
        overlap_until: Some(NOW + HOUR_MS),
        created: NOW - HOUR_MS,
        state: world.say("active"),
        href: world.say("/upstreams/up_1"),
        acts: UpstreamAct::ALL.to_vec(),
        about_href: world.say("/audit-logs?target=up_1"),
    }
}
