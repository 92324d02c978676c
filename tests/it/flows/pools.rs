//! A Pool is archived, which takes it from its people, and deleted, which takes its slug as proof.
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::hands::{Hands, Way, saying};
use super::stage::Stage;
use crate::browser::PASSWORD;

const LIST: &str = "/pools";
/// After five a confirmation is over.
const SIX_MINUTES_MS: i64 = 6 * 60 * 1000;

pub fn flow(way: Way) {
    let (mut stage, clock) = Stage::of_owner_in_time(way);
    let key = stage.owner().create_key("edge", "runner", "write");
    stage.secrets.keep_token("key", &key);
    assert_eq!(stage.deliver(&key, "before"), 200);
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", "Pools"));
    hands.arrive(LIST, "Pools");
    hands.press(saying("a.ql", "Edge EU"));
    let record = hands.arrive("/pools/", "Edge EU");
    hands.press(saying("a", "Archive…"));
    let archive = format!("{record}/archive");
    hands.arrive(&archive, "Archive Edge EU");
    hands.press(saying("a", "Cancel"));
    hands.arrive(&record, "Edge EU");
    hands.press(saying("a", "Archive…"));
    hands.arrive(&archive, "Archive Edge EU");
    hands.press(saying("form.ask button", "Archive"));
    hands.arrive(&record, "Edge EU");
    let told = hands.browser.text("main");
    assert!(
        told.contains("Archived") && told.contains("Nobody is assigned"),
        "{told}"
    );
    assert_eq!(stage.deliver(&key, "while archived"), 403);
    hands.press(saying("a", "Delete…"));
    let delete = format!("{record}/delete");
    hands.arrive(&delete, "Delete Edge EU");
    hands.write("#cs", "core");
    hands.press(saying("form.ask button", "Delete"));
    hands.refused(&delete, "Delete Edge EU", "did not match");
    if let Some(clock) = &clock {
        clock.run_ahead(SIX_MINUTES_MS);
    }
    hands.write("#cs", "edge");
    hands.enter("#cs");
    if clock.is_some() {
        confirm(hands, &delete);
    }
    hands.arrive(LIST, "Pools");
    assert!(!hands.browser.text("main").contains("Edge EU"));
    assert_eq!(stage.deliver(&key, "after"), 401);
    hands.open(&record);
    hands.expect_refusal();
    hands.arrive(&record, "Page not found");
    stage.end();
}

/// The form came too late: it says so, asks who is there, and then does what was asked.
fn confirm(hands: &Hands, next: &str) {
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
    hands.arrive(&format!("/confirm?next={next}&late=1"), "Confirm it is you");
    let told = hands.browser.text("[role=status]");
    assert!(told.contains("Nothing was changed"), "{told}");
    hands.write("#pw", "wrong wrong wrong");
    hands.enter("#pw");
    hands.refused("/confirm", "Confirm it is you", "not right");
    hands.write("#pw", PASSWORD);
    hands.enter("#pw");
}
