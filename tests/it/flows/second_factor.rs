//! An authenticator app: set up, asked for at sign-in, and a recovery code in its place.
use super::hands::{Hands, Way, saying};
use super::stage::Stage;
use crate::browser::{OWNER, PASSWORD};
use crate::second_factor::App;

const SETUP: &str = "/account/second-factor";
/// Where the password alone leads.
const STEP: &str = "/sign-in/code?next=%2Faudit%2Dlogs";
const SETUP_HEADING: &str = "Set up an authenticator app";

pub fn flow(way: Way) {
    let mut stage = Stage::furnished(way);
    stage.hands.open("/account");
    stage.hands.arrive("/sign-in?next=%2Faccount", "Sign in");
    prove_password(&stage.hands);
    stage.hands.arrive("/account", "Account");
    stage.keep_cookies();
    let (app, codes) = enroll(&mut stage);
    stage.keep_cookies();
    sign_out(&stage.hands);
    sign_in_with_code(&mut stage, &app);
    stage.keep_cookies();
    sign_out(&stage.hands);
    sign_in_with_recovery_code(&stage.hands, &codes[0]);
    stage.keep_cookies();
    open_account(&stage.hands);
    assert!(stage.hands.browser.text("main").contains("9 left"));
    stage.end();
}

fn prove_password(hands: &Hands) {
    hands.write("#email", OWNER);
    hands.write("#pw", PASSWORD);
    hands.enter("#pw");
}

/// The key stays the same while a code is mistyped.
fn enroll(stage: &mut Stage) -> (App, Vec<String>) {
    let hands = &stage.hands;
    hands.press(saying("a.btn", SETUP_HEADING));
    hands.arrive(SETUP, SETUP_HEADING);
    let key = hands.browser.text("#secret");
    let app = App::scan(&hands.browser.source());
    hands.write("#code", "000000");
    hands.press("button[type=submit]");
    hands.refused(SETUP, SETUP_HEADING, "not the code that the app shows");
    assert_eq!(hands.browser.text("#secret"), key);
    let code = app.code(0);
    hands.write("#code", &code);
    hands.enter("#code");
    hands.arrive(SETUP, "Store your recovery codes");
    let codes = hands.browser.text("#codes");
    let codes: Vec<_> = codes.split_whitespace().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    stage.secrets.keep("key of an app", &key);
    stage.secrets.keep("key of an app", &key.replace(' ', ""));
    stage.secrets.keep_bytes("key of an app", &app.0);
    stage.secrets.keep_code(&code);
    for code in &codes {
        stage.secrets.keep_spelled("recovery code", code);
    }
    hands.press(saying("a", "I’ve stored them"));
    hands.arrive("/account", "Account");
    let text = hands.browser.text("main");
    assert!(text.contains("10 left"), "{text}");
    (app, codes)
}

fn sign_out(hands: &Hands) {
    hands.press("[popovertarget=me-menu]");
    hands.press(saying("#me-menu button", "Sign out"));
    hands.arrive("/sign-in", "Sign in");
    let is_whole = "return document.documentElement.scrollHeight <= innerHeight";
    assert_eq!(
        hands.browser.run(is_whole),
        true,
        "a card that fits scrolls"
    );
}

fn sign_in_with_code(stage: &mut Stage, app: &App) {
    let hands = &stage.hands;
    prove_password(hands);
    hands.arrive(STEP, "Enter the code");
    stage.keep_cookies();
    let hands = &stage.hands;
    let code = app.code(1);
    hands.write("#code", &code);
    hands.enter("#code");
    hands.arrive("/audit-logs", "Audit logs");
    stage.secrets.keep_code(&code);
}

fn sign_in_with_recovery_code(hands: &Hands, code: &str) {
    prove_password(hands);
    hands.arrive(STEP, "Enter the code");
    hands.press(saying("a", "Use a recovery code"));
    hands.arrive("/sign-in/recovery", "Use a recovery code");
    hands.write("#code", code);
    hands.press("button[type=submit]");
    hands.arrive("/audit-logs", "Audit logs");
}

fn open_account(hands: &Hands) {
    hands.press("[popovertarget=me-menu]");
    hands.press(saying("#me-menu a", "Account"));
    hands.arrive("/account", "Account");
}
