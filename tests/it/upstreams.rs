//! Upstreams as records: import from a document, every change and refusal, and what becomes of the
//! secret.
use std::fs;

use rusqlite::Connection as Database;
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::browser::{Browser, FORM, encode, link};
use crate::html;
use crate::http::Reply;
use crate::site::Site;
use crate::system_events::payloads;

/// In no wordlist and in nothing else that these tests send.
const SECRET: &str = "Zq7-upstream-Secret-kEpT-sealed";
pub const NEW_SECRET: &str = "Xw9-another-Secret-kEpT-sealed";

pub fn document(name: &str) -> String {
    json!({ "name": name, "format": "gitea", "secret": SECRET }).to_string()
}

/// Imports one and returns its id.
#[track_caller]
pub fn import(browser: &Browser, pool: &str, name: &str) -> String {
    let values = [("pool", pool), ("document", &document(name))];
    let page = browser.submit("/upstreams", &values).expect(200).text();
    id_on(&page)
}

/// The id that a record's page shows.
#[track_caller]
fn id_on(page: &str) -> String {
    let copied = html::elements(page, "button").into_iter();
    let mut copied = copied.map(|it| it.attribute("data-copy").to_owned());
    let id = copied.find(|it| it.starts_with("up_"));
    id.unwrap_or_else(|| panic!("no id of an upstream: {page}"))
}

/// The events of one action that the file holds, in short: outcome, reason, Pool, target.
pub fn told(site: &Site, action: &str) -> Vec<[String; 4]> {
    let of_action = payloads(&site.app.folder).into_iter();
    let of_action = of_action.filter(|it| it["action"] == action);
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    of_action
        .map(|it| {
            [
                text(&it["outcome"]),
                text(&it["reason"]),
                text(&it["pool"]["slug"]),
                text(&it["target"]["label"]),
            ]
        })
        .collect()
}

#[track_caller]
pub fn last(site: &Site, action: &str, expected: [&str; 4]) {
    let told = told(site, action);
    let last = told.last().unwrap_or_else(|| panic!("no {action}"));
    assert_eq!(*last, expected, "{action}");
}

#[track_caller]
pub fn post(browser: &Browser, path: &str, values: &[(&str, &str)]) -> Reply {
    let token = browser.csrf("/account");
    let mut fields = vec![("csrf", token.as_str())];
    fields.extend(values);
    browser.send("POST", path, &[FORM], encode(&fields).as_bytes())
}

#[test]
fn an_upstream_lives_from_import_to_deletion_and_every_step_is_recorded() {
    let site = Site::new();
    let owner = site.owner();
    let id = import(&owner, "edge", "gitea prod");
    let path = format!("/upstreams/{id}");
    let page = owner.page(&path);
    for text in ["gitea prod", "Gitea", "Edge EU", "Active", "Readable"] {
        assert!(html::text(&page).contains(text), "{text}: {page}");
    }
    last(
        &site,
        "upstream.import",
        ["success", "-", "edge", "gitea prod"],
    );
    let edit = format!("{path}/edit");
    let both = [("name", "gitea main"), ("mode", "sealed")];
    owner.submit(&edit, &both).expect(200);
    last(
        &site,
        "upstream.rename",
        ["success", "-", "edge", "gitea prod"],
    );
    last(
        &site,
        "upstream.update",
        ["success", "-", "edge", "gitea main"],
    );
    for (verb, state) in [("pause", "Paused"), ("reactivate", "Active")] {
        let page = owner.press(&format!("{path}/{verb}"), verb).expect(200);
        assert!(html::text(&page.text()).contains(state), "{verb}");
        let action = format!("upstream.{verb}");
        last(&site, &action, ["success", "-", "edge", "gitea main"]);
    }
    let refresh = format!("{path}/refresh");
    let new = [("secret", NEW_SECRET), ("overlap", "24")];
    let page = owner.submit(&refresh, &new).expect(200).text();
    assert!(html::text(&page).contains("Works until"), "{page}");
    last(
        &site,
        "upstream.refresh",
        ["success", "-", "edge", "gitea main"],
    );
    let list = owner.press(&format!("{path}/delete"), "delete").expect(200);
    assert!(!list.text().contains("gitea main"));
    last(
        &site,
        "upstream.delete",
        ["success", "-", "edge", "gitea main"],
    );
    for path in ["", "/edit", "/pause"].map(|it| format!("{path}{it}")) {
        assert_eq!(owner.open(&path).status, 404, "{path}");
    }
}

#[test]
fn changes_are_told_with_before_and_after_and_secrets_without() {
    let site = Site::new();
    let owner = site.owner();
    let path = format!("/upstreams/{}", import(&owner, "edge", "gitea"));
    let edit = format!("{path}/edit");
    let both = [("name", "gitea main"), ("mode", "sealed")];
    owner.submit(&edit, &both).expect(200);
    let new = [("secret", NEW_SECRET), ("overlap", "4")];
    owner.submit(&format!("{path}/refresh"), &new).expect(200);
    let payloads = payloads(&site.app.folder);
    let find = |action: &str| payloads.iter().find(|it| it["action"] == action).unwrap();
    let changes = |action: &str| find(action)["changes"].clone();
    let name = json!([{ "field": "name", "from": "gitea", "to": "gitea main" }]);
    assert_eq!(changes("upstream.rename"), name);
    let mode = json!([{ "field": "gate_mode", "from": "gated", "to": "sealed" }]);
    assert_eq!(changes("upstream.update"), mode);
    let secret = json!([{ "field": "secret", "to": "replaced" }]);
    assert_eq!(changes("upstream.refresh"), secret);
    assert!(find("upstream.refresh")["details"]["overlap_until_at"].is_string());
    let import = &find("upstream.import")["details"];
    assert_eq!(
        (&import["format"], &import["gate_mode"]),
        (&json!("gitea"), &json!("gated"))
    );
    let page = owner.page("/audit-logs?action=upstream.*");
    for title in ["Upstream imported", "Upstream renamed", "Upstream updated"] {
        assert!(page.contains(title), "{title}");
    }
    assert_eq!(link(&page, "gitea main"), Some(path.clone()), "{page}");
    owner.press(&format!("{path}/delete"), "delete").expect(200);
    let page = owner.page("/audit-logs?action=upstream.*");
    assert_eq!(
        link(&page, "gitea main"),
        None,
        "a deleted upstream is linked"
    );
    assert!(page.contains("Upstream deleted"));
}

