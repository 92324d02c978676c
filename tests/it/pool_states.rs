//! Pools as owners disable, archive, restore and delete them: what stays, what ends, and what is
//! recorded.
use serde_json::{Value, json};

use crate::browser::{Browser, rows};
use crate::html;
use crate::people::{count, form, refusal, submit};
use crate::pools::{act, at, last};
use crate::site::{ADMIN, EVENTS, Site, deliver, event, get, ids};

#[test]
fn a_pool_that_is_not_active_takes_no_deliveries_and_its_keys_stay_as_they_are() {
    let site = Site::new();
    let owner = site.owner();
    let deliver = |id: &str| deliver(&mut site.app.connect(), &site.keys.write, &event(id));
    let key = || html::text(&owner.page(&at(&site, "/api-keys/{pool_key/edge writer}")));
    deliver("active").expect(200);
    #[track_caller]
    fn closed(reply: crate::http::Reply) {
        assert_eq!(reply.expect(403).problem(), "pool-not-active");
    }
    act(&site, &owner, "edge", "disable");
    closed(deliver("disabled"));
    assert_eq!(ids(&site.read("via=key")), ["active"], "it can be read");
    assert!(key().contains("Active"));
    act(&site, &owner, "edge", "enable");
    deliver("enabled").expect(200);
    act(&site, &owner, "edge", "archive");
    closed(deliver("archived"));
    assert!(
        ids(&site.read("")).is_empty(),
        "a read key sees what an admin would"
    );
    act(&site, &owner, "edge", "restore");
    closed(deliver("restored"));
    assert_eq!(ids(&site.read("via=key")), ["enabled", "active"]);
    assert!(key().contains("Active"));
    for action in [
        "pool.disable",
        "pool.enable",
        "pool.archive",
        "pool.restore",
    ] {
        let told = last(&site, action);
        assert_eq!(
            (&told["outcome"], &told["pool"]["slug"]),
            (&json!("success"), &json!("edge"))
        );
    }
}

#[test]
fn the_archive_ends_assignments_and_restoring_returns_none() {
    let site = Site::new();
    let owner = site.owner();
    let admin = site.admin();
    site.record(&event("one"));
    assert!(!rows(&admin.page("/audit-logs")).is_empty());
    let record = at(&site, "/pools/{pool/edge}");
    assert!(html::text(&owner.page(&record)).contains(ADMIN));
    act(&site, &owner, "edge", "archive");
    let archived = last(&site, "pool.archive");
    assert_eq!(archived["details"]["assignment_count"], 1);
    let ended = last(&site, "operator.unassign");
    assert_eq!(ended["details"]["cause"], "pool_archived");
    assert_eq!(ended["target"]["label"], "Ana Ruiz");
    assert_eq!(ended["pool"]["slug"], "edge");
    assert_eq!(ended["request_id"], archived["request_id"]);
    assert!(html::text(&owner.page(&record)).contains("Nobody is assigned"));
    assert!(!rows(&owner.page("/audit-logs?pool=edge")).is_empty());
    let nothing = || {
        assert!(rows(&admin.page("/audit-logs")).is_empty());
        admin.open(&record).expect(404);
        admin
            .open(&at(&site, "/api-keys/{pool_key/edge writer}"))
            .expect(404);
        assert!(!admin.page("/pools").contains("Edge EU"));
    };
    nothing();
    act(&site, &owner, "edge", "restore");
    nothing();
    assert!(html::text(&owner.page(&record)).contains("Disabled"));
}

#[test]
fn every_refused_change_is_recorded_under_the_pool_with_its_reason() {
    let site = Site::new();
    let owner = site.owner();
    #[track_caller]
    fn case(site: &Site, owner: &Browser, verb: &str, values: &[(&str, &str)], reason: &str) {
        let page = at(site, &format!("/pools/{{pool/edge}}/{verb}"));
        let before = count(site);
        let reply = submit(owner, &page, values);
        assert!(
            matches!(reply.status, 400 | 409),
            "{verb}: {}",
            reply.status
        );
        assert!(reply.text().contains("role=\"alert\""), "{}", reply.text());
        let expected = (reason.to_owned(), "edge".to_owned());
        assert_eq!(refusal(site, &format!("pool.{verb}")), expected, "{verb}");
        assert_eq!(count(site), before + 1, "{verb} changed something");
    }
    #[track_caller]
    fn same(site: &Site, owner: &Browser, verb: &str) {
        let before = count(site);
        act(site, owner, "edge", verb);
        assert_eq!(count(site), before, "{verb} wrote something");
    }
    let slug = [("slug", "edge")];
    same(&site, &owner, "enable");
    case(&site, &owner, "restore", &[], "invalid_state");
    case(&site, &owner, "delete", &slug, "not_archived");
    case(&site, &owner, "disable", &[("version", "999")], "conflict");
    case(&site, &owner, "archive", &[("version", "")], "conflict");
    act(&site, &owner, "edge", "disable");
    same(&site, &owner, "disable");
    same(&site, &owner, "restore");
    case(&site, &owner, "delete", &slug, "not_archived");
    act(&site, &owner, "edge", "archive");
    same(&site, &owner, "archive");
    case(&site, &owner, "enable", &[], "invalid_state");
    case(&site, &owner, "disable", &[], "invalid_state");
    case(&site, &owner, "delete", &[], "confirmation_mismatch");
    case(
        &site,
        &owner,
        "delete",
        &[("slug", "core")],
        "confirmation_mismatch",
    );
    case(
        &site,
        &owner,
        "delete",
        &[("slug", "edge"), ("version", "999")],
        "conflict",
    );
    assert!(html::text(&owner.page(&at(&site, "/pools/{pool/edge}"))).contains("Archived"));
}

