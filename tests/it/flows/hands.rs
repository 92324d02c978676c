//! A person at a page of a real browser: with the keyboard alone, or with a mouse and without
//! scripts. A flow is written once and goes both ways.
use std::cell::{Cell, RefCell};

use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::chromium::{CONTROL, Chromium, DOWN, ELEMENT, ENTER, SHIFT, Script, TAB, UP};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// Real key events and nothing else; scripts of the page run.
    Keys,
    /// Clicks; no script of the page runs.
    NoScript,
}

/// No control may be further away than this.
const TABS_MAX: u32 = 20;
/// Longer lists are searched by typing what the option says.
const ARROWS_MAX: i64 = 12;

pub struct Hands {
    pub browser: Chromium,
    pub way: Way,
    /// The page was opened a moment ago: the first stop is the way past the navigation.
    pub is_fresh: Cell<bool>,
    pub refusals: Cell<usize>,
    /// What tells the document that was arrived at from every other.
    pub document: RefCell<Value>,
    /// Presses of Tab for each control that was reached.
    pub tabs: RefCell<Vec<u32>>,
}

/// What is used: by selector, and where that is not enough by what it says.
pub struct Control<'a> {
    selector: &'a str,
    says: &'a str,
}

impl<'a> From<&'a str> for Control<'a> {
    fn from(selector: &'a str) -> Self {
        Self { selector, says: "" }
    }
}

pub fn saying<'a>(selector: &'a str, says: &'a str) -> Control<'a> {
    Control { selector, says }
}

impl Hands {
    pub fn start(app: &Appliance, way: Way) -> Self {
        let script = match way {
            Way::Keys => Script::On,
            Way::NoScript => Script::Off,
        };
        Self {
            browser: Chromium::start(&app.address, script),
            way,
            is_fresh: Cell::new(true),
            refusals: Cell::new(0),
            document: RefCell::default(),
            tabs: RefCell::default(),
        }
    }

    /// Types an address.
    pub fn open(&self, path: &str) {
        self.browser.open(path);
        self.is_fresh.set(true);
    }

    /// Presses a button, follows a link, opens a menu.
    #[track_caller]
    pub fn press<'a>(&self, control: impl Into<Control<'a>>) {
        let control = control.into();
        match self.way {
            Way::Keys => {
                let is_button = self.reach(&control)["isButton"] == true;
                self.browser.press(if is_button { " " } else { ENTER });
            }
            Way::NoScript => self.click(&control),
        }
    }

    /// Writes into a field in place of what is there.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        match self.way {
            Way::Keys => {
                self.reach(&selector.into());
                self.browser.press_with(CONTROL, "a");
                self.browser.press(text);
            }
            Way::NoScript => self.browser.type_into(selector, text),
        }
        assert_eq!(self.value(selector), text, "{selector}");
    }

    /// Sends the form from its field, as most people do.
    #[track_caller]
    pub fn enter(&self, selector: &str) {
        if self.way == Way::Keys {
            self.reach(&selector.into());
        }
        self.browser.press(ENTER);
    }

    /// Chooses an option of a select by what it says.
    #[track_caller]
    pub fn choose(&self, selector: &str, says: &str) {
        match self.way {
            Way::Keys => {
                self.reach(&selector.into());
                let steps = self.browser.run(&format!(
                    "const it = document.activeElement; \
                     return [...it.options].findIndex((one) => one.text === {says:?}) - \
                     it.selectedIndex;"
                ));
                let steps = steps.as_i64().unwrap();
                if steps.abs() <= ARROWS_MAX {
                    let arrow = if steps < 0 { UP } else { DOWN };
                    let steps = usize::try_from(steps.abs()).unwrap();
                    self.browser.press(&arrow.repeat(steps));
                } else {
                    self.browser.press(says);
                }
            }
            Way::NoScript => self.click(&saying(&format!("{selector} option"), says)),
        }
        assert_eq!(self.chosen(selector), says, "{selector}");
    }

    /// Chooses one of several, by name and value.
    #[track_caller]
    pub fn pick(&self, name: &str, value: &str) {
        let wanted = format!("input[name='{name}'][value='{value}']");
        match self.way {
            Way::Keys => {
                self.reach(&format!("input[name='{name}']").as_str().into());
                let is_chosen = |it: &Chromium| it.has(&format!("{wanted}:checked"));
                for _ in 0..ARROWS_MAX {
                    if is_chosen(&self.browser) {
                        break;
                    }
                    self.browser.press(DOWN);
                }
            }
            Way::NoScript => self.browser.click(&wanted),
        }
        assert!(self.browser.has(&format!("{wanted}:checked")), "{wanted}");
    }

    /// Ticks a box.
    #[track_caller]
    pub fn tick(&self, selector: &str) {
        match self.way {
            Way::Keys => {
                self.reach(&selector.into());
                self.browser.press(" ");
            }
            Way::NoScript => self.browser.click(selector),
        }
        assert!(
            self.browser.has(&format!("{selector}:checked")),
            "{selector}"
        );
    }

    /// Presses Tab until the control has the focus; every stop on the way has to show itself.
    #[track_caller]
    fn reach(&self, control: &Control) -> Value {
        let what = format!("{} {}", control.selector, control.says);
        let mut taken = 0;
        loop {
            let seen = self.look(control);
            if let Some(wrong) = seen["wrong"].as_str() {
                panic!("on the way to {what}: {wrong} at {}", self.browser.at());
            }
            if seen["isHere"] == true {
                self.tabs.borrow_mut().push(taken);
                self.is_fresh.set(false);
                return seen;
            }
            assert!(
                taken < TABS_MAX,
                "{taken} presses of Tab do not reach {what}"
            );
            taken += 1;
            if seen["isBehind"] == true {
                self.browser.press_with(SHIFT, TAB);
            } else {
                self.browser.press(TAB);
            }
            if self.is_fresh.take() {
                assert!(self.browser.has(".skip:focus"), "{what}: no way past");
                if seen["hasWayPast"] == true {
                    self.browser.press(ENTER);
                    self.browser
                        .until("the content", |it| it.has("#main:focus"));
                }
            }
        }
    }

    #[track_caller]
    fn look(&self, control: &Control) -> Value {
        let (selector, says) = (json!(control.selector), json!(control.says));
        self.browser.run(&format!(
            "return ({})({selector}, {says})",
            include_str!("look.js")
        ))
    }

    #[track_caller]
    fn click(&self, control: &Control) {
        let find = |it: &Self| {
            it.look(control)["first"][ELEMENT]
                .as_str()
                .map(str::to_owned)
        };
        let what = format!("{} {}", control.selector, control.says);
        self.browser.until(&what, |_| find(self).is_some());
        let click = format!("/element/{}/click", find(self).unwrap());
        self.browser.ask("POST", &click, &json!({}));
    }
}
