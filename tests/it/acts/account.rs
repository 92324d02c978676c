//! Passwords, authenticator apps and recovery codes.
use super::{OLGA, STALE, Stage};
use crate::browser::{Browser, PASSWORD};
use crate::invites::SAM;
use crate::people::{press, record, submit};
use crate::second_factor::{enroll, finish, send_code};

const SAM_IS: &str = "Sam Adeyemi";
const OTHER: &str = "a quite different one";
const WHERE: &str = "/operators/";
const FACTOR: &str = "/account/second-factor";
const CODES: &str = "/account/recovery-codes";

pub fn perform(stage: &mut Stage) {
    password(stage);
    let sam = Browser::new(&stage.app);
    sam.sign_in(SAM, PASSWORD).expect(200);
    send_code(&sam, &sam.page(FACTOR), "000000");
    let why = "Wrong code";
    stage.refused("auth.totp_enroll", &[SAM_IS, why], WHERE, &[]);
    let (_, codes) = enroll(&sam);
    stage.done("auth.totp_enroll", &[SAM_IS], WHERE, &["session_count"]);
    let count = &["code_count"];
    stage.done("auth.recovery_codes_create", &[SAM_IS], WHERE, count);
    recovery(stage, &codes[0]);
    removal(stage, &sam);
    reset(stage);
}

fn password(stage: &mut Stage) {
    let sam = Browser::new(&stage.app);
    sam.sign_in(SAM, PASSWORD).expect(200);
    let change = |current: &str, password: &str| {
        sam.submit("/password", &[("current", current), ("password", password)])
    };
    change(PASSWORD, "tiny one").expect(422);
    let why = "Password is too easy to guess";
    stage.refused("auth.password_change", &[SAM_IS, why], WHERE, &[]);
    change(PASSWORD, OTHER).expect(200);
    let told = &["session_count", "is_required"];
    stage.done("auth.password_change", &[SAM_IS], WHERE, told);
    change(OTHER, PASSWORD).expect(200);
}

fn recovery(stage: &mut Stage, code: &str) {
    let begun = || {
        let browser = Browser::new(&stage.app);
        let page = browser.sign_in(SAM, PASSWORD).expect(200).text();
        assert!(page.contains("Enter the code"), "{page}");
        browser
    };
    finish(&begun(), "/sign-in/recovery", code).expect(303);
    finish(&begun(), "/sign-in/recovery", code).expect(403);
    let left = &["remaining_count"];
    stage.done("auth.recovery_code_use", &[SAM_IS], WHERE, left);
    let why = "Code was already used";
    stage.refused("auth.recovery_code_use", &[SAM_IS, why], WHERE, &[]);
}

/// An instance that requires a factor lets nobody remove theirs.
fn removal(stage: &mut Stage, sam: &Browser) {
    let owner = stage.owner();
    let remove = format!("{FACTOR}/remove");
    let require = |whom: &str| {
        submit(&owner, "/settings/sign-in", &[("totp_required", whom)]).expect(303);
    };
    let page = sam.page(&remove);
    let mut forms = crate::html::forms(&page).into_iter();
    let fields = forms.find(|it| it.action == remove).unwrap().fields;
    enroll(&owner);
    require("all");
    sam.post(&remove, &fields).expect(409);
    stage.refused("auth.totp_remove", &[SAM_IS], WHERE, &[]);
    require("off");
    press(&owner, &remove).expect(303);
    let page = sam.page(CODES);
    let mut forms = crate::html::forms(&page).into_iter();
    let codes = forms.find(|it| it.action == CODES).unwrap().fields;
    press(sam, &remove).expect(303);
    stage.done("auth.totp_remove", &[SAM_IS], WHERE, &["session_count"]);
    sam.post(CODES, &codes).expect(404);
    stage.refused("auth.recovery_codes_create", &[SAM_IS], WHERE, &[]);
    enroll(sam);
}

fn reset(stage: &mut Stage) {
    let owner = stage.owner();
    let page = format!("{}/reset-second-factor", record(&owner, SAM));
    submit(&owner, &page, &[("version", "1")]).expect(409);
    let who = [OLGA, STALE, SAM_IS];
    stage.refused("operator.totp_reset", &who, WHERE, &[]);
    press(&owner, &page).expect(303);
    let told = &["session_count"];
    stage.done("operator.totp_reset", &[OLGA, SAM_IS], WHERE, told);
}
