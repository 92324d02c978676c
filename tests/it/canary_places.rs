//! Where a secret can be sent, and where it could have ended up.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::backups::{COPY, back_up, walk_files};
use crate::browser::{OLDER, rows, turn};
use crate::http::{Connection, Reply};
use crate::search::Search;
use crate::site::{EVENTS, JSON, Site, bearer, deliver, event_with, get};

/// Found wherever events are shown; if it is not found, the search proves nothing.
const CONTROL: &str = "canary-control-service";

/// Method, address and headers.
type Asked<'a> = (&'a str, String, Vec<(&'a str, &'a str)>);

/// Everything the appliance answered, and the way to look for what it kept.
pub struct Places {
    connection: Connection,
    answers: Vec<u8>,
    /// What the same instance shows before anything was sent: no secret of ours.
    before: Vec<u8>,
}

impl Places {
    pub fn new(site: &Site) -> Self {
        let before = shown(site);
        plant_control(site);
        Self {
            connection: site.app.connect(),
            answers: Vec::new(),
            before,
        }
    }

    pub fn send(&mut self, site: &Site, body: &Value) {
        self.send_with(site, &site.keys.write, body);
    }

    pub fn send_with(&mut self, site: &Site, key: &str, body: &Value) {
        let reply = deliver(&mut self.connection, key, body);
        assert!(
            matches!(reply.status, 200 | 400 | 409 | 413 | 422),
            "{}",
            reply.status
        );
        self.keep(&reply);
        if reply.header("connection") == Some("close") {
            self.connection = site.app.connect();
        }
    }

    /// Puts a secret where no event is: path, query, headers, another body.
    pub fn probe(&mut self, site: &Site, secret: &str) {
        let short: String = secret.chars().take(1000).collect();
        let encoded = utf8_percent_encode(&short, NON_ALPHANUMERIC).to_string();
        let read = bearer(&site.keys.read);
        let read = ("Authorization", read.as_str());
        let write = bearer(&site.keys.write);
        let mut asked: Vec<Asked> = vec![
            ("GET", format!("/{encoded}"), vec![]),
            ("GET", format!("{EVENTS}/{encoded}"), vec![read]),
            (
                "GET",
                format!("{EVENTS}?actor={encoded}&{encoded}=1"),
                vec![read],
            ),
            (
                "GET",
                format!("{EVENTS}?before={encoded}&from={encoded}&pool={encoded}"),
                vec![read],
            ),
        ];
        if short.bytes().all(|it| (0x21..0x7f).contains(&it)) {
            let headers = vec![
                ("User-Agent", &*short),
                ("X-Request-Id", &*short),
                ("Cookie", &*short),
            ];
            asked.push(("GET", "/audit-logs".to_owned(), headers));
            asked.push(("GET", EVENTS.to_owned(), vec![("Authorization", &*short)]));
            asked.push((
                "POST",
                EVENTS.to_owned(),
                vec![("Authorization", &*write), ("Content-Type", &*short)],
            ));
        }
        for (method, path, headers) in asked {
            let reply = site.app.send(method, &path, &headers, b"");
            assert!(reply.status < 500, "{}", reply.status);
            self.keep(&reply);
        }
        let headers = [("Authorization", write.as_str()), JSON];
        let broken = format!("{{\"{secret}\":{secret}");
        self.keep(&site.app.send("POST", EVENTS, &headers, broken.as_bytes()));
    }

    /// Whose secrets occur anywhere: answers, pages, JSON, exports, process log, a backup, and
    /// every file of the data directory, while it runs and after it has stopped. The control must
    /// occur in each of them.
    pub fn search(self, site: Site, sent: &[Value]) -> BTreeSet<String> {
        let search = forbidden(sent);
        let shown = shown(&site);
        let exports = exported(&site);
        let copy = site.app.folder.file(COPY);
        back_up(&site.app.folder, &copy).expect(0);
        let backup = fs::read(&copy).unwrap();
        let running = whole(&site.app.folder.data());
        let (status, folder) = site.app.terminate();
        assert!(status.success());
        let stopped = whole(&folder.data());
        let log = folder.log().into_bytes();
        assert!(!log.is_empty(), "no process log: the search proves nothing");
        let kept = [
            ("pages", shown),
            ("exports", exports),
            ("backup", backup),
            ("running files", running),
            ("stopped files", stopped),
        ];
        for (name, bytes) in &kept {
            assert!(
                contains(bytes, CONTROL),
                "the control is not in the {name}: the search proves nothing"
            );
        }
        let chance = search.found(&self.before);
        let mut found = BTreeSet::new();
        let told = [("answers", self.answers), ("log", log)];
        for (name, bytes) in kept.into_iter().chain(told) {
            for number in search.found(&bytes).difference(&chance) {
                let id = sent[*number]["id"].as_str().unwrap();
                println!("{id} ({}) is in the {name}", sent[*number]["placement"]);
                found.insert(id.to_owned());
            }
        }
        found
    }

