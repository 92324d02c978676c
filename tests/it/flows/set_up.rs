//! The first minutes: from the address that the log names to the first page of the owner.
use super::hands::Way;
use super::stage::Stage;
use crate::browser::{OWNER, setup_code};

const HEADING: &str = "Set up this instance";
const OWN: &str = "Quiet <walnut> & \"harbour\" 7391";
const WRONG: &str = "AAAA-AAAA-AAAA";

pub fn flow(way: Way) {
    let mut stage = Stage::empty(way);
    let code = setup_code(&stage.app);
    let address = format!("/setup?code={code}");
    stage.secrets.keep_address("set-up code", &address, &code);
    stage.secrets.keep("password", OWN);
    let hands = &stage.hands;
    hands.open(&address);
    hands.arrive(&address, HEADING);
    assert_eq!(hands.value("#code"), code, "the address fills it in");
    hands.write("#code", WRONG);
    hands.write("#name", "Olga Ortiz");
    hands.write("#email", OWNER);
    hands.write("#pw", OWN);
    hands.choose("#zone", "Europe/Berlin");
    hands.press("button[type=submit]");
    hands.refused("/setup", HEADING, "The setup code is wrong");
    let kept = ["#name", "#email", "#pw", "#code", "#zone"].map(|it| hands.value(it));
    assert_eq!(kept, ["Olga Ortiz", OWNER, "", "", "Europe/Berlin"]);
    hands.write("#code", &code);
    hands.write("#pw", OWN);
    hands.reveals("#pw");
    hands.enter("#pw");
    hands.arrive("/audit-logs", "Audit logs");
    let file = stage.app.folder.data().join("setup-code");
    assert!(!file.exists(), "the code outlived its use");
    hands.open("/setup");
    hands.expect_refusal();
    hands.arrive("/setup", "Page not found");
    stage.end();
}
