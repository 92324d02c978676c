//! What others wrote does nothing: no script runs, no cell is a formula, no terminal obeys, and no
//! line is forged, on pages, in exports, on the command line and in the process log.
use serde_json::{Value, json};

use crate::browser::{Browser, drawer};
use crate::csv;
use crate::html;
use crate::site::{EVENTS, NDJSON, Site, post};

/// Five ways to begin a script, in ten places that a text may stand in.
fn scripts() -> Vec<String> {
    let scripts = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>*{background:url(//evil.example)}</style>",
    ];
    let places = [
        "#",
        "\"># ",
        "'>#",
        "--># ",
        "</title>#",
        "</textarea>#",
        "]]>#",
        "</pre>#",
        "&quot;&gt;#",
        "x\" onmouseover=alert(1) y=\"#",
    ];
    let both = places
        .iter()
        .flat_map(|it| scripts.map(|script| it.replace('#', script)));
    both.collect()
}

const TERMINAL: [&str; 12] = [
    "\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "a\u{8}\u{8}b",
    "\u{202e}gnp.exe",
    "\u{2066}hidden\u{2069}",
    "\u{200f}right",
    "a\rb",
    "tab\there",
    "null\0byte",
    "\u{7f}del",
    "\u{feff}mark",
];

const LINES: [&str; 5] = [
    "a\n2026-11-26T09:00:00Z  INFO annals::access: forged",
    "a\r\nSet-Cookie: annals=forged",
    "a\u{2028}forged",
    "a\u{85}forged",
    "a\n{\"checkpoint\":\"forged\"}",
];

/// The last two are e-mail addresses as well, and stored as they are.
const FORMULAS: [&str; 10] = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " \u{3000}=1",
    "＝1",
    "+cmd@example.org",
    "=cmd@example.org",
];

fn corpus() -> Vec<String> {
    let others = TERMINAL.iter().chain(&LINES).chain(&FORMULAS);
    let all: Vec<_> = scripts()
        .into_iter()
        .chain(others.map(|it| (*it).to_owned()))
        .collect();
    assert_eq!(all.len(), 77);
    all
}

/// Every field that a sender fills in freely holds the text.
fn event(number: usize, text: &str) -> Value {
    json!({
        "id": format!("{text}{number}"), "action": "sheet.open", "outcome": "failure",
        "reason": text, "request_id": text, "user_agent": text,
        "actor": { "type": "user", "id": text, "email": text, "label": text },
        "target": { "kind": "sheet", "id": text, "label": text },
        "changes": [{ "field": "label", "from": text, "to": format!("{text}!") }],
        "details": { "trigger": text, "team": text, "error": text, text: text },
    })
}

/// Whether a terminal, or whoever reads along, would be misled by a letter.
fn is_active(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    turns || (letter.is_control() && letter != '\n')
}

#[track_caller]
fn assert_plain(what: &str, text: &str) {
    let active = text.char_indices().find(|(_, it)| is_active(*it));
    if let Some((at, letter)) = active {
        let around: String = text[at..].chars().take(80).collect();
        panic!("{what} has {letter:?}: {around:?}");
    }
}

#[track_caller]
fn assert_inert(what: &str, page: &str) {
    assert_plain(what, &page.replace('\t', " "));
    for element in html::elements(page, "*") {
        let runs = (element.name == "script" && !element.has("src"))
            || ["style", "img"].contains(&element.name.as_str())
            || element.attributes.iter().any(|(name, value)| {
                name.starts_with("on") || name == "style" || value.starts_with("javascript:")
            });
        assert!(!runs, "{what}: {element:?}");
    }
}

/// A site to which all of it was delivered, and the events' numbers.
fn furnished() -> (Site, Vec<i64>) {
    let site = Site::new();
    let events = corpus()
        .into_iter()
        .enumerate()
        .map(|(number, it)| event(number, &it));
    let lines: Vec<_> = events.map(|it| it.to_string()).collect();
    let body = lines.join("\n");
    let mut connection = site.app.connect();
    let receipt = post(&mut connection, &site.keys.write, NDJSON, body.as_bytes());
    let receipt = receipt.expect(200).json();
    let results = receipt["results"].as_array().unwrap().iter();
    let seqs: Vec<_> = results.filter_map(|it| it["seq"].as_i64()).collect();
    assert_eq!(seqs.len(), lines.len(), "{receipt}");
    (site, seqs)
}

