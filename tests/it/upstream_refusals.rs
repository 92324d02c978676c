//! Upstreams: who may do what, every refusal with its reason, and what strangers learn.
use rusqlite::Connection as Database;

use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER, rows};
use crate::html;
use crate::http::Reply;
use crate::site::{ADMIN, OTHER_ADMIN, Site};
use crate::system_events::payloads;
use crate::upstreams::{NEW_SECRET, document, import, last, post};

#[test]
fn every_refused_change_is_recorded_with_its_reason() {
    let site = Site::new();
    let owner = site.owner();
    let id = import(&owner, "edge", "gitea");
    import(&owner, "edge", "other");
    let path = format!("/upstreams/{id}");
    let at = |verb: &str| format!("{path}/{verb}");
    let stale = ("version", "0");
    let refused = |verb: &str, values: &[(&str, &str)], status: u16, action: &str, reason: &str| {
        let reply = post(&owner, &at(verb), values);
        assert_eq!(reply.status, status, "{verb}: {}", reply.text());
        assert!(
            html::by_id(&reply.text(), "err").is_some(),
            "{verb} says nothing"
        );
        last(&site, action, ["failure", reason, "edge", "gitea"]);
    };
    let renamed = [stale, ("name", "x"), ("mode", "gated")];
    refused("edit", &renamed, 409, "upstream.rename", "conflict");
    let sealed = [stale, ("name", "gitea"), ("mode", "sealed")];
    refused("edit", &sealed, 409, "upstream.update", "conflict");
    refused("pause", &[stale], 409, "upstream.pause", "conflict");
    refused("delete", &[stale], 409, "upstream.delete", "conflict");
    let new = [stale, ("secret", NEW_SECRET), ("overlap", "0")];
    refused("refresh", &new, 409, "upstream.refresh", "conflict");
    let version = version(&owner, &at("edit"));
    let now = ("version", version.as_str());
    let taken = [now, ("name", "other"), ("mode", "gated")];
    refused("edit", &taken, 409, "upstream.rename", "name_taken");
    let long = [now, ("secret", NEW_SECRET), ("overlap", "25")];
    refused("refresh", &long, 400, "upstream.refresh", "out_of_range");
    let none = [now, ("overlap", "0")];
    refused(
        "refresh",
        &none,
        400,
        "upstream.refresh",
        "invalid_document",
    );
    let foreign = document("x").replace("gitea", "github");
    let foreign = [now, ("document", foreign.as_str()), ("overlap", "0")];
    refused(
        "refresh",
        &foreign,
        400,
        "upstream.refresh",
        "invalid_document",
    );
    let again = [
        ("pool", "edge"),
        ("mode", "gated"),
        ("document", &document("gitea")),
    ];
    assert_eq!(post(&owner, "/upstreams", &again).status, 409);
    last(
        &site,
        "upstream.import",
        ["failure", "name_taken", "edge", "-"],
    );
    let count = payloads(&site.app.folder).len();
    assert_eq!(post(&owner, &at("reactivate"), &[now]).status, 303);
    assert_eq!(
        payloads(&site.app.folder).len(),
        count,
        "the present state was asked for"
    );
    let same = [now, ("name", "gitea"), ("mode", "gated")];
    assert_eq!(post(&owner, &at("edit"), &same).status, 303);
    assert_eq!(payloads(&site.app.folder).len(), count, "nothing differs");
}

fn version(browser: &Browser, path: &str) -> String {
    let forms = html::forms(&browser.page(path)).into_iter();
    let mut fields = forms.flat_map(|it| it.fields);
    fields.find(|(name, _)| name == "version").unwrap().1
}

#[test]
fn a_failing_upstream_can_be_paused_and_not_reactivated() {
    let site = Site::new();
    let id = import(&site.owner(), "edge", "gitea");
    let Site { app, keys } = site;
    let (_, folder) = app.terminate();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let failing = "update upstream set state = 'failing',
                   recorded_seq = (select max(seq) from event)";
    assert_eq!(database.execute(failing, []).unwrap(), 1);
    drop(database);
    let app = Appliance::start_in(folder);
    let site = Site { app, keys };
    let owner = site.owner();
    let path = format!("/upstreams/{id}");
    let page = owner.page(&path);
    assert!(html::text(&page).contains("Failing"), "{page}");
    let version = version(&owner, &format!("{path}/edit"));
    let reply = post(
        &owner,
        &format!("{path}/reactivate"),
        &[("version", &version)],
    );
    assert_eq!(reply.status, 409);
    last(
        &site,
        "upstream.reactivate",
        ["failure", "invalid_state", "edge", "gitea"],
    );
    owner.press(&format!("{path}/pause"), "pause").expect(200);
}

