//! Exports: exactly what is filtered, recorded before the first byte, inert in a spreadsheet.
use serde_json::{Value, json};

use crate::browser::{Browser, link};
use crate::csv;
use crate::html;
use crate::http::Reply;
use crate::site::{Site, event, event_with, furnish_log};

/// More than two of the reads that an export is made of, many of them at the same instants.
const MANY: usize = 2345;

/// The rows of an NDJSON export and its checkpoint.
#[track_caller]
fn lines(reply: &Reply) -> (Vec<String>, String) {
    let text = reply.text();
    assert!(text.ends_with('\n'), "the last line does not end");
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let trailer: Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let checkpoint = trailer["checkpoint"].as_str();
    let checkpoint = checkpoint.unwrap_or_else(|| panic!("no trailer: {trailer}"));
    (lines, checkpoint.to_owned())
}

#[track_caller]
pub fn events(reply: &Reply) -> Vec<Value> {
    let (lines, _) = lines(reply);
    lines
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

#[track_caller]
pub fn ndjson(browser: &Browser, query: &str) -> Reply {
    browser
        .send("GET", &format!("/audit-logs.ndjson?{query}"), &[], b"")
        .expect(200)
}

/// Walks the API page by page.
pub fn walk(site: &Site, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut position = String::new();
    loop {
        let page = site.read(&format!("{query}&limit=200{position}"));
        all.extend(page["events"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => position = format!("&before={next}"),
            None => return all,
        }
    }
}

pub fn many(site: &Site) {
    let event = |number: usize| {
        let hour = number * 7 % 24;
        event_with(
            &format!("m-{number}"),
            json!({
                "occurred_at": format!("2026-03-{:02}T{hour:02}:00:00Z", 1 + number % 28),
                "outcome": if number.is_multiple_of(9) { "failure" } else { "success" },
                "request_id": format!("r-{number}"),
                "changes": [{ "field": "replica_count", "from": 2, "to": number }],
                "details": { "trigger": "manual", "model_count": number },
            }),
        )
    };
    let all: Vec<_> = (0..MANY).map(event).collect();
    for batch in all.chunks(900) {
        site.deliver(&json!(batch)).expect(200);
    }
}

#[test]
fn an_export_equals_a_walk_of_the_api_and_both_formats_say_the_same() {
    let site = Site::new();
    many(&site);
    furnish_log(&site);
    let admin = site.admin();
    for query in [
        "",
        "outcome=failure",
        "via=key&from=2026-03-02&to=2026-03-09",
        "actor=ruiz&target=checkout&outcome=success",
        "action=member.*",
        "target=nothing+has+this",
    ] {
        let expected = walk(&site, query);
        let exported = ndjson(&admin, query);
        assert_eq!(events(&exported), expected, "{query}");
        let count = exported.header("x-annals-row-count").unwrap();
        assert_eq!(count, expected.len().to_string(), "{query}");
        let (_, checkpoint) = lines(&exported);
        assert_eq!(
            exported.header("x-annals-checkpoint"),
            Some(checkpoint.as_str())
        );

        let path = format!("/audit-logs.csv?{query}");
        let table = admin.send("GET", &path, &[], b"").expect(200);
        assert!(table.header("x-annals-checkpoint").unwrap().contains(':'));
        let rows = csv::rows(&table.text());
        assert_eq!(rows.len(), expected.len(), "{query}");
        for (row, event) in rows.iter().zip(&expected) {
            assert_eq!(*row, csv::row_of(event), "{query}");
        }
    }
}

#[test]
fn what_arrives_meanwhile_is_not_in_an_export() {
    let site = Site::new();
    many(&site);
    let admin = site.admin();
    let cookies = admin.cookie_header();
    let mut connection = site.app.connect();
    let head = connection
        .begin("/audit-logs.ndjson", &[("Cookie", &cookies)])
        .unwrap();
    let newcomer = event_with("newcomer", json!({ "occurred_at": "2026-03-03T00:00:00Z" }));
    site.deliver(&newcomer).expect(200);
    let reply = connection.finish(head).unwrap();
    let rows = events(&reply);
    assert_eq!(
        reply.header("x-annals-row-count").unwrap(),
        rows.len().to_string()
    );
    assert!(rows.iter().all(|it| it["id"] != "newcomer"));
    assert_eq!(
        rows.iter().filter(|it| it["via"]["kind"] == "key").count(),
        MANY
    );
}

#[test]
fn an_export_is_recorded_before_its_first_byte_and_is_not_in_itself() {
    let site = Site::new();
    furnish_log(&site);
    let owner = site.owner();
    let first = ndjson(&owner, "pool=edge&from=2026-03-02&to=2026-03-03");
    let name = first.header("content-disposition").unwrap();
    assert!(
        name.starts_with("attachment; filename=\"audit-logs-edge-20"),
        "{name}"
    );
    assert!(name.ends_with(".ndjson\""), "{name}");
    let rows = events(&first);
    assert_eq!(rows.len(), 2);
    let recorded = |query: &str| {
        let query = format!("action=audit.export&{query}");
        events(&ndjson(&owner, &query))
    };
    let own = &recorded("pool=edge")[0];
    assert_eq!(own["outcome"], "success");
    assert_eq!(own["title"], "Audit log exported");
    assert_eq!(own["actor"]["label"], "Olga Ortiz");
    assert_eq!(own["target"]["kind"], "export");
    let details = &own["details"];
    assert_eq!(details["format"], "ndjson");
    assert_eq!(details["row_count"], 2);
    assert_eq!(details["filters"], json!(["pool", "from", "to"]));
    assert_eq!(details["from_at"], "2026-03-02T00:00:00.000Z");
    assert_eq!(details["to_at"], "2026-03-03T23:59:59.999Z");
    // The log that it was cut from ends before its own event.
    let (_, checkpoint) = lines(&first);
    assert_eq!(
        checkpoint.split_once(':').unwrap().0,
        own["seq"].to_string()
    );
    // Without a Pool it is global, and an admin never learns of it.
    ndjson(&owner, "outcome=failure");
    let global = recorded("pool=edge").len();
    assert_eq!(
        global, 2,
        "the one export of edge, and this question's own forerunner"
    );
    assert!(
        recorded("")
            .iter()
            .any(|it| it["details"]["filters"] == json!(["outcome"]))
    );
    let seen = events(&ndjson(&site.admin(), "action=audit.export"));
    assert!(seen.iter().all(|it| it["pool"]["slug"] == "edge"));
}

#[test]
fn an_export_that_is_cut_short_is_recorded_all_the_same() {
    let site = Site::new();
    many(&site);
    let owner = site.owner();
    let cookies = owner.cookie_header();
    let mut connection = site.app.connect();
    connection
        .begin("/audit-logs.csv?via=key", &[("Cookie", &cookies)])
        .unwrap();
    drop(connection);
    let own = events(&ndjson(&owner, "action=audit.export"));
    assert_eq!(own[0]["details"]["row_count"], MANY);
    assert_eq!(own[0]["details"]["format"], "csv");
}

#[test]
fn a_filter_that_cannot_be_used_stops_an_export() {
    let site = Site::new();
    furnish_log(&site);
    let admin = site.admin();
    for (query, says) in [
        ("outcome=zq9w", "Outcome: not a supported outcome."),
        ("pool=core", "Pool: no available Pool has this slug."),
        ("pool=zq9w", "Pool: no available Pool has this slug."),
        ("from=zq9w", "From: not a valid date."),
        ("actor=a&actor=b", "Actor: it was given more than once."),
        ("before=zq9w", "Before: not a valid position."),
        (
            "outcome=failure&zq9w=1",
            "a parameter is not a supported filter.",
        ),
    ] {
        for format in ["csv", "ndjson"] {
            let path = format!("/audit-logs.{format}?{query}");
            let reply = admin.send("GET", &path, &[], b"").expect(400);
            let text = html::text(&reply.text());
            assert!(text.contains("Nothing was exported."), "{text}");
            assert!(text.contains(says), "{query}: {text}");
            assert!(!reply.text().contains("zq9w"), "{query}");
            assert!(reply.header("content-disposition").is_none());
        }
    }
    let failed = events(&ndjson(
        &site.owner(),
        "action=audit.export&outcome=failure",
    ));
    assert!(
        (10..14).contains(&failed.len()),
        "{} failures",
        failed.len()
    );
    assert!(failed.iter().all(|it| it["reason"] == "invalid_items"));
    assert!(
        failed
            .iter()
            .all(|it| it["title"] == "Audit log export failed")
    );
}

#[test]
fn a_position_or_an_open_event_does_not_shorten_an_export() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let admin = site.admin();
    let whole = ndjson(&admin, "via=key").body;
    let from_a_page = format!("via=key&before=1772362800000-1&event={}", seqs[0]);
    let rows = |body: &[u8]| String::from_utf8_lossy(body).lines().count();
    assert_eq!(rows(&ndjson(&admin, &from_a_page).body), rows(&whole));
    assert_eq!(
        rows(&ndjson(&admin, "via=key&outcome=&actor=").body),
        rows(&whole)
    );
}

#[test]
fn the_page_links_to_the_export_of_what_it_shows_without_script() {
    let site = Site::new();
    furnish_log(&site);
    let admin = site.admin();
    let page = admin.page("/audit-logs?outcome=success&via=key&severity=1&actor=ruiz");
    let text = html::text(&page);
    assert!(text.contains("Export 1 event"), "{text}");
    for (says, format) in [
        ("CSV (spreadsheet)", "csv"),
        ("NDJSON (one event per line)", "ndjson"),
    ] {
        let href = link(&page, says).unwrap_or_else(|| panic!("no {says}: {page}"));
        let filters = "outcome=success&actor=ruiz&via=key";
        assert_eq!(
            href,
            format!("/audit-logs.{format}?{filters}"),
            "valid filters only"
        );
        let reply = admin.send("GET", &href, &[], b"").expect(200);
        assert_eq!(reply.header("x-annals-row-count"), Some("1"));
    }
    let page = admin.page("/audit-logs?target=nothing+has+this");
    assert!(
        link(&page, "CSV (spreadsheet)").is_none(),
        "there is nothing to export"
    );
}

#[test]
fn no_cell_is_a_formula() {
    let site = Site::new();
    let begins = [
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r=",
        "\n=",
        "  =",
        "＝",
        "＠",
        "\u{3000}+",
        "'=",
    ];
    let batch: Vec<_> = begins
        .iter()
        .enumerate()
        .map(|(number, begin)| {
            let text = |rest: &str| format!("{begin}{rest}");
            json!({
                "id": text(&format!("sum-{number}")), "action": "sheet.open", "outcome": "success",
                "actor": { "type": "user", "id": text("u"), "email": text("a@example.org"),
                    "label": text("cmd") },
                "target": { "kind": "sheet", "id": text("s"), "label": text("sum") },
                "request_id": text("r"), "details": { "trigger": text("t") },
            })
        })
        .collect();
    site.deliver(&json!(batch)).expect(200);
    let admin = site.admin();
    let table = admin
        .send("GET", "/audit-logs.csv?action=sheet.open", &[], b"")
        .expect(200);
    let records = csv::records(&table.text());
    assert_eq!(records.len(), 1 + begins.len());
    for cell in records.iter().flatten() {
        let first = cell.trim_start_matches(' ').chars().next().unwrap_or('a');
        assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{cell:?}");
    }
    let guarded = records
        .iter()
        .flatten()
        .filter(|it| it.starts_with('\''))
        .count();
    assert!(guarded > 0, "nothing of the corpus was stored as it is");
    // Nothing of it is touched for programs.
    let told = walk(&site, "action=sheet.open");
    assert_eq!(events(&ndjson(&admin, "action=sheet.open")), told);
}

#[test]
fn the_checkpoint_is_what_verify_expects() {
    let site = Site::new();
    furnish_log(&site);
    let reply = site
        .owner()
        .send("GET", "/audit-logs.csv", &[], b"")
        .expect(200);
    let checkpoint = reply.header("x-annals-checkpoint").unwrap().to_owned();
    site.deliver(&event("later")).expect(200);
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    folder
        .cli(&["verify", "--expect", &checkpoint], "")
        .expect(0);
    let (count, root) = checkpoint.split_once(':').unwrap();
    let other = format!("{}:{root}", count.parse::<u64>().unwrap() - 1);
    folder.cli(&["verify", "--expect", &other], "").expect(3);
}
