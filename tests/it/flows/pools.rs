//! A Pool is archived, which takes it from its people, and deleted, which takes its slug as proof.
use super::hands::{Way, saying};
use super::stage::Stage;

const LIST: &str = "/pools";

pub fn flow(way: Way) {
    let mut stage = Stage::of_owner(way);
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
    hands.write("#cs", "edge");
    hands.enter("#cs");
    hands.arrive(LIST, "Pools");
    assert!(!hands.browser.text("main").contains("Edge EU"));
    assert_eq!(stage.deliver(&key, "after"), 401);
    hands.open(&record);
    hands.expect_refusal();
    hands.arrive(&record, "Page not found");
    stage.end();
}
