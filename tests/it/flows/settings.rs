//! Two windows with the same section of the settings: whoever saves second loses nothing.
use super::hands::{Way, saying};
use super::stage::Stage;

const SECTION: &str = "/settings/instance";
const HEADING: &str = "Instance settings";
const SAVED: &str = "/settings?saved=instance";

pub fn flow(way: Way) {
    let stage = Stage::of_owner(way);
    let hands = &stage.hands;
    hands.press(saying(".nav-l a", "Settings"));
    hands.arrive("/settings", "Settings");
    hands.press(saying("a.btn", "Edit Instance"));
    hands.arrive(SECTION, HEADING);
    let first = hands.window();
    let second = hands.new_window();
    hands.open(SECTION);
    hands.arrive(SECTION, HEADING);
    hands.choose("#time_zone", "Europe/Berlin");
    hands.write("#instance_name", "southwind");
    hands.go_to(&first);
    hands.write("#instance_name", "northwind");
    hands.press(saying("button", "Save"));
    hands.arrive(SAVED, "Settings");
    assert!(
        hands
            .browser
            .text("main [role=status]")
            .contains("is saved")
    );
    hands.go_to(&second);
    hands.press(saying("button", "Save"));
    hands.refused(SECTION, HEADING, "Somebody else saved this section first");
    let kept = ["#instance_name", "#time_zone"].map(|it| hands.value(it));
    assert_eq!(
        kept,
        ["southwind", "Europe/Berlin"],
        "what was typed is gone"
    );
    let told = hands.browser.text("form.stack");
    for stored in ["Stored now: northwind", "Stored now: UTC"] {
        assert!(told.contains(stored), "{stored}: {told}");
    }
    hands.write("#instance_name", "south and north");
    hands.press(saying("button", "Save"));
    hands.arrive(SAVED, "Settings");
    let shown = hands.browser.text("#instance");
    for saved in ["south and north", "Europe/Berlin"] {
        assert!(shown.contains(saved), "{saved}: {shown}");
    }
    stage.end();
}
