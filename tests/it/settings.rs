//! The settings of the instance: what an owner saves holds from the next request on, and stands
//! in the log.
use serde_json::{Value, json};

use crate::browser::{Browser, FORM, encode, rows};
use crate::ended::with_changed;
use crate::html;
use crate::http::Reply;
use crate::people;
use crate::site::{Site, event};

const SECTIONS: [&str; 5] = ["instance", "sign-in", "network", "retention", "agents"];

/// Every recorded change of the settings, oldest first.
fn recorded(site: &Site) -> Vec<Value> {
    people::told(site, "settings.update")
}

#[track_caller]
fn save(browser: &Browser, section: &str, values: &[(&str, &str)]) -> Reply {
    browser.submit(&format!("/settings/{section}"), values)
}

/// The fields of the section's form, as they are sent untouched.
#[track_caller]
fn fields(browser: &Browser, section: &str) -> Vec<(String, String)> {
    fields_of(&browser.page(&format!("/settings/{section}")), section)
}

#[track_caller]
fn fields_of(page: &str, section: &str) -> Vec<(String, String)> {
    let mut forms = html::forms(page).into_iter();
    let action = format!("/settings/{section}");
    forms.find(|it| it.action == action).unwrap().fields
}

fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|(it, _)| it == name);
    value.clone_into(&mut field.unwrap().1);
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let found = fields.iter().find(|(it, _)| it == name);
    found.map(|(_, value)| value.as_str()).unwrap()
}

#[test]
fn what_is_saved_is_shown_and_told_with_what_it_was_before() {
    let site = Site::new();
    let owner = site.owner();
    #[track_caller]
    fn case(site: &Site, owner: &Browser, section: &str, values: &[(&str, &str)], told: Value) {
        let page = save(owner, section, values).expect(200).text();
        assert!(html::text(&page).contains("is saved."), "{page}");
        let event = recorded(site).pop().unwrap();
        assert_eq!(event["outcome"], "success");
        assert_eq!(event["changes"], told);
        assert_eq!(event["details"]["section"], *section);
        let again = fields(owner, section);
        for (name, value) in values {
            assert_eq!(field(&again, name), *value);
        }
    }
    case(
        &site,
        &owner,
        "instance",
        &[
            ("instance_name", "northwind"),
            ("time_zone", "Europe/Berlin"),
        ],
        json!([
            { "field": "instance_name", "to": "northwind" },
            { "field": "time_zone", "from": "UTC", "to": "Europe/Berlin" },
        ]),
    );
    case(
        &site,
        &owner,
        "sign-in",
        &[("session_idle_min", "60"), ("totp_required", "off")],
        json!([{ "field": "session_idle_min", "from": 30, "to": 60 }]),
    );
    case(
        &site,
        &owner,
        "network",
        &[("ingest_limit", "600"), ("trusted_proxies", "")],
        json!([{ "field": "ingest_limit", "to": 600 }]),
    );
    case(
        &site,
        &owner,
        "network",
        &[("ingest_limit", ""), ("trusted_proxies", "192.0.2.1")],
        json!([
            { "field": "trusted_proxies", "from": [], "to": ["192.0.2.1"] },
            { "field": "ingest_limit", "from": 600 },
        ]),
    );
    case(
        &site,
        &owner,
        "retention",
        &[("retention_days", "400"), ("job_days", "10")],
        json!([
            { "field": "retention_days", "to": 400 },
            { "field": "job_days", "from": 90, "to": 10 },
        ]),
    );
    case(
        &site,
        &owner,
        "agents",
        &[("mcp_enabled", "yes")],
        json!([{ "field": "mcp_enabled", "from": false, "to": true }]),
    );
    let overview = html::text(&owner.page("/settings"));
    for shown in [
        "northwind",
        "60 minutes",
        "No limit",
        "192.0.2.1",
        "400 days",
        "Allowed",
    ] {
        assert!(overview.contains(shown), "{shown}: {overview}");
    }
    // The frame of every page names the instance, for admins too.
    let brand = html::elements(&site.admin().page("/audit-logs"), "a");
    assert!(brand.iter().any(|it| it.text() == "Annals northwind"));
}

#[test]
fn saving_a_form_as_it_is_writes_nothing() {
    let site = Site::new();
    let owner = site.owner();
    for section in SECTIONS {
        let fields = fields(&owner, section);
        let reply = owner.post(&format!("/settings/{section}"), &fields);
        assert_eq!(reply.status, 303);
    }
    assert!(recorded(&site).is_empty());
}