#[test]
fn a_bad_document_is_refused_recorded_and_never_shown_again() {
    let site = Site::new();
    let owner = site.owner();
    #[track_caller]
    fn case(site: &Site, owner: &Browser, document: &str, status: u16, says: &str) {
        let before = told(site, "upstream.import").len();
        let form = [("pool", "edge"), ("mode", "gated"), ("document", document)];
        let reply = post(owner, "/upstreams", &form);
        assert_eq!(reply.status, status, "{}", reply.text());
        let page = reply.text();
        assert!(html::text(&page).contains(says), "{says}: {page}");
        assert!(
            !page.contains("planted") && !page.contains(SECRET),
            "{page}"
        );
        assert_eq!(told(site, "upstream.import").len(), before + 1);
        last(
            site,
            "upstream.import",
            ["failure", "invalid_document", "edge", "-"],
        );
    }
    let case = |document: &str, status, says| case(&site, &owner, document, status, says);
    case("", 400, "not valid JSON");
    case("planted", 400, "not valid JSON");
    case(r#"["planted"]"#, 400, "not a JSON object");
    case(
        r#"{"name":"planted"}"#,
        400,
        "needs name, format and secret",
    );
    let twice = r#"{"name":"a","name":"planted","format":"json","secret":"planted-planted"}"#;
    case(twice, 400, "names something twice");
    let foreign = format!(r#"{{"name":"a","format":"planted","secret":"{SECRET}"}}"#);
    case(&foreign, 400, "none that Annals knows");
    let named = format!(r#"{{"name":"AKIAplanted9q8w7e6r5","format":"json","secret":"{SECRET}"}}"#);
    case(&named, 400, "not a name");
    case(
        &format!("{}{}", document("a"), " ".repeat(64 * 1024)),
        413,
        "longer than 64 KiB",
    );
    assert!(
        !owner.page("/upstreams").contains("<tbody"),
        "something was imported"
    );
    let form = [("pool", "edge"), ("document", &"p".repeat(300 * 1024))];
    assert_eq!(post(&owner, "/upstreams", &form).status, 413);
    let log = site.app.folder.log();
    assert!(!log.contains("planted") && !log.contains(SECRET), "{log}");
}

#[test]
fn a_large_document_that_fits_is_taken_and_only_its_fields_are_kept() {
    let site = Site::new();
    let owner = site.owner();
    let more = "\"{'planted'}\"".repeat(4000);
    let document = json!({ "name": "big", "format": "otlp", "secret": SECRET, "more": more });
    let document = document.to_string();
    assert!(
        (60_000..64 * 1024).contains(&document.len()),
        "{}",
        document.len()
    );
    let values = [("pool", "edge"), ("document", document.as_str())];
    owner.submit("/upstreams", &values).expect(200);
    let (_, folder) = site.app.terminate();
    for entry in fs::read_dir(folder.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(7).any(|it| it == b"planted");
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn the_secret_is_sealed_in_the_file_and_erased_with_the_upstream() {
    let site = Site::with(&[("ANNALS_LOG", "trace")]);
    let owner = site.owner();
    let id = import(&owner, "edge", "gitea");
    let path = format!("/upstreams/{id}");
    let new = [("secret", NEW_SECRET), ("overlap", "4")];
    let mut seen = owner.submit(&format!("{path}/refresh"), &new).text();
    for page in ["", "/edit", "/refresh", "/delete"] {
        seen += &owner.page(&format!("{path}{page}"));
    }
    seen += &owner.page("/upstreams");
    seen += &owner.page("/audit-logs?action=upstream.*");
    let secrets = |app: &Appliance| -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let database = Database::open(app.folder.data().join("annals.db")).unwrap();
        let sql = "select secret, old_secret from upstream";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        database.query_row(sql, [], row).unwrap()
    };
    let (sealed, old) = secrets(&site.app);
    let (sealed, old) = (sealed.unwrap(), old.unwrap());
    assert!(sealed.len() > NEW_SECRET.len() && old.len() > SECRET.len());
    owner.press(&format!("{path}/delete"), "delete").expect(200);
    assert_eq!(secrets(&site.app), (None, None));
    let log = site.app.folder.log();
    let (_, folder) = site.app.terminate();
    let file = fs::read(folder.data().join("annals.db")).unwrap();
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|it| it == part);
    for secret in [SECRET, NEW_SECRET] {
        assert!(!seen.contains(secret) && !log.contains(secret));
        assert!(!holds(&file, secret.as_bytes()), "in the file");
    }
    for sealed in [sealed, old] {
        assert!(
            !holds(&file, &sealed),
            "a sealed secret outlived its upstream"
        );
    }
    assert!(holds(&file, b"gitea"), "the search finds nothing at all");
}