#[test]
fn a_deleted_pool_takes_its_sources_along_and_leaves_its_history() {
    let site = Site::new();
    let owner = site.owner();
    let admin = site.admin();
    let delivered = site.record(&event("kept"));
    crate::upstreams::import(&owner, "edge", "gitea prod");
    let page = at(&site, "/pools/{pool/edge}");
    let keys =
        ["edge writer", "edge reader"].map(|it| at(&site, &format!("/api-keys/{{pool_key/{it}}}")));
    act(&site, &owner, "edge", "archive");
    let before = log(&site);
    let delete = format!("{page}/delete");
    submit(&owner, &delete, &[("slug", "edge")]).expect(303);
    let after = log(&site);
    assert_eq!(after[..before.len()], before, "a stored byte changed");
    let told = after[before.len()..].iter().map(|it| {
        let it: Value = serde_json::from_str(it).unwrap();
        assert_eq!(it["pool"]["slug"], "edge");
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        (text(&it["action"]), text(&it["target"]["label"]))
    });
    let expected = [
        ("api_key.delete", "edge writer"),
        ("api_key.delete", "edge reader"),
        ("upstream.delete", "gitea prod"),
        ("pool.delete", "Edge EU"),
    ];
    let expected = expected.map(|(action, label)| (action.to_owned(), label.to_owned()));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let deleted = last(&site, "pool.delete");
    assert_eq!(
        (
            &deleted["details"]["key_count"],
            &deleted["details"]["upstream_count"]
        ),
        (&json!(2), &json!(1))
    );
    for path in [&page, &keys[0], &keys[1]] {
        owner.open(path).expect(404);
        admin.open(path).expect(404);
    }
    owner.open(&delete).expect(404);
    deliver(&mut site.app.connect(), &site.keys.write, &event("late")).expect(401);
    get(&mut site.app.connect(), &site.keys.read, EVENTS).expect(401);
    history(&site, &owner, delivered);
    assert!(rows(&admin.page("/audit-logs")).is_empty());
    let hidden = html::text(&admin.page("/audit-logs?pool=edge"));
    assert!(
        hidden.contains("no available Pool has this slug"),
        "{hidden}"
    );
    owner.create_pool("edge", "Again").expect(409);
    assert!(!owner.page("/pools").contains("Edge EU"));
    assert!(owner.page("/pools?state=deleted").contains("Edge EU"));
}

/// Owners read on, with the names of that day and without links to what is gone.
#[track_caller]
fn history(site: &Site, owner: &Browser, delivered: i64) {
    let page = owner.page("/audit-logs?pool=edge");
    let shown = rows(&page);
    assert!(shown.iter().any(|it| it.0 == delivered));
    let gone = ["/pools/pool_", "/api-keys/key_", "/upstreams/up_"];
    for (seq, _) in shown {
        let page = owner.page(&format!("/audit-logs?pool=edge&event={seq}"));
        let drawer = html::by_id(&page, "drawer").unwrap();
        let about_edge = drawer.text();
        assert!(about_edge.contains("Edge EU"), "{about_edge}");
        let links = html::elements(&drawer.inner, "a").into_iter();
        let mut links = links.map(|it| it.attribute("href").to_owned());
        let dead = links.find(|it| gone.iter().any(|gone| it.starts_with(gone)));
        assert_eq!(dead, None, "event {seq}");
    }
    assert!(!site.app.folder.log().contains("panicked"));
}

#[test]
fn whoever_is_second_is_told_so() {
    let site = Site::new();
    let owner = site.owner();
    let page = at(&site, "/pools/{pool/edge}/disable");
    let fields = form(&owner, &page);
    let edit = at(&site, "/pools/{pool/edge}/edit");
    submit(&owner, &edit, &[("name", "Edge Europe")]).expect(303);
    let reply = owner.post(&page, &fields).expect(409);
    assert!(reply.text().contains("Changed by someone else first"));
    assert_eq!(refusal(&site, "pool.disable").0, "conflict");
    deliver(&mut site.app.connect(), &site.keys.write, &event("still")).expect(200);
}

/// Every payload as stored.
fn log(site: &Site) -> Vec<String> {
    let database = crate::world::open(&site.app.folder.data());
    let mut statement = database
        .prepare("select payload from event order by seq")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