#[test]
fn what_a_setting_cannot_be_is_said_recorded_and_not_stored() {
    let site = Site::new();
    let owner = site.owner();
    let mut refused = 0;
    let mut case = |section: &str, name: &str, value: &str, says: &str| {
        let before = fields(&owner, section);
        let mut sent = before.clone();
        set(&mut sent, name, value);
        let reply = owner.post(&format!("/settings/{section}"), &sent);
        let page = reply.expect(422).text();
        assert!(html::text(&page).contains(says), "{section}: {page}");
        let is_chosen = ["metrics_token", "time_zone", "totp_required"].contains(&name);
        if !is_chosen {
            assert_eq!(field(&fields_of(&page, section), name), value.trim());
        }
        assert_eq!(fields(&owner, section), before);
        refused += 1;
        let events = recorded(&site);
        assert_eq!(events.len(), refused);
        let event = &events[refused - 1];
        assert_eq!(event["outcome"], "failure");
        assert_eq!(event["reason"], "out_of_range");
        assert_eq!(event["details"]["section"], *section);
        assert_eq!(event.get("changes"), None);
    };
    let name = "north wind ".repeat(8);
    case("instance", "instance_name", &name, "at most 64 characters");
    case(
        "instance",
        "instance_name",
        "https://a.example/x",
        "not a name",
    );
    case(
        "instance",
        "time_zone",
        "Atlantis/Poseidonis",
        "from the list",
    );
    case("sign-in", "session_idle_min", "14", "15 to 480");
    case("sign-in", "session_hours", "0", "1 to 24");
    case("sign-in", "session_hours", "1e1", "1 to 24");
    case("sign-in", "totp_required", "nobody", "from the list");
    case("network", "trusted_proxies", "proxy.internal", "192.0.2.1");
    case("network", "trusted_proxies", "0.0.0.0/0", "anybody");
    case("network", "ingest_limit", "-1", "1 to 10,000,000");
    case("network", "metrics_token", "replace", "Type the new token");
    case("network", "metrics_token", "sell", "Choose what becomes");
    case("retention", "retention_days", "36501", "36,500");
    case("retention", "request_log_days", "", "36,500");
    let page = owner.page("/audit-logs?action=settings.update&outcome=failure");
    assert_eq!(rows(&page).len(), refused);
    assert!(html::text(&page).contains("Settings update failed"));
    assert!(html::text(&page).contains("Value is out of range"));
}

#[test]
fn whoever_saves_second_sees_both_and_may_save_again() {
    let site = Site::new();
    let (first, second) = (site.owner(), site.owner());
    let path = "/settings/instance";
    let mut late = fields(&second, "instance");
    save(&first, "instance", &[("instance_name", "northwind")]).expect(200);
    set(&mut late, "instance_name", "southwind");
    let page = second.post(path, &late).expect(409).text();
    let text = html::text(&page);
    assert!(
        text.contains("Somebody else saved this section first"),
        "{text}"
    );
    assert!(text.contains("Stored now: northwind"), "{text}");
    let mut again = fields_of(&page, "instance");
    assert_eq!(field(&again, "instance_name"), "southwind");
    assert_ne!(field(&again, "version"), field(&late, "version"));
    let event = recorded(&site).pop().unwrap();
    assert_eq!(
        (&event["outcome"], &event["reason"]),
        (&json!("failure"), &json!("conflict"))
    );
    assert_eq!(second.post(path, &again).status, 303);
    let event = recorded(&site).pop().unwrap();
    let told = json!([{ "field": "instance_name", "from": "northwind", "to": "southwind" }]);
    assert_eq!(event["changes"], told);
    // Another section is another version.
    set(&mut again, "instance_name", "westwind");
    save(&first, "agents", &[("mcp_enabled", "yes")]).expect(200);
    assert_eq!(second.post(path, &again).status, 409);
    let fresh = fields(&second, "instance");
    assert_eq!(field(&fresh, "instance_name"), "southwind");
    // Whoever asks for what is there already changes nothing, however old the form.
    set(&mut late, "instance_name", "southwind");
    let before = recorded(&site).len();
    assert_eq!(second.post(path, &late).status, 303);
    assert_eq!(recorded(&site).len(), before);
}

/// An edit that names no version of ours is as old as can be.
#[test]
fn a_form_without_its_version_is_a_conflict() {
    let site = Site::new();
    let owner = site.owner();
    let mut sent = fields(&owner, "agents");
    set(&mut sent, "mcp_enabled", "yes");
    sent.retain(|(name, _)| name != "version");
    owner.post("/settings/agents", &sent).expect(409);
    assert_eq!(field(&fields(&owner, "agents"), "mcp_enabled"), "no");
}

#[test]
fn the_event_of_a_change_leads_to_its_section_for_owners() {
    let site = Site::new();
    let owner = site.owner();
    save(&owner, "agents", &[("mcp_enabled", "yes")]).expect(200);
    let page = owner.page("/audit-logs?action=settings.update");
    let (seq, _) = rows(&page)[0];
    let page = owner.page(&format!("/audit-logs?event={seq}"));
    assert!(page.contains("href=\"/settings#agents\""), "{page}");
    let overview = owner.page("/settings");
    assert!(html::by_id(&overview, "agents").is_some());
}

#[test]
fn what_opens_the_instance_asks_for_a_fresh_factor() {
    let site = Site::new();
    let owner = site.owner();
    let sent = fields(&owner, "network");
    let cookie = owner.cookie_header();
    site.deliver(&event("newest")).expect(200);
    let site = with_changed(
        site,
        "update session set confirmed_ms = confirmed_ms - 300001,
         recorded_seq = (select max(seq) from event)",
    );
    let cookie = ("Cookie", cookie.as_str());
    let leads_to_proof = |reply: Reply, status: u16| {
        let to = reply.header("location").unwrap_or_default().to_owned();
        reply.status == status && to.starts_with("/confirm")
    };
    for section in SECTIONS {
        let path = format!("/settings/{section}");
        let is_open = matches!(section, "instance" | "agents");
        let page = site.app.send("GET", &path, &[cookie], b"");
        assert_eq!(leads_to_proof(page, 303), !is_open, "{section}");
    }
    let body = encode(&sent);
    let headers = [cookie, FORM];
    let change = site
        .app
        .send("POST", "/settings/network", &headers, body.as_bytes());
    assert!(leads_to_proof(change, 307), "the form is not taken along");
    assert!(recorded(&site).is_empty());
}
