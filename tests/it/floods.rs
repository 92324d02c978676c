//! The same thing refused over and over: the first ten are told one by one, then every doubling,
//! with how many there were. Somebody else, something else and another ten minutes are told anew.
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::browser::Browser;
use crate::clock::TestClock;
use crate::live::wait_for;
use crate::people::{form, refusal, told};
use crate::site::{EVENTS, OTHER_ADMIN, Site, deliver, event, get};

const TIMES: usize = 1000;
/// How many there were, of those that are told after the first ten.
const DOUBLINGS: [i64; 6] = [20, 40, 80, 160, 320, 640];
const WINDOW_MINUTES: i64 = 10;

/// Of a thousand, ten and six are told.
#[track_caller]
fn assert_flood(told: &[Value]) {
    let failed = told.iter().filter(|it| it["outcome"] == "failure");
    let counts: Vec<_> = failed.map(|it| &it["details"]["attempt_count"]).collect();
    let (each, doubled) = counts.split_at(10.min(counts.len()));
    assert_eq!(each, [&Value::Null; 10]);
    assert_eq!(doubled, DOUBLINGS.map(|it| json!(it)).each_ref());
}

#[test]
fn a_change_that_is_refused_to_a_person_a_thousand_times_writes_sixteen_events() {
    let (folder, keys) = Site::furnished();
    let clock = TestClock::of(&folder, "a window that ends");
    let variable = clock.as_ref().map(TestClock::variable);
    let app = Appliance::start_with(folder, variable.as_slice());
    let site = Site { app, keys };
    let owner = site.owner();
    let taken = [("name", "Another"), ("slug", "edge")];
    let mut fields = form(&owner, "/pools");
    fields.retain(|(name, _)| !taken.iter().any(|it| it.0 == name));
    fields.extend(taken.map(|(name, value)| (name.to_owned(), value.to_owned())));
    for _ in 0..TIMES {
        owner.post("/pools", &fields).expect(409);
    }
    assert_flood(&told(&site, "pool.create"));
    let Some(clock) = clock else {
        return;
    };
    let before = told(&site, "pool.create").len();
    clock.run_ahead(WINDOW_MINUTES * 60 * 1000);
    wait_for(&site.app, &site.keys.write, WINDOW_MINUTES);
    owner.post("/pools", &fields).expect(409);
    let after = told(&site, "pool.create");
    assert_eq!(after.len(), before + 1);
    assert!(after[before]["details"]["attempt_count"].is_null());
}

#[test]
fn a_page_that_is_closed_to_a_person_a_thousand_times_writes_sixteen_events() {
    let site = Site::new();
    let admin = site.admin();
    for _ in 0..TIMES {
        admin.send("GET", "/settings", &[], b"").expect(403);
    }
    let denied = told(&site, "access.deny");
    assert_flood(&denied);
    // Neither another page nor another person is hidden by that.
    admin.send("GET", "/operators", &[], b"").expect(403);
    let other = Browser::signed_in(&site.app, OTHER_ADMIN);
    other.send("GET", "/settings", &[], b"").expect(403);
    assert_eq!(told(&site, "access.deny").len(), denied.len() + 2);
}

#[test]
fn what_is_refused_to_a_key_a_thousand_times_writes_sixteen_events() {
    let site = Site::new();
    let mut connection = site.app.connect();
    for _ in 0..TIMES {
        get(&mut connection, &site.keys.write, EVENTS).expect(403);
        // The body is not read, so the connection may end with it.
        deliver(&mut site.app.connect(), &site.keys.read, &event("a")).expect(403);
    }
    assert_flood(&told(&site, "audit.read"));
    assert_flood(&told(&site, "delivery.refuse"));
    get(&mut connection, &site.keys.core_write, EVENTS).expect(403);
    assert_eq!(refusal(&site, "audit.read").1, "core");
}
