//! A real browser: Chromium, driven by chromedriver over the WebDriver protocol.
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::appliance::Folder;
use crate::browser::Browser;
use crate::http::{Connection, Reply};

/// Everything a page does in these tests happens in this time, or not at all.
const PATIENCE: Duration = Duration::from_secs(10);
pub const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Chromium {
    driver: Child,
    address: String,
    session: String,
    origin: String,
    // Dropped last: the browser's own files.
    profile: Folder,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Script {
    On,
    Off,
}

pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const SHIFT: &str = "\u{e008}";
pub const ESCAPE: &str = "\u{e00c}";
pub const CONTROL: &str = "\u{e009}";
pub const UP: &str = "\u{e013}";
pub const DOWN: &str = "\u{e015}";

impl Chromium {
    /// `host` is where the pages are, as `127.0.0.1:8080`.
    pub fn start(host: &str, script: Script) -> Self {
        let (driver, port) = drive();
        let profile = Folder::new();
        let mut browser = Self {
            driver,
            address: format!("127.0.0.1:{port}"),
            session: String::new(),
            origin: format!("http://{host}"),
            profile,
        };
        let data = browser.profile.file("profile");
        let session = browser.ask("POST", "", &capabilities(data, script));
        let session = session["sessionId"].as_str().unwrap();
        session.clone_into(&mut browser.session);
        browser.size(1440, 900);
        browser
    }

    pub fn open(&self, path: &str) {
        let url = format!("{}{path}", self.origin);
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// Goes on as the person that the other browser is.
    pub fn become_like(&self, other: &Browser) {
        for pair in other.cookie_header().split("; ") {
            let (name, value) = pair.split_once('=').unwrap();
            let cookie = json!({ "name": name, "value": value, "url": self.origin,
                "httpOnly": true });
            self.devtools("Network.setCookie", &cookie);
        }
    }

    /// The address without the host.
    pub fn at(&self) -> String {
        let url = self.ask("GET", "/url", &Value::Null);
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.origin).unwrap_or(url).to_owned()
    }

    pub fn source(&self) -> String {
        let source = self.ask("GET", "/source", &Value::Null);
        source.as_str().unwrap().to_owned()
    }

    pub fn back(&self) {
        self.ask("POST", "/back", &json!({}));
    }

    pub fn forward(&self) {
        self.ask("POST", "/forward", &json!({}));
    }

    pub fn size(&self, width: u32, height: u32) {
        // Not the window's: headless windows have a least width of their own.
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    pub fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &media);
    }

    /// As if set in the browser's own settings.
    pub fn text_size(&self, pixels: u32) {
        let sizes = json!({ "fontSizes": { "standard": pixels, "fixed": pixels - 3 } });
        self.devtools("Page.setFontSizes", &sizes);
    }

    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.ask("POST", &format!("/element/{element}/click"), &json!({}));
    }

    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.ask("POST", &format!("/element/{element}/clear"), &json!({}));
        self.ask(
            "POST",
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        );
    }

    /// Chooses an option of a select by its value.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value='{value}']"));
    }

    /// Presses keys wherever the focus is.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<_> = keys
            .chars()
            .flat_map(|it| [("keyDown", it), ("keyUp", it)])
            .map(|(kind, it)| json!({ "type": kind, "value": it.to_string() }))
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] });
        self.ask("POST", "/actions", &actions);
    }

    /// Presses a key while another is held.
    pub fn press_with(&self, held: &str, key: &str) {
        let stroke = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let strokes = [
            stroke("keyDown", held),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", held),
        ];
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] });
        self.ask("POST", "/actions", &actions);
    }

    /// The id of what has the focus.
    pub fn focus(&self) -> String {
        let id = self.run("return document.activeElement.id");
        id.as_str().unwrap_or_default().to_owned()
    }

    /// No error, no refused script or style.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// The result of a script's `return`.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.ask(
            "POST",
            "/execute/sync",
            &json!({ "script": script, "args": [] }),
        )
    }

    /// What a script hands to its last argument, a function.
    #[track_caller]
    pub fn run_async(&self, script: &str) -> Value {
        self.ask(
            "POST",
            "/execute/async",
            &json!({ "script": script, "args": [] }),
        )
    }

    /// What an element shows. A page that was left between finding and reading is looked at again.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let started = Instant::now();
        loop {
            let element = self.find(selector);
            let path = format!("/element/{element}/text");
            let reply = self.send("GET", &path, &Value::Null);
            let is_stale = reply.status == 404 && reply.text().contains("stale element");
            if !is_stale || started.elapsed() >= PATIENCE {
                assert_eq!(reply.status, 200, "{selector}: {}", reply.text());
                return reply.json()["value"].as_str().unwrap().to_owned();
            }
        }
    }

    pub fn has(&self, selector: &str) -> bool {
        let found = json!({ "using": "css selector", "value": selector });
        let found = self.ask("POST", "/elements", &found);
        !found.as_array().unwrap().is_empty()
    }

    /// Waits until the page is as told.
    #[track_caller]
    pub fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(
                started.elapsed() < PATIENCE,
                "never: {what}; at {}",
                self.at()
            );
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// Everything the console complained about since last asked: errors, refused content.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        let bad = entries.filter(|it| matches!(it["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|it| it["message"].to_string()).collect()
    }

    /// A picture in target/screens, for people.
    pub fn screenshot(&self, name: &str) {
        let data = self.ask("GET", "/screenshot", &Value::Null);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screens");
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join(format!("{name}.png")),
            base64(data.as_str().unwrap()),
        )
        .unwrap();
    }

    #[track_caller]
    fn find(&self, selector: &str) -> String {
        let started = Instant::now();
        let what = json!({ "using": "css selector", "value": selector });
        loop {
            let found = self.ask("POST", "/elements", &what);
            if let Some(first) = found.as_array().unwrap().first() {
                return first[ELEMENT].as_str().unwrap().to_owned();
            }
            assert!(
                started.elapsed() < PATIENCE,
                "no {selector} at {}",
                self.at()
            );
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// A command of the browser's own protocol.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let call = json!({ "cmd": command, "params": parameters });
        self.ask("POST", "/goog/cdp/execute", &call)
    }

    /// A command of the WebDriver protocol.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let reply = self.send(method, path, body);
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.text());
        reply.json()["value"].clone()
    }

    #[track_caller]
    fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let session = if self.session.is_empty() {
            String::new()
        } else {
            format!("/{}", self.session)
        };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut connection = Connection::open(&self.address);
        let headers = [("Content-Type", "application/json")];
        let path = format!("/session{session}{path}");
        connection.send(method, &path, &headers, body.as_bytes())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if !self.session.is_empty() && !thread::panicking() {
            self.ask("DELETE", "", &Value::Null);
        } else if let Ok(mut connection) = Connection::try_open(&self.address) {
            let path = format!("/session/{}", self.session);
            let _ = connection.try_send("DELETE", &path, &[], b"");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn capabilities(profile: PathBuf, script: Script) -> Value {
    let mut options = json!({ "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", format!("--user-data-dir={}", profile.display()),
    ] });
    if script == Script::Off {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome", "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    } } })
}

