//! After a flow: none of its secrets is anywhere that is not its own place.
use std::fs;
use std::path::Path;

use serde_json::json;

use super::hands::Hands;
use super::secrets::Secrets;
use super::stage::Stage;
use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, OLDER, rows, secret, turn};
use crate::site::{EVENTS, deliver, event_with, get};
use crate::walk;

/// No secret, and found in every place; if it is not, the search proves nothing.
const CONTROL: &str = "swept-control-service";

/// A place, what it holds, and what has to be found there.
struct Place {
    name: String,
    holds: Vec<u8>,
    control: String,
}

impl Stage {
    /// Ends the flow: its people complain of nothing, and its secrets are nowhere.
    #[track_caller]
    pub fn end(mut self) {
        self.keep_cookies();
        let Self {
            app,
            hands,
            secrets,
            others,
        } = self;
        let owner = Browser::with_cookies(&app, hands.cookies());
        let (request_id, token) = plant(&app, &owner);
        let mut places = vec![
            place("pages of an owner", pages(&owner, true)),
            place("events as JSON", feed(&app, &token)),
            place("CSV export", export(&owner, "csv")),
            place("NDJSON export", export(&owner, "ndjson")),
            place("browser", history(&hands, &secrets)),
            place("running data directory", files(&app.folder, true)),
        ];
        for (no, other) in others.iter().enumerate() {
            let person = Browser::with_cookies(&app, other.cookies());
            let shown = [person.page("/account").into_bytes(), pages(&person, false)].concat();
            places.push(place(&format!("pages of other {no}"), shown).with("<h1>Account</h1>"));
            places.push(place(
                &format!("browser of other {no}"),
                history(other, &secrets),
            ));
        }
        hands.end();
        others.iter().for_each(Hands::end);
        let (status, folder) = app.terminate();
        assert!(status.success());
        places.push(place("stopped data directory", files(&folder, false)));
        places.push(place("process log", folder.log().into_bytes()).with(&request_id));
        search(&places, &secrets);
    }
}

impl Place {
    fn with(self, control: &str) -> Self {
        Self {
            control: control.to_owned(),
            ..self
        }
    }
}

fn place(name: &str, holds: Vec<u8>) -> Place {
    Place {
        name: name.to_owned(),
        holds,
        control: CONTROL.to_owned(),
    }
}

#[track_caller]
fn search(places: &[Place], secrets: &Secrets) {
    let mut found = Vec::new();
    for Place {
        name,
        holds,
        control,
    } in places
    {
        let length = control.len();
        let has_control = holds.windows(length).any(|it| it == control.as_bytes());
        assert!(has_control, "{name}: {control} is not there either");
        let here = secrets.found(holds).into_iter();
        found.extend(here.map(|it| format!("{it} is in: {name}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Delivers the control. Returns the id of that request, and a token that reads everything.
fn plant(app: &Appliance, owner: &Browser) -> (String, String) {
    owner.create_pool("swept", "Swept").expect(200);
    let key = owner.create_key("swept", "swept writer", "write");
    let control = json!({ "target": { "kind": "service", "label": CONTROL } });
    let event = event_with("control", control);
    let reply = deliver(&mut app.connect(), &key, &event).expect(200);
    let agents = [("mcp_enabled", "yes")];
    owner.submit("/settings/agents", &agents).expect(200);
    let token = owner.submit("/account/mcp-tokens", &[("name", "sweeper")]);
    let id = reply.header("x-request-id").unwrap().to_owned();
    (id, secret(&token.expect(200)))
}

/// Whatever links lead to, each page of the log, and each event by itself.
fn pages(person: &Browser, is_owner: bool) -> Vec<u8> {
    let mut shown = walk::answers(person, is_owner);
    let mut page = person.page("/audit-logs");
    loop {
        shown.extend_from_slice(page.as_bytes());
        for (seq, _) in rows(&page) {
            let drawer = person.open(&format!("/audit-logs?event={seq}"));
            shown.extend_from_slice(&drawer.body);
        }
        match turn(person, &page, OLDER) {
            Some(next) => page = next,
            None => return shown,
        }
    }
}

/// Everything that the token's owner may see, as programs read it.
fn feed(app: &Appliance, token: &str) -> Vec<u8> {
    let mut connection = app.connect();
    let mut all = Vec::new();
    let mut after = -1;
    loop {
        let path = format!("{EVENTS}?after_seq={after}&limit=200");
        let reply = get(&mut connection, token, &path).expect(200);
        all.extend_from_slice(&reply.body);
        match reply.json()["events"].as_array().unwrap().last() {
            Some(last) => after = last["seq"].as_i64().unwrap(),
            None => return all,
        }
    }
}

fn export(owner: &Browser, format: &str) -> Vec<u8> {
    let reply = owner.open(&format!("/audit-logs.{format}")).expect(200);
    [format!("{:?}", reply.headers).into_bytes(), reply.body].concat()
}

/// Where the browser was, and what a script could read of it. Links and set-up addresses that
/// people are given are left out: they are secret by being addresses.
fn history(hands: &Hands, secrets: &Secrets) -> Vec<u8> {
    let browser = &hands.browser;
    browser.open(&format!("/audit-logs?target={CONTROL}"));
    let kept = browser.run(
        "return [document.cookie, { ...localStorage }, { ...sessionStorage }, document.referrer]",
    );
    let history = browser.devtools("Page.getNavigationHistory", &json!({}));
    let mut seen = kept.to_string();
    for entry in history["entries"].as_array().unwrap() {
        for address in ["url", "userTypedURL"].map(|it| entry[it].as_str().unwrap()) {
            let path = address.splitn(4, '/').last().unwrap_or_default();
            let path = path.split('#').next().unwrap_or_default();
            if !secrets.is_by_design(&format!("/{path}")) {
                seen.push_str(address);
            }
        }
        seen.push_str(entry["title"].as_str().unwrap());
    }
    seen.into_bytes()
}

/// Every file, but for the keys of the instance. While it runs there is more than the database.
fn files(folder: &Folder, is_running: bool) -> Vec<u8> {
    let mut names = Vec::new();
    let mut all = Vec::new();
    read(&folder.data(), &mut names, &mut all);
    for name in ["annals.db", "annals.db-wal", "annals.db-shm"] {
        let is_there = names.iter().any(|it| it == name);
        assert_eq!(
            is_there,
            is_running || name == "annals.db",
            "{name}: {names:?}"
        );
    }
    all
}

fn read(folder: &Path, names: &mut Vec<String>, all: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            if name != "keys" {
                read(&entry.path(), names, all);
            }
        } else {
            all.extend(fs::read(entry.path()).unwrap());
            names.push(name);
        }
    }
}