#[test]
fn hostile_texts_in_every_stored_field_are_inert_in_table_and_drawer() {
    let (site, seqs) = furnished();
    let owner = site.owner();
    let mut path = "/audit-logs?action=sheet.open".to_owned();
    let mut rows = 0;
    loop {
        let page = owner.page(&path);
        assert_inert(&path, &page);
        rows += crate::browser::rows(&page).len();
        match crate::browser::link(&page, crate::browser::OLDER) {
            Some(older) => path = older,
            None => break,
        }
    }
    assert_eq!(rows, seqs.len());
    for seq in seqs {
        let page = owner.page(&format!("/audit-logs?event={seq}"));
        assert_inert("the drawer", &page);
        assert!(drawer(&page).is_some(), "{seq}");
    }
}

#[test]
fn what_is_typed_is_inert_where_it_is_shown_again() {
    let site = Site::new();
    let owner = site.owner();
    for text in corpus() {
        let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in ["/audit-logs?actor=", "/pools?q=", "/sign-in?next="] {
            assert_inert(path, &owner.open(&format!("{path}{encoded}")).text());
        }
        let mut fields = crate::people::form(&owner, "/pools");
        for name in ["name", "slug"] {
            fields.retain(|(it, _)| it != name);
            fields.push((name.to_owned(), text.clone()));
        }
        let reply = owner.post("/pools", &fields);
        assert_ne!(reply.status, 500, "{text:?}");
        assert_inert("/pools", &reply.text());
    }
    assert_inert("/pools", &owner.page("/pools"));
    assert_log(&site);
}

#[test]
fn hostile_texts_in_every_stored_field_are_inert_in_exports_and_on_the_command_line() {
    let (site, seqs) = furnished();
    let owner = site.owner();
    let export = |owner: &Browser, kind: &str| {
        let path = format!("/audit-logs.{kind}?action=sheet.open");
        owner.send("GET", &path, &[], b"").expect(200).text()
    };
    assert_csv(&export(&owner, "csv"), seqs.len());
    assert_ndjson(&export(&owner, "ndjson"), seqs.len());
    let path = format!("{EVENTS}?action=sheet.open&limit=200");
    let mut connection = site.app.connect();
    let list = crate::site::get(&mut connection, &site.keys.read, &path).expect(200);
    assert_plain("the API", &list.text());
    assert_log(&site);
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    let cli = |format: &str| {
        let arguments = ["export", "--format", format, "--action", "sheet.open"];
        let outcome = folder.cli(&arguments, "").expect(0);
        assert_plain("the command line", &outcome.stderr);
        outcome.stdout
    };
    assert_csv(&cli("csv"), seqs.len());
    assert_ndjson(&cli("ndjson"), seqs.len());
    // An argument cannot hold the byte that ends it.
    let arguments = TERMINAL
        .iter()
        .chain(&LINES)
        .filter(|it| !it.contains('\0'));
    for text in arguments {
        let arguments = ["pool", "create", "--slug", text, "--name", text];
        let outcome = folder.cli(&arguments, "");
        assert_ne!(outcome.code, Some(0), "{text:?} is no slug");
        assert_plain("the command line", &outcome.stderr);
        assert_plain("the command line", &outcome.stdout);
    }
}

#[track_caller]
fn assert_csv(table: &str, rows: usize) {
    assert_plain("the table", &table.replace("\r\n", "\n"));
    let records = csv::records(table);
    assert_eq!(records.len(), 1 + rows);
    for cell in records.iter().flatten() {
        let first = cell.trim_start_matches([' ', '\u{3000}']).chars().next();
        assert!(!"=+-@＝＋－＠".contains(first.unwrap_or('a')), "{cell:?}");
    }
}

#[track_caller]
fn assert_ndjson(lines: &str, rows: usize) {
    assert_plain("the lines", lines);
    let lines: Vec<Value> = lines
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines.len(), rows + 1);
    let (checkpoint, events) = lines.split_last().unwrap();
    assert!(checkpoint["checkpoint"].is_string(), "{checkpoint}");
    assert!(events.iter().all(|it| it["action"] == "sheet.open"));
}

/// Every line of the process log is one of ours.
#[track_caller]
fn assert_log(site: &Site) {
    let log = site.app.folder.log();
    assert_plain("the process log", &log);
    assert!(!log.contains("forged"), "{log}");
    let dated = |it: &str| it.starts_with("20") && it.contains("Z ");
    let foreign = log.lines().find(|it| !it.is_empty() && !dated(it));
    assert_eq!(foreign, None);
}
