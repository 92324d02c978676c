//! A key made and shown once; a key that gets another secret while the one before still works.
use super::hands::{Way, saying};
use super::stage::Stage;

const LIST: &str = "/api-keys";
const HEADING: &str = "API keys";

pub fn creation(way: Way) {
    let mut stage = Stage::of_owner(way);
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", HEADING));
    hands.arrive(LIST, HEADING);
    // Lower than the list with the form below it.
    hands.browser.size(1440, 480);
    hands.press(saying(".acts a", "Create key"));
    hands.write("#kn", "core writer");
    hands.choose("#kp", "Core");
    hands.pick("permission", "read");
    hands.choose("#ke", "In 30 days");
    hands.press(saying("button", "Create key"));
    hands.refused(LIST, HEADING, "already in use");
    assert_eq!(
        [hands.chosen("#kp"), hands.chosen("#ke")],
        ["Core", "In 30 days"]
    );
    hands.write("#kn", "checkout");
    hands.pick("permission", "write");
    hands.enter("#kn");
    hands.arrive_at(LIST, HEADING, "rc");
    let token = hands.receipt();
    stage.secrets.keep_token("key", &token);
    let facts = hands.browser.text(".receipt");
    for fact in ["Copy the key for checkout now", "Write events", "Core"] {
        assert!(facts.contains(fact), "{fact}: {facts}");
    }
    assert_eq!(stage.deliver(&token, "made"), 200);
    hands.store(LIST, HEADING);
    assert!(hands.browser.text("main").contains("checkout"));
    stage.end();
}

pub fn rotation(way: Way) {
    let mut stage = Stage::of_owner(way);
    let old = stage.owner().create_key("edge", "runner", "write");
    stage.secrets.keep_token("key", &old);
    let hands = &stage.hands;
    hands.open(LIST);
    hands.arrive(LIST, HEADING);
    hands.press(saying("[popovertarget]", "More for runner"));
    hands.press(saying(":popover-open a", "Rotate…"));
    let page = hands.arrive("/api-keys/", "Rotate runner");
    hands.choose("#gr", "For 4 hours");
    hands.press(saying("button", "Rotate"));
    hands.arrive_at(&page, HEADING, "rc");
    let new = hands.receipt();
    stage.secrets.keep_token("key after rotation", &new);
    let facts = hands.browser.text(".receipt");
    assert!(facts.contains("which works until"), "{facts}");
    assert_ne!(new, old);
    assert_eq!(stage.deliver(&old, "with the old"), 200);
    assert_eq!(stage.deliver(&new, "with the new"), 200);
    hands.store(LIST, HEADING);
    hands.press(saying("a.ql", "runner"));
    let record = page.trim_end_matches("/rotate");
    hands.arrive(record, "runner");
    let told = hands.browser.text("main");
    assert!(told.contains("works until"), "{told}");
    stage.end();
}
