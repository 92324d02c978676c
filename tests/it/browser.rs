//! A person without a browser: keeps cookies, follows links and answers forms.
use std::cell::RefCell;
use std::fs;

use crate::appliance::Appliance;
use crate::html::{self, Element, Form};
use crate::http::{Connection, Reply};

pub const OWNER: &str = "olga@example.org";
pub const PASSWORD: &str = "correct horse battery";

pub struct Browser {
    address: String,
    cookies: RefCell<Vec<(String, String)>>,
}

impl Browser {
    pub fn new(appliance: &Appliance) -> Self {
        Self {
            address: appliance.address.clone(),
            cookies: RefCell::default(),
        }
    }

    pub fn signed_in(appliance: &Appliance, email: &str) -> Self {
        let browser = Self::new(appliance);
        let page = browser.sign_in(email, PASSWORD);
        assert!(page.text().contains("Audit logs"), "{}", page.text());
        browser
    }

    /// The person that a real browser is signed in as.
    pub fn with_cookies(appliance: &Appliance, cookies: Vec<(String, String)>) -> Self {
        Self {
            address: appliance.address.clone(),
            cookies: RefCell::new(cookies),
        }
    }

    /// Another window of the same browser, for another thread.
    pub fn another_window(&self) -> Self {
        Self {
            address: self.address.clone(),
            cookies: RefCell::new(self.cookies.borrow().clone()),
        }
    }

    /// One request with the cookies held; redirects are not followed.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let cookies = self.cookie_header();
        let mut all = headers.to_vec();
        if !cookies.is_empty() {
            all.push(("Cookie", &cookies));
        }
        let reply = Connection::open(&self.address).send(method, path, &all, body);
        self.keep(&reply);
        reply
    }

    /// Opens an address and follows where it leads.
    #[track_caller]
    pub fn open(&self, path: &str) -> Reply {
        let mut reply = self.send("GET", path, &[], b"");
        for _ in 0..5 {
            let Some(to) = reply.header("location").filter(|_| reply.status == 303) else {
                return reply;
            };
            reply = self.send("GET", to, &[], b"");
        }
        panic!("{path} leads in a circle");
    }

    #[track_caller]
    pub fn page(&self, path: &str) -> String {
        self.open(path).expect(200).text()
    }

    /// Fills in the form of the page at `path` that has all of `values`, and sends it.
    #[track_caller]
    pub fn submit(&self, path: &str, values: &[(&str, &str)]) -> Reply {
        let page = self.page(path);
        let form = form_with(&page, values);
        self.follow(self.post(&target(&form, path), &filled(&form, values)))
    }

    /// Presses the button of a form, by the end of the form's address.
    #[track_caller]
    pub fn press(&self, path: &str, action_ends: &str) -> Reply {
        let page = self.page(path);
        let reply = self.press_on(path, &page, action_ends);
        reply.unwrap_or_else(|| panic!("{path} has no form {action_ends}: {page}"))
    }

    /// Acts on one record of a list (`pause`, `revoke` …): by a button in its row, or by a link in
    /// its row to a page with the button.
    #[track_caller]
    pub fn act(&self, list: &str, name: &str, verb: &str) -> Reply {
        let page = self.page(list);
        let rows = html::elements(&page, "tr").into_iter();
        let mut rows = rows.filter(|it| it.text().contains(name));
        let row = rows
            .next()
            .unwrap_or_else(|| panic!("{list} has no {name}: {page}"));
        let ends = format!("/{verb}");
        if let Some(reply) = self.press_on(list, &row.inner, &ends) {
            return reply;
        }
        let links: Vec<_> = html::elements(&row.inner, "a");
        let named = links
            .iter()
            .find(|it| it.attribute("href").ends_with(&ends));
        let link = named
            .or(links.first())
            .map(|it| it.attribute("href").to_owned());
        let link = link.unwrap_or_else(|| panic!("no way to {verb} {name}: {}", row.inner));
        let page = self.page(&link);
        let reply = self.press_on(&link, &page, &ends);
        reply.unwrap_or_else(|| panic!("{link} has no form to {verb}: {page}"))
    }

    fn press_on(&self, path: &str, html: &str, action_ends: &str) -> Option<Reply> {
        let forms = html::forms(html).into_iter();
        let mut forms = forms.filter(|it| it.method == "post");
        let form = forms.find(|it| target(it, path).ends_with(action_ends))?;
        Some(self.follow(self.post(&target(&form, path), &form.fields)))
    }

    /// A form as it would be sent, nothing followed.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(String, String)]) -> Reply {
        self.send("POST", path, &[FORM], encode(fields).as_bytes())
    }

    /// The token that every form of this session carries; blank where there is no session yet.
    #[track_caller]
    pub fn csrf(&self, path: &str) -> String {
        let page = self.page(path);
        let fields = html::forms(&page).into_iter().flat_map(|it| it.fields);
        let mut tokens = fields.filter(|(name, _)| name == "csrf");
        tokens.next().map_or_else(String::new, |(_, value)| value)
    }

    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.submit("/sign-in", &[("email", email), ("password", password)])
    }

    /// The first run: reads the code as the person at the host would.
    #[track_caller]
    pub fn set_up(&self, appliance: &Appliance, zone: &str) -> Reply {
        let code = setup_code(appliance);
        let path = format!("/setup?code={code}");
        let values = [
            ("setup_code", code.as_str()),
            ("name", "Olga Ortiz"),
            ("email", OWNER),
            ("password", PASSWORD),
            ("zone", zone),
        ];
        self.submit(&path, &values)
    }

    #[track_caller]
    pub fn create_pool(&self, slug: &str, name: &str) -> Reply {
        self.submit("/pools", &[("slug", slug), ("name", name)])
    }

    /// Invites an admin of no Pool, and copies the link off the receipt.
    #[track_caller]
    pub fn invite(&self, email: &str) -> String {
        let receipt = self.submit("/invites/new", &[("email", email)]).expect(200);
        secret(&receipt)
    }

    /// Creates a key and copies the token off the receipt.
    #[track_caller]
    pub fn create_key(&self, pool: &str, name: &str, permission: &str) -> String {
        let values = [("pool", pool), ("name", name), ("permission", permission)];
        secret(&self.submit("/api-keys", &values).expect(200))
    }

    pub fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    #[track_caller]
    fn follow(&self, reply: Reply) -> Reply {
        match reply.header("location") {
            Some(to) if reply.status == 303 => self.open(to),
            _ => reply,
        }
    }

    fn keep(&self, reply: &Reply) {
        for header in reply.all("set-cookie") {
            let (pair, rest) = header.split_once(';').unwrap_or((header, ""));
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.borrow_mut();
            cookies.retain(|(it, _)| it != name);
            if !value.is_empty() && !rest.to_ascii_lowercase().contains("max-age=0") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// What a receipt shows, once.
#[track_caller]
pub fn secret(receipt: &Reply) -> String {
    assert_eq!(receipt.header("cache-control"), Some("no-store"));
    let page = receipt.text();
    let secret = html::by_id(&page, "secret").map(|it| it.text());
    secret.unwrap_or_else(|| panic!("no code#secret on the receipt: {page}"))
}

pub fn setup_code(appliance: &Appliance) -> String {
    let file = appliance.folder.data().join("setup-code");
    fs::read_to_string(file).unwrap().trim().to_owned()
}

pub fn encode<T: AsRef<str>>(fields: &[(T, T)]) -> String {
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(
        fields
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref())),
    );
    encoded.finish()
}

