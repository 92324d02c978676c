//! Who may export what: the same as they see, and nothing that another site asks for.
use std::collections::BTreeSet;

use serde_json::json;

use crate::browser::Browser;
use crate::csv;
use crate::exports::{events, ndjson};
use crate::http::Reply;
use crate::site::{NEW_ADMIN, OTHER_ADMIN, Site, deliver, event_with, furnish_log};

#[test]
fn each_viewer_exports_their_own_events_only() {
    let site = Site::new();
    furnish_log(&site);
    let pools = |reply: &Reply| -> BTreeSet<Option<String>> {
        let events = events(reply).into_iter();
        events
            .map(|it| it["pool"]["slug"].as_str().map(str::to_owned))
            .collect()
    };
    let set = |slugs: &[Option<&str>]| -> BTreeSet<Option<String>> {
        slugs.iter().map(|it| it.map(str::to_owned)).collect()
    };
    let all = [None, Some("core"), Some("edge")];
    assert_eq!(pools(&ndjson(&site.owner(), "")), set(&all));
    assert_eq!(pools(&ndjson(&site.admin(), "")), set(&[Some("edge")]));
    let other = Browser::signed_in(&site.app, OTHER_ADMIN);
    assert_eq!(pools(&ndjson(&other, "")), set(&[Some("core")]));
    let nobody = Browser::signed_in(&site.app, NEW_ADMIN);
    assert_eq!(pools(&ndjson(&nobody, "")), set(&[]));
    let table = nobody.send("GET", "/audit-logs.csv", &[], b"").expect(200);
    assert_eq!(csv::records(&table.text()).len(), 1, "the header row alone");
}

#[test]
fn an_admin_exports_nothing_of_another_pool_whatever_the_filter() {
    let site = Site::new();
    let hidden = event_with("hidden", json!({ "action": "hidden_zq9w.act" }));
    deliver(&mut site.app.connect(), &site.keys.core_write, &hidden).expect(200);
    let admin = site.admin();
    admin
        .send("GET", "/audit-logs.csv?action=hidden_zq9w.act", &[], b"")
        .expect(400);
    let exported = ndjson(&admin, "target=checkout").text();
    assert!(!exported.contains("zq9w"), "{exported}");
}

#[test]
fn another_site_cannot_have_an_export_made() {
    let site = Site::new();
    let owner = site.owner();
    #[track_caller]
    fn case(owner: &Browser, site: &str, status: u16) {
        let headers = [("Sec-Fetch-Site", site)];
        owner
            .send("GET", "/audit-logs.csv", &headers, b"")
            .expect(status);
    }
    case(&owner, "cross-site", 403);
    case(&owner, "same-site", 403);
    case(&owner, "same-origin", 200);
    case(&owner, "none", 200);
    let own = events(&ndjson(&owner, "action=audit.export"));
    assert_eq!(own.len(), 2, "only what was exported");
}
