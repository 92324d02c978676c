//! What a person sees: that a page is there and where the focus is, what was wrong, what a receipt
//! shows, and that nothing complained.
use std::cell::RefCell;

use serde_json::{Value, json};

use super::hands::{Hands, Way, saying};
use crate::chromium::Chromium;

/// Tells a document from every other.
const DOCUMENT: &str = "return performance.timeOrigin";

impl Hands {
    /// The page is there: its address, its heading, and the focus at its beginning. An address
    /// that ends with a slash is that of any page below it. Returns the address.
    #[track_caller]
    pub fn arrive(&self, path: &str, heading: &str) -> String {
        let at = self.stand(path, heading);
        self.is_fresh.set(true);
        assert_eq!(self.browser.focus(), "", "{at} begins somewhere else");
        at
    }

    /// The same with the focus on a part of it, from where the next Tab goes on.
    #[track_caller]
    pub fn arrive_at(&self, path: &str, heading: &str, id: &str) -> String {
        let at = self.stand(path, heading);
        self.is_fresh.set(false);
        let focused = format!("[id='{id}']:focus");
        self.browser.until("the focus", |it| it.has(&focused));
        at
    }

    /// The same page with what was wrong, and the focus there.
    #[track_caller]
    pub fn refused(&self, path: &str, heading: &str, says: &str) {
        self.expect_refusal();
        self.arrive_at(path, heading, "err");
        let told = self.browser.text("#err");
        assert!(told.contains(says), "{told}");
        let is_in_sight = "const at = document.activeElement.getBoundingClientRect(); \
            return at.top >= 0 && at.bottom <= innerHeight;";
        assert_eq!(
            self.browser.run(is_in_sight),
            true,
            "what was wrong is out of sight"
        );
    }

    /// Counts an answer that the console will tell of.
    pub fn expect_refusal(&self) {
        self.refusals.set(self.refusals.get() + 1);
    }

    /// The secret that a receipt shows, which can be copied; without scripts there is no button
    /// for that.
    #[track_caller]
    pub fn receipt(&self) -> String {
        let secret = self.browser.text("#secret");
        if self.way == Way::NoScript {
            assert!(!self.sees("[data-copy]"), "a dead button");
            return secret;
        }
        let grant = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.browser.devtools("Browser.grantPermissions", &grant);
        self.press(".receipt [data-copy]");
        self.browser.until("the secret is copied", |it| {
            const READ: &str = "navigator.clipboard.readText().then(arguments[0], arguments[0])";
            it.run_async(READ) == json!(secret)
        });
        secret
    }

    /// Leaves a receipt; it is over, also for whoever goes back or comes again.
    #[track_caller]
    pub fn store(&self, path: &str, heading: &str) {
        let secret = self.browser.text("#secret");
        let is_gone = |it: &Chromium| !it.source().contains(&secret);
        self.press(saying(".receipt a", "I’ve stored it"));
        let at = self.arrive(path, heading);
        assert!(is_gone(&self.browser), "{at} shows it again");
        self.browser.back();
        self.browser.until("another page", |it| {
            it.run(DOCUMENT) != *self.document.borrow()
        });
        assert!(is_gone(&self.browser), "the way back shows it again");
        self.open(&at);
        self.arrive(&at, heading);
    }

    /// A password can be looked at while it is typed, and covered again. Scripts do that: without
    /// them there is no button that does nothing.
    #[track_caller]
    pub fn reveals(&self, selector: &str) {
        let button = format!("[data-reveal='{}']", &selector[1..]);
        let is_text = format!("{selector}[type=text]");
        if self.way == Way::NoScript {
            assert!(!self.sees(&button), "a dead button");
            return;
        }
        self.press(button.as_str());
        assert!(self.browser.has(&is_text));
        self.press(button.as_str());
        assert!(!self.browser.has(&is_text));
    }

    /// Somebody who looks sees this.
    pub fn sees(&self, selector: &str) -> bool {
        let seen = self.browser.run(&format!(
            "return [...document.querySelectorAll({selector:?})].some((it) => \
             it.checkVisibility({{ visibilityProperty: true }}))"
        ));
        seen == true
    }

    /// What the chosen option of a select says.
    pub fn chosen(&self, selector: &str) -> String {
        self.read(&format!(
            "document.querySelector({selector:?}).selectedOptions[0].text"
        ))
    }

    pub fn value(&self, selector: &str) -> String {
        self.read(&format!("document.querySelector({selector:?}).value"))
    }

    fn read(&self, what: &str) -> String {
        let told = self.browser.run(&format!("return {what}"));
        told.as_str().unwrap().to_owned()
    }

    pub fn window(&self) -> String {
        let window = self.browser.ask("GET", "/window", &Value::Null);
        window.as_str().unwrap().to_owned()
    }

    pub fn new_window(&self) -> String {
        let kind = json!({ "type": "tab" });
        let new = self.browser.ask("POST", "/window/new", &kind);
        let new = new["handle"].as_str().unwrap().to_owned();
        self.go_to(&new);
        new
    }

    /// Goes to another window, and finds the focus there as it was left.
    pub fn go_to(&self, window: &str) {
        let handle = json!({ "handle": window });
        self.browser.ask("POST", "/window", &handle);
        self.browser.devtools("Page.bringToFront", &json!({}));
        self.document.replace(self.browser.run(DOCUMENT));
        self.is_fresh.set(false);
    }

    /// Nobody complained but for the refusals, and no way was long.
    #[track_caller]
    pub fn end(&self) {
        let complaints = self.browser.complaints();
        let (refusals, others): (Vec<_>, Vec<_>) = complaints
            .into_iter()
            .partition(|it| it.contains("the server responded with a status of 4"));
        assert!(others.is_empty(), "{others:#?}");
        assert_eq!(refusals.len(), self.refusals.get(), "{refusals:#?}");
        let tabs = self.tabs.borrow();
        if let Some(most) = tabs.iter().max() {
            let (all, count) = (tabs.iter().sum::<u32>(), tabs.len());
            println!("{all} presses of Tab to {count} controls, {most} to the furthest");
        }
    }

    /// Waits for another document than the one before, with this address and heading.
    #[track_caller]
    fn stand(&self, path: &str, heading: &str) -> String {
        const LOOK: &str = "return { document: performance.timeOrigin, \
            path: location.pathname + location.search, \
            heading: document.querySelector('h1')?.textContent ?? '', \
            hasScript: document.documentElement.classList.contains('js') };";
        let is_there = |at: &str| at == path || (path.ends_with('/') && at.starts_with(path));
        let what = format!("{path} with {heading}");
        let at = RefCell::new(String::new());
        self.browser.until(&what, |it| {
            let seen = it.run(LOOK);
            seen["path"]
                .as_str()
                .unwrap()
                .clone_into(&mut at.borrow_mut());
            let is_other = *self.document.borrow() != seen["document"];
            let has_script = seen["hasScript"] == true;
            assert!(
                !has_script || self.way == Way::Keys,
                "a script of the page ran"
            );
            let is_ready = has_script == (self.way == Way::Keys);
            let is_page = is_there(&at.borrow()) && seen["heading"] == heading;
            let is_so = is_other && is_ready && is_page;
            if is_so {
                self.document.replace(seen["document"].clone());
            }
            is_so
        });
        at.take()
    }
}