#[test]
fn admins_act_in_their_own_pools_and_learn_nothing_of_others() {
    let site = Site::new();
    let id = import(&site.admin(), "edge", "of edge");
    let path = format!("/upstreams/{id}");
    let other = Browser::signed_in(&site.app, OTHER_ADMIN);
    assert!(!other.page("/upstreams").contains("of edge"));
    let missing = "/upstreams/up_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let same = |reply: Reply| {
        let id = reply.header("x-request-id").unwrap().to_owned();
        let headers = reply.headers.iter().filter(|(name, _)| name != "date");
        let headers: Vec<_> = headers.collect();
        let text = format!("{} {headers:?} {}", reply.status, reply.text());
        text.replace(&id, "req")
    };
    for verb in ["", "/edit", "/refresh", "/pause", "/reactivate", "/delete"] {
        let open = |path: &str| other.send("GET", &format!("{path}{verb}"), &[], b"");
        assert_eq!(same(open(&path)), same(open(missing)), "{verb}");
    }
    let values = [
        ("version", "1"),
        ("name", "mine"),
        ("mode", "gated"),
        ("secret", NEW_SECRET),
        ("overlap", "0"),
    ];
    for (verb, action) in [
        ("edit", "upstream.rename"),
        ("refresh", "upstream.refresh"),
        ("pause", "upstream.pause"),
        ("reactivate", "upstream.reactivate"),
        ("delete", "upstream.delete"),
    ] {
        let send = |path: &str| post(&other, &format!("{path}/{verb}"), &values);
        assert_eq!(same(send(&path)), same(send(missing)), "{verb}");
        // Reactivating what is active changes nothing, and is no attempt to be told of.
        last(&site, action, ["failure", "denied", "edge", "of edge"]);
    }
    let there = [
        ("pool", "edge"),
        ("mode", "gated"),
        ("document", &document("mine")),
    ];
    let nowhere = [
        ("pool", "nowhere"),
        ("mode", "gated"),
        ("document", &document("mine")),
    ];
    let send = |form: &[(&str, &str)]| same(post(&other, "/upstreams", form));
    assert_eq!(send(&there), send(&nowhere));
    last(&site, "upstream.import", ["failure", "denied", "edge", "-"]);
    let admin = site.admin();
    let failed = admin.page("/audit-logs?action=upstream.*&outcome=failure");
    assert_eq!(
        rows(&failed).len(),
        6,
        "who watches the Pool sees the attempts"
    );
    let foreign = other.page("/audit-logs?action=upstream.*");
    assert!(rows(&foreign).is_empty());
}

#[test]
fn in_a_disabled_pool_an_admin_reads_and_an_owner_closes() {
    let site = Site::new();
    let id = import(&site.owner(), "edge", "gitea");
    let Site { app, keys } = site;
    let (_, folder) = app.terminate();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let disabled = "update pool set state = 'disabled',
                    recorded_seq = (select max(seq) from event) where slug = 'edge'";
    assert_eq!(database.execute(disabled, []).unwrap(), 1);
    drop(database);
    let site = Site {
        app: Appliance::start_in(folder),
        keys,
    };
    let path = format!("/upstreams/{id}");
    for (email, reason) in [(ADMIN, "forbidden"), (OWNER, "invalid_state")] {
        let browser = Browser::signed_in(&site.app, email);
        let version = version(&browser, &format!("{path}/edit"));
        let edit = [
            ("version", version.as_str()),
            ("name", "x"),
            ("mode", "gated"),
        ];
        assert_eq!(post(&browser, &format!("{path}/edit"), &edit).status, 409);
        last(
            &site,
            "upstream.rename",
            ["failure", reason, "edge", "gitea"],
        );
        let form = [
            ("pool", "edge"),
            ("mode", "gated"),
            ("document", &document("x")),
        ];
        assert_eq!(post(&browser, "/upstreams", &form).status, 409);
        last(
            &site,
            "upstream.import",
            ["failure", "invalid_state", "edge", "-"],
        );
    }
    let admin = site.admin();
    let page = admin.page(&path);
    assert!(
        !page.contains("/delete"),
        "an admin is offered to delete: {page}"
    );
    let owner = site.owner();
    owner.press(&format!("{path}/pause"), "pause").expect(200);
    owner.press(&format!("{path}/delete"), "delete").expect(200);
}
