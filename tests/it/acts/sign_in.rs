//! Signing in and out, sessions, and what is closed to a role.
use super::{OLGA, STALE, Stage};
use crate::browser::{Browser, OWNER, PASSWORD};
use crate::html;
use crate::people::{press, submit};

const SAM: &str = "sam@example.org";
const HERE: &str = "/account/sessions";

pub fn perform(stage: &mut Stage) {
    let owner = stage.owner();
    let other = stage.owner();
    let page = other.page(HERE);
    let links = html::elements(&page, "a").into_iter();
    let mut links = links.map(|it| it.attribute("href").to_owned());
    let one = links.find(|it| it.starts_with(HERE) && it != "/account/sessions/revoke");
    let one = one.unwrap();
    submit(&owner, &one, &[("version", "1")]).expect(409);
    let session = "/operators/";
    stage.refused("session.revoke", &[OLGA, STALE], session, &["is_current"]);
    press(&owner, &one).expect(303);
    stage.done("session.revoke", &[OLGA], session, &["is_current"]);
    let owner = stage.owner();
    let others = "/account/sessions/revoke";
    submit(&owner, others, &[("version", "1")]).expect(409);
    stage.refused("session.revoke_all", &[OLGA, STALE], session, &[]);
    press(&owner, others).expect(303);
    stage.done("session.revoke_all", &[OLGA], session, &["session_count"]);
    let fields = form_of(&owner, "/account", "/sign-out");
    owner.post("/sign-out", &fields).expect(303);
    stage.done("auth.sign_out", &[OLGA, "Session"], session, &["session"]);
    step_up(stage);
    guesses(stage);
}

fn step_up(stage: &mut Stage) {
    let owner = stage.owner();
    let wrong = [("password", "wrong wrong wrong")];
    submit(&owner, "/confirm", &wrong);
    let why = "Wrong password";
    stage.refused("auth.step_up", &[OLGA, why], "/operators/", &["method"]);
    submit(&owner, "/confirm", &[("password", PASSWORD)]).expect(303);
    stage.done("auth.step_up", &[OLGA], "/operators/", &["method"]);
}

fn guesses(stage: &mut Stage) {
    let sam = Browser::signed_in(&stage.app, SAM);
    sam.send("GET", "/operators", &[], b"").expect(403);
    let why = "The role does not allow it";
    let route = &["route", "method"];
    stage.refused("access.deny", &["Sam Adeyemi", why], "", route);
    for _ in 0..6 {
        let stranger = Browser::new(&stage.app);
        stranger.sign_in(SAM, "wrong wrong wrong").expect(403);
    }
    let told = &["method", "attempt_count"];
    let who = ["Sam Adeyemi", "Wrong password"];
    stage.refused("auth.sign_in", &who, "/operators/", told);
    let told = &["attempt_count", "until_at"];
    let who = ["sign-in protection", "Sam Adeyemi"];
    stage.refused("auth.lockout", &who, "/operators/", told);
    Browser::signed_in(&stage.app, OWNER);
}

/// The fields of the form on a page that goes to `action`.
fn form_of(browser: &Browser, page: &str, action: &str) -> Vec<(String, String)> {
    let page = browser.page(page);
    let mut forms = html::forms(&page).into_iter();
    forms.find(|it| it.action == action).unwrap().fields
}
