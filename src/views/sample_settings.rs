//! The pages of the settings, for the tests of this box.
use super::sample_world::World;
use super::setting_fields::{Field, Fields};
use super::settings::{self, Form, Overview};
use crate::model::{SecretAct, Section, Settings};

pub fn pages(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("settings", settings::overview(&overview(world))),
        ("settings-instance", form(world, Section::Instance, true)),
        ("settings-sign-in", form(world, Section::SignIn, false)),
        ("settings-network", form(world, Section::Network, false)),
        ("settings-retention", form(world, Section::Retention, true)),
        ("settings-agents", form(world, Section::Agents, false)),
    ]
}

fn stored(world: &World) -> &'static Settings {
    Box::leak(Box::new(Settings {
        instance_name: world.own("northwind"),
        metrics_token: Some([7; 32]),
        ..Settings::default()
    }))
}

fn overview(world: &World) -> Overview<'static> {
    Overview {
        shell: world.shell(true),
        settings: stored(world),
        pinned_proxies: Some(world.say("192.0.2.1, 10.0.0.0/8")),
        saved: Some(Section::Network),
        about_href: world.say("/audit-logs?action=settings.*"),
    }
}

fn form(world: &World, section: Section, is_stale: bool) -> String {
    let fields = section.settings().map(|setting| Field {
        setting,
        text: if setting.is_secret() {
            SecretAct::Keep.as_str().to_owned()
        } else {
            world.own("480")
        },
        is_wrong: !is_stale,
    });
    settings::form(&Form {
        shell: world.shell(true),
        section,
        version: 48,
        fields: Fields {
            each: fields.collect(),
            settings: stored(world),
            pinned_proxies: None,
            zones: Box::leak(Box::new(["UTC".to_owned(), world.own("Europe/Berlin")])),
            is_stale,
        },
        error: Some(world.say("Sessions end after 1 to 24 hours.")),
    })
}
