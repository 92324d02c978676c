//! Operators as tests add them, find them and do something to them.
use std::path::Path;

use rusqlite::Connection as Database;
use serde_json::Value;

use crate::browser::{Browser, secret};
use crate::html;
use crate::http::Reply;
use crate::site::Site;
use crate::world;

/// Adds an admin of no Pool; returns the temporary password.
#[track_caller]
pub fn add(owner: &Browser, email: &str, name: &str) -> String {
    let values = [("email", email), ("name", name)];
    secret(&owner.submit("/operators/new", &values).expect(200))
}

/// The address of the record of the operator with this e-mail address.
#[track_caller]
pub fn record(owner: &Browser, email: &str) -> String {
    find(
        owner,
        &format!("/operators?q={email}"),
        email,
        "/operators/op_",
    )
}

/// The same of an invite.
#[track_caller]
pub fn invite(owner: &Browser, email: &str) -> String {
    find(owner, &format!("/invites?q={email}"), email, "/invites/id/")
}

/// Presses the button on the page that asks; nothing is followed.
#[track_caller]
pub fn press(browser: &Browser, page: &str) -> Reply {
    let form = form(browser, page);
    browser.post(page, &form)
}

/// Does something to an operator, and follows where that leads.
#[track_caller]
pub fn ask(owner: &Browser, email: &str, verb: &str) -> Reply {
    let page = format!("{}/{verb}", record(owner, email));
    let reply = press(owner, &page);
    match reply.header("location") {
        Some(to) => owner.open(to),
        None => reply,
    }
}

/// The fields of the form that this page sends to itself.
#[track_caller]
pub fn form(browser: &Browser, page: &str) -> Vec<(String, String)> {
    let html = browser.page(page);
    let mut forms = html::forms(&html).into_iter();
    let form = forms.find(|it| it.method == "post" && it.action == page);
    form.unwrap_or_else(|| panic!("{page} has no form: {html}"))
        .fields
}

/// Sends the form of a page with other values; blank ones are left out, and a name
/// may be there more than once.
#[track_caller]
pub fn submit(browser: &Browser, page: &str, values: &[(&str, &str)]) -> Reply {
    let mut fields = form(browser, page);
    fields.retain(|(name, _)| !values.iter().any(|it| it.0 == name));
    let sent = values.iter().filter(|it| !it.1.is_empty());
    fields.extend(sent.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    browser.post(page, &fields)
}

/// What own events of this action say, oldest first, as stored.
pub fn told(site: &Site, action: &str) -> Vec<Value> {
    let database = world::open(&site.app.folder.data());
    let events = "select payload from event order by seq";
    let mut statement = database.prepare(events).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0));
    let rows = rows.unwrap().map(Result::unwrap);
    let events = rows.map(|it| serde_json::from_str::<Value>(&it).unwrap());
    events.filter(|it| it["action"] == action).collect()
}

/// How many events the log has.
pub fn count(site: &Site) -> i64 {
    let database = world::open(&site.app.folder.data());
    let count = database.query_row("select count(*) from event", [], |row| row.get(0));
    count.unwrap()
}

/// The reason of the latest failure of an action, and the Pool under which it is filed.
#[track_caller]
pub fn refusal(site: &Site, action: &str) -> (String, String) {
    let told = told(site, action);
    let last = told.last().unwrap_or_else(|| panic!("no {action}"));
    assert_eq!(last["outcome"], "failure", "{last}");
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    (text(&last["reason"]), text(&last["pool"]["slug"]))
}

/// A second factor that nobody can prove, while the server is stopped.
pub fn give_second_factor(data: &Path, email: &str) {
    let database = Database::open(data.join("annals.db")).unwrap();
    let given = "insert into second_factor (operator_no, secret, step, failures, recorded_seq)
                 select no, x'00', 0, 0, (select max(seq) from event) from operator
                 where email = ?1";
    assert_eq!(database.execute(given, [email]).unwrap(), 1);
}

#[track_caller]
fn find(owner: &Browser, list: &str, email: &str, prefix: &str) -> String {
    let page = owner.page(list);
    let rows = html::elements(&page, "tr").into_iter();
    let mut rows = rows.filter(|it| it.text().contains(email));
    let row = rows.next().unwrap_or_else(|| panic!("no {email}: {page}"));
    let links = html::elements(&row.inner, "a").into_iter();
    let mut hrefs = links.map(|it| it.attribute("href").to_owned());
    hrefs.find(|it| it.starts_with(prefix)).unwrap()
}
