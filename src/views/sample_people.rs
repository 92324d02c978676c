//! The pages about people, for the tests of this box.
use super::layout::Nav;
use super::lead::{Known, Lead, Named};
use super::sample_world::{NOW, World, events};
use super::table::{Row, Table};
use super::{
    Glyph, PoolBox, invitation, invite, invites, operator, operator_form, operators, receipt,
    sessions,
};
use crate::base::{DAY_MS, HOUR_MS};
use crate::model::Event;

pub fn people_pages(world: &World) -> Vec<(&'static str, String)> {
    let latest = &events(world)[..2];
    vec![
        ("operators", operators::list(&operator_list(world))),
        (
            "record-operator",
            operator::page(&operator_record(world, latest)),
        ),
        (
            "operator-new",
            operator_form::page(&operator_form(world, false)),
        ),
        (
            "operator-edit",
            operator_form::page(&operator_form(world, true)),
        ),
        ("receipt", receipt::page(&one_time(world))),
        ("invites", invites::list(&invite_list(world))),
        ("record-invite", invite::page(&invite_record(world))),
        (
            "invite-new",
            invite::form(&invite::Form {
                shell: world.shell(true),
                email: world.say("sam.adeyemi@partner.example"),
                is_owner: true,
                pools: boxes(world),
                life: world.say("72"),
                error: Some(world.say("Name is already in use")),
            }),
        ),
        (
            "invitation",
            invitation::page(&invitation::Page {
                bare: World::bare(),
                email: world.say("sam.adeyemi@partner.example"),
                is_owner: false,
                pools: vec![world.say("Edge Europe"), world.say("northwind-prod")],
                name: world.say("Sam Adeyemi"),
                error: Some(world.say("Use at least 12 characters.")),
            }),
        ),
        ("invitation-closed", invitation::closed(World::bare())),
    ]
}

fn operator_list(world: &World) -> operators::List<'static> {
    let operator = |is_owner, state| operators::Operator {
        id: state,
        name: world.say("Ana Reyes"),
        email: world.say("ana.reyes@northwind.example"),
        is_owner,
        is_viewer: is_owner,
        pools: vec![world.say("Edge Europe"), world.say("northwind-prod")],
        last_sign_in: is_owner.then_some(NOW - 3 * HOUR_MS),
        state,
        href: world.own("/operators/op_1"),
        activity_href: world.own("/audit-logs?actor=ana"),
        acts: acts(world),
    };
    operators::List {
        shell: world.shell(true),
        times: world.times(),
        text: world.say("ana"),
        state: "active",
        operators: vec![operator(true, "active"), operator(false, "deactivated")],
        total: 7,
    }
}

pub fn session(world: &World, is_current: bool) -> sessions::Session {
    sessions::Session {
        client: (!is_current).then(|| world.own("Firefox 153")),
        ip: (!is_current).then(|| world.own("203.0.113.18")),
        started: NOW - 3 * HOUR_MS,
        used: NOW - HOUR_MS,
        is_current,
        end_href: world.own("/operators/op_1/sessions/ses_1/revoke"),
    }
}

fn operator_record<'a>(world: &World, latest: &'a [Event]) -> operator::Operator<'a> {
    let row = |event: &'a Event| Row {
        seq: event.seq,
        event: Some(event),
        href: world.own("/audit-logs?event=1"),
        known: Known {
            target: Lead::To(world.own("/api-keys/key_1")),
            ..Known::default()
        },
        is_current: false,
    };
    operator::Operator {
        shell: world.shell(true),
        times: world.times(),
        id: world.say("op_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
        name: world.say("Priya Nair"),
        email: world.say("priya.nair@northwind.example"),
        is_owner: false,
        pools: vec![world.say("Edge Europe"), world.say("northwind-prod")],
        last_sign_in: Some(NOW - HOUR_MS),
        created: NOW - 90 * DAY_MS,
        has_second_factor: true,
        temporary_until: Some(NOW + HOUR_MS),
        state: world.say("active"),
        acts: acts(world),
        about_href: world.say("/audit-logs?target=x"),
        by_href: world.say("/audit-logs?actor=x"),
        sessions: vec![session(world, true), session(world, false)],
        end_all_href: world.own("/operators/op_1/sessions/revoke"),
        activity: Table {
            times: world.times(),
            rows: latest.iter().map(row).collect(),
            is_one_outcome: false,
            has_newer: false,
            has_older: true,
        },
    }
}

fn operator_form(world: &World, is_edit: bool) -> operator_form::Form<'static> {
    operator_form::Form {
        shell: world.shell(true),
        edited: is_edit.then(|| operator_form::Edited {
            name: world.say("Priya Nair"),
            version: 7,
        }),
        name: world.say("Priya Nair"),
        email: world.say("priya.nair@northwind.example"),
        is_owner: false,
        pools: boxes(world),
        action_href: world.say("/operators/op_1/edit"),
        back_href: world.say("/operators/op_1"),
        error: is_edit.then(|| world.say("Changed by someone else first")),
    }
}

fn one_time(world: &World) -> receipt::Page<'static> {
    receipt::Page {
        shell: world.shell(true),
        nav: Nav::Operators,
        title: world.say("Temporary password for Priya Nair"),
        glyph: Glyph::Operator,
        secret: world.say("7K2M-Q9XD-R4TN-0VHC-E5JW"),
        copy: "Copy password",
        hint: world.say("Pass it on."),
        facts: operator::temporary(
            world.say("priya.nair@northwind.example"),
            NOW + 3 * DAY_MS,
            world.times(),
        ),
        done_href: world.say("/operators/op_1"),
        lost: "Lost it? Reset the password.",
    }
}

fn invite_list(world: &World) -> invites::List<'static> {
    let invite = |is_owner: bool, state| invites::Invite {
        id: state,
        email: world.say("sam.adeyemi@partner.example"),
        is_owner,
        pools: vec![world.say("Edge Europe")],
        invited_by: (!is_owner).then(|| Named {
            name: world.say("Ana Reyes"),
            lead: Lead::Deleted,
        }),
        expires: NOW + 3 * DAY_MS,
        state,
        href: world.own("/invites/id/inv_1"),
        acts: acts(world),
    };
    invites::List {
        shell: world.shell(true),
        times: world.times(),
        text: "",
        state: "",
        invites: vec![invite(true, "active"), invite(false, "expired")],
        total: 2,
    }
}

fn invite_record(world: &World) -> invite::Invite<'static> {
    invite::Invite {
        shell: world.shell(true),
        times: world.times(),
        id: world.say("inv_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
        email: world.say("sam.adeyemi@partner.example"),
        is_owner: false,
        pools: Vec::new(),
        invited_by: Some(Named {
            name: world.say("Ana Reyes"),
            lead: Lead::Deleted,
        }),
        created: NOW - HOUR_MS,
        expires: NOW + DAY_MS,
        state: "accepted",
        operator: Some(Named {
            name: world.say("Sam Adeyemi"),
            lead: Lead::To(world.own("/operators/op_2")),
        }),
        acts: acts(world),
        about_href: world.say("/audit-logs?target=x"),
    }
}

fn acts(world: &World) -> Vec<(&'static str, String, bool)> {
    vec![
        ("Edit", world.own("/operators/op_1/edit"), false),
        ("Delete…", world.own("/operators/op_1/delete"), true),
    ]
}

fn boxes(world: &World) -> Vec<PoolBox<'static>> {
    let one = |slug, is_chosen| PoolBox {
        slug,
        name: world.say("Edge Europe"),
        is_chosen,
    };
    vec![one("edge-eu", true), one("edge-us", false)]
}
