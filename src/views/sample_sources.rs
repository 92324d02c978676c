//! The pages of upstreams and MCP tokens, for the tests of this box.
use super::sample_world::{NOW, World};
use super::{Choice, confirm, mcp_tokens, nothing, upstream, upstreams};
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
        ("mcp-tokens", mcp_tokens::list(&tokens(world, true))),
        ("mcp-tokens-off", mcp_tokens::list(&tokens(world, false))),
        (
            "mcp-token-rename",
            mcp_tokens::rename(&mcp_tokens::Rename {
                shell: world.shell(false),
                name: world.say("agent"),
                typed: world.say("agent on my laptop"),
                version: 7,
                action_href: world.say("/account/mcp-tokens/mcp_1/rename"),
                error: Some(world.say("Name is already in use")),
            }),
        ),
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

fn tokens(world: &World, are_allowed: bool) -> mcp_tokens::List<'static> {
    let line = |state| mcp_tokens::Line {
        name: world.say("agent on my laptop"),
        prefix: world.say("anm_ciN9WBq2"),
        last_used: Some(NOW - HOUR_MS),
        expires: (state == "expired").then_some(NOW - HOUR_MS),
        state,
        id: state,
        activity_href: are_allowed.then(|| world.own("/audit-logs?target=mcp_1")),
    };
    mcp_tokens::List {
        shell: world.shell(are_allowed),
        times: world.times(),
        tokens: ["active", "expired"].map(line).into(),
        form: are_allowed.then_some(mcp_tokens::Form {
            name: world.say("agent on my laptop"),
            expires: "90",
            error: Some(world.say("Name is already in use")),
        }),
        receipt: are_allowed.then_some(mcp_tokens::Receipt {
            name: world.say("agent on my laptop"),
            secret: world.say("anm_niV8RD_5kZr2TqX9mWb7CvLhJ4sPd8GfYnE3aU6"),
            expires: None,
            base_url: world.say("https://audit.northwind.example"),
        }),
    }
}
