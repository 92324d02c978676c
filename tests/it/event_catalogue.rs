//! The catalogue of events that every signed-in person can read.
use std::fs;

use crate::browser::{drawer, link, rows};
use crate::catalogue::CATALOGUE;
use crate::html;
use crate::site::Site;

#[test]
fn the_catalogue_tells_every_action_of_the_registry() {
    let site = Site::new();
    let page = site.admin().page("/events");
    let actions = actions();
    assert_eq!(actions.len(), CATALOGUE.len());
    for action in &actions {
        let row = html::by_id(&page, action);
        let row = row.unwrap_or_else(|| panic!("{action} is not told"));
        assert!(row.text().contains(action.as_str()), "{}", row.text());
    }
    let rotate = html::by_id(&page, "api_key.rotate").unwrap().text();
    for told in [
        "API key rotated",
        "API key rotation failed",
        "A key gets a new secret.",
        "key_prefix first characters",
        "overlap_until_at time",
    ] {
        assert!(rotate.contains(told), "{told}: {rotate}");
    }
    let paused = html::by_id(&page, "auth.lockout").unwrap().text();
    assert!(paused.contains("Always a failure"), "{paused}");
    let update = html::by_id(&page, "api_key.update").unwrap().text();
    assert!(update.contains("name before and after"), "{update}");
}

#[test]
fn an_action_leads_to_its_events_and_an_event_to_its_action() {
    let site = Site::new();
    let owner = site.owner();
    let page = owner.page("/events");
    let to_events = link(&page, "auth.sign_in : show events").unwrap();
    let log = owner.page(&to_events);
    let (seq, _) = rows(&log)[0].clone();
    let log = owner.page(&format!("/audit-logs?event={seq}"));
    let drawer = drawer(&log).unwrap();
    let to_action = link(&drawer.inner, "auth.sign_in").unwrap();
    assert_eq!(to_action, "/events#auth.sign_in");
    let page = site.admin().page("/events");
    assert!(
        link(&page, "auth.sign_in : show events").is_none(),
        "an admin sees no sign-ins"
    );
    assert!(link(&page, "api_key.pause : show events").is_some());
}

/// As the registry names them.
fn actions() -> Vec<String> {
    let registry = fs::read_to_string("src/model/actions.rs").unwrap();
    let names = registry.lines().filter_map(|line| {
        let (_, rest) = line.strip_prefix("    ")?.split_once(": \"")?;
        let (name, _) = rest.split_once("\",")?;
        name.contains('.').then(|| name.to_owned())
    });
    names.collect()
}
