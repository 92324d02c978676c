//! An owner makes a link, shown once; whoever gets it chooses a name and a password and is in.
use super::hands::{Hands, Way, saying};
use super::stage::Stage;

const SAM: &str = "sam@example.org";
const OWN: &str = "Amber <kettle> & \"gravel\" 5082";
const HEADING: &str = "Accept your invite";

pub fn flow(way: Way) {
    let mut stage = Stage::of_owner(way);
    let link = invite(&mut stage);
    let sam = stage.newcomer();
    accept(&sam, &link);
    stage.secrets.keep("password", OWN);
    let owner = &stage.hands;
    owner.open("/invites");
    owner.arrive("/invites", "Invites");
    assert!(owner.browser.text("main").contains("Accepted"));
    stage.others.push(sam);
    stage.end();
}

/// Returns the path of the link.
fn invite(stage: &mut Stage) -> String {
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", "Operators"));
    hands.arrive("/operators", "Operators");
    hands.press(saying(".lede a", "Invites"));
    hands.arrive("/invites", "Invites");
    hands.press(saying("a.btn", "Invite operator"));
    hands.arrive("/invites/new", "Invite an operator");
    hands.write("#pe", SAM);
    hands.pick("role", "admin");
    hands.tick("input[name=pool][value=edge]");
    hands.choose("#il", "For 24 hours");
    hands.press(saying("button", "Create link"));
    let title = format!("Invite link for {SAM}");
    hands.arrive_at("/invites/new", &title, "rc");
    let link = hands.receipt();
    let path = link[link.find("/invites/").unwrap()..].to_owned();
    let token = path.trim_start_matches("/invites/").to_owned();
    stage.secrets.keep_address("invite", &path, &token);
    stage.hands.store("/invites/id/", SAM);
    path
}

fn accept(sam: &Hands, link: &str) {
    sam.open(link);
    sam.arrive(link, HEADING);
    assert!(sam.browser.text("main").contains("admin of Edge EU"));
    sam.write("#name", "Sam Adeyemi");
    sam.write("#pw", "short");
    sam.press("button[type=submit]");
    sam.refused(link, HEADING, "12");
    assert_eq!(sam.value("#name"), "Sam Adeyemi");
    sam.write("#pw", OWN);
    sam.reveals("#pw");
    sam.enter("#pw");
    sam.arrive("/audit-logs", "Audit logs");
    assert!(sam.browser.text(".me").contains("Sam Adeyemi"));
    sam.open(link);
    sam.expect_refusal();
    sam.arrive(link, "This invite cannot be used");
}