/// A link by what it says.
pub fn link(page: &str, text: &str) -> Option<String> {
    let mut links = html::elements(page, "a").into_iter();
    let found = links.find(|it| it.text() == text && it.has("href"));
    found.map(|it| it.attribute("href").to_owned())
}

/// The rows of the log table: number and outcome, top down.
pub fn rows(page: &str) -> Vec<(i64, String)> {
    let table = html::elements(page, "table");
    let Some(table) = table.iter().find(|it| it.attribute("id") == "events") else {
        return Vec::new();
    };
    let rows = html::elements(&table.inner, "tr").into_iter();
    rows.filter(|it| it.has("data-event"))
        .map(|it| {
            let seq = it.attribute("data-event").parse().unwrap();
            (seq, it.attribute("data-outcome").to_owned())
        })
        .collect()
}

pub fn row(page: &str, seq: i64) -> Option<Element> {
    let seq = seq.to_string();
    let mut rows = html::elements(page, "tr").into_iter();
    rows.find(|it| it.attribute("data-event") == seq)
}

pub fn warnings(page: &str) -> Vec<String> {
    let regions = html::elements(page, "*").into_iter();
    let regions = regions.filter(|it| it.attribute("role") == "status");
    let inside = regions.flat_map(|it| html::elements(&it.inner, "*"));
    inside
        .filter(|it| it.has("data-warning"))
        .map(|it| it.text())
        .collect()
}

pub fn drawer(page: &str) -> Option<Element> {
    html::by_id(page, "drawer").filter(|it| it.name == "aside")
}

#[track_caller]
fn form_with(page: &str, values: &[(&str, &str)]) -> Form {
    let forms = html::forms(page);
    let has = |form: &Form, name: &str| form.fields.iter().any(|(it, _)| it == name);
    let complete =
        |form: &&Form| form.method == "post" && values.iter().all(|(it, _)| has(form, it));
    let found = forms.iter().find(complete).cloned();
    found.unwrap_or_else(|| panic!("no form takes {values:?}; there are {forms:#?}"))
}

/// Options may be named by their value or by what they say.
fn filled(form: &Form, values: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = form.fields.clone();
    for (name, value) in values {
        let options = form.options.get(*name).into_iter().flatten();
        let said = options.clone().find(|(_, text)| text.contains(value));
        let known = options.clone().any(|(it, _)| it == value);
        let value = said
            .filter(|_| !known)
            .map_or(*value, |(it, _)| it.as_str());
        let field = fields.iter_mut().find(|(it, _)| it == name);
        value.clone_into(&mut field.unwrap().1);
    }
    fields
}

fn target(form: &Form, path: &str) -> String {
    if form.action.is_empty() {
        path.to_owned()
    } else {
        form.action.clone()
    }
}

pub const OLDER: &str = "Older";
pub const NEWER: &str = "Newer";

/// Follows the pager, if it leads on.
pub fn turn(browser: &Browser, page: &str, text: &str) -> Option<String> {
    link(page, text).map(|to| browser.page(&to))
}

/// Which rows the page says it shows.
pub fn range(page: &str) -> String {
    let all = html::elements(page, "*").into_iter();
    all.filter(|it| it.has("data-range"))
        .map(|it| it.text())
        .next()
        .unwrap_or_default()
}