    fn keep(&mut self, reply: &Reply) {
        self.answers.extend_from_slice(&reply.body);
        self.answers
            .extend_from_slice(format!("{:?}", reply.headers).as_bytes());
    }
}

/// One event for each place inside an event where a value of the sender's can stand, but for names,
/// ids and actions, which have a line of their own.
pub fn positions(id: &str, secret: &str) -> Vec<Value> {
    let address = format!("https://user:{secret}@app.example/v1/{secret}?token={secret}#{secret}");
    let inside = json!({ "a": [{ "b": secret }] }).to_string();
    // Eight characters behind a declared head are a prefix, and nobody's whole secret.
    let padded = format!("sk-{secret:0<9}");
    let mut named = Map::new();
    named.insert(secret.to_owned(), json!(1));
    let details = [
        json!({ "note": secret, "api_token": secret, "password": secret, "secret": secret }),
        json!({ "roles": [[secret]], "nested": { "deep": [secret] }, "payload": inside }),
        json!({ "error_message": format!("login failed: {secret}"), "stack": secret }),
        json!({ "url": address, "request_url": address, "headers": { "authorization": secret } }),
        json!({ "attempt": secret, "enabled": secret, "expires_at": secret, "exit_code": secret }),
        json!({ "key_prefix": secret, "token_prefix": padded }),
        json!({ "input_token_count": secret, "is_public": secret, "changed_fields": [secret] }),
        Value::Object(named.clone()),
    ];
    let mut whole: Vec<Value> = details
        .into_iter()
        .map(|it| json!({ "details": it }))
        .collect();
    whole.push(Value::Object(named));
    whole.push(json!({ "reason": format!("failed with {secret}"), "user_agent": secret }));
    whole.push(json!({ "user_agent": format!("Mozilla/5.0 ({secret})"), "ip": secret }));
    whole.push(json!({ "occurred_at": secret }));
    whole.push(json!({ "outcome": secret }));
    whole.push(json!({ "pool": secret }));
    whole.push(json!({ "actor": { "type": secret, "id": "u" } }));
    whole
        .push(json!({ "changes": [{ "field": secret }, { "field": "password", "from": secret }] }));
    whole.push(json!({ "changes": [{ "field": "enabled", "from": secret, "to": [secret] }] }));
    let events = whole.into_iter().enumerate();
    events
        .map(|(at, it)| event_with(&format!("{id}-{at}"), it))
        .collect()
}

/// Every page of the log, the drawers of some of its rows, and all of its JSON.
fn shown(site: &Site) -> Vec<u8> {
    let mut shown = Vec::new();
    let browser = site.owner();
    let mut page = browser.page("/audit-logs");
    for number in 0.. {
        shown.extend_from_slice(page.as_bytes());
        if let Some((seq, _)) = rows(&page).get(number % 50) {
            let drawer = browser.page(&format!("/audit-logs?event={seq}"));
            shown.extend_from_slice(drawer.as_bytes());
        }
        match turn(&browser, &page, OLDER) {
            Some(next) => page = next,
            None => break,
        }
    }
    let mut connection = site.app.connect();
    let mut after = -1;
    loop {
        let path = format!("{EVENTS}?after_seq={after}&limit=200");
        let reply = get(&mut connection, &site.keys.read, &path).expect(200);
        shown.extend_from_slice(&reply.body);
        let page = reply.json();
        match page["events"].as_array().unwrap().last() {
            Some(last) => after = last["seq"].as_i64().unwrap(),
            None => return shown,
        }
    }
}

/// What an owner takes away of everything, in both forms.
fn exported(site: &Site) -> Vec<u8> {
    let browser = site.owner();
    ["/audit-logs.csv", "/audit-logs.ndjson"]
        .map(|path| browser.send("GET", path, &[], b"").expect(200).body)
        .concat()
}

/// Every file below a folder, one after the other.
fn whole(folder: &Path) -> Vec<u8> {
    let files = walk_files(folder).into_iter().filter(|it| it.is_file());
    files.flat_map(|it| fs::read(it).unwrap()).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

/// What each row forbids, and the secret itself.
fn forbidden(rows: &[Value]) -> Search {
    let mut search = Search::new();
    for (number, row) in rows.iter().enumerate() {
        let listed = row["must_not_appear"].as_array().into_iter().flatten();
        let all: BTreeSet<_> = listed
            .chain([&row["secret"]])
            .filter_map(Value::as_str)
            .collect();
        for text in all {
            search.add(text, number);
        }
    }
    search
}

/// Writes what the search has to find, and reads pages as both surfaces show them.
fn plant_control(site: &Site) {
    let control = json!({ "target": { "kind": "service", "label": CONTROL } });
    let mut connection = site.app.connect();
    deliver(
        &mut connection,
        &site.keys.write,
        &event_with("control", control),
    )
    .expect(200);
}