/// Starts the driver. It takes any free port and then the same number of the other family, which
/// another test may have taken meanwhile: then it gives up, and is started again.
fn drive() -> (Child, u16) {
    const TRIES: usize = 5;
    let mut said = String::new();
    for _ in 0..TRIES {
        match try_drive() {
            Ok(driving) => return driving,
            Err(reason) => said = reason,
        }
    }
    panic!("chromedriver does not start: {said}");
}

/// Reads off its first lines where it listens; or what it said instead.
fn try_drive() -> Result<(Child, u16), String> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver; tests/run installs it");
    let mut lines = BufReader::new(driver.stdout.take().unwrap());
    let mut said = String::new();
    let port = loop {
        let mut line = String::new();
        let more = lines.read_line(&mut line).unwrap_or(0) > 0;
        said.push_str(&line);
        let port = line.split("successfully on port ").nth(1);
        let port = port.and_then(|it| it.trim().trim_end_matches('.').parse().ok());
        if port.is_some() || !more {
            break port;
        }
    };
    thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    let Some(port) = port else {
        let _ = driver.kill();
        let _ = driver.wait();
        return Err(said);
    };
    Ok((driver, port))
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for it in text.bytes().filter(|it| *it != b'=') {
        let Some(value) = (0..64).zip(ALPHABET).find(|(_, letter)| **letter == it) else {
            continue;
        };
        bits = bits << 6 | value.0;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held).unwrap());
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

#[test]
fn base64_is_read() {
    assert_eq!(base64("SGVsbG8gd29ybGQ="), b"Hello world");
    assert_eq!(base64("/+8="), [0xff, 0xef]);
}
