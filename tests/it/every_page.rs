//! Every page of the route table in a real browser, wide and narrow, light and dark: no barrier
//! that axe knows, nothing to scroll sideways, and a quiet console.
use serde_json::json;

use crate::axe::{self, Rules};
use crate::chromium::{Chromium, Script};
use crate::walk::{furnished, walk};

const WIDE: (u32, u32) = (1440, 900);
const PHONE: (u32, u32) = (390, 844);
const NARROW: (u32, u32) = (320, 640);

#[test]
fn every_page_is_open_to_everybody_who_may_see_it() {
    let Some(script) = axe::script("every_page") else {
        return;
    };
    let site = furnished();
    for (person, is_owner) in [(site.owner(), true), (site.admin(), false)] {
        let mut look = Look::new(&site.app.address, &script);
        look.browser.become_like(&person);
        for (pattern, paths) in walk(&person, is_owner).pages {
            for path in paths {
                look.browser.open(&path);
                let who = if is_owner { "owner" } else { "admin" };
                look.at(&format!("{pattern} as {who}"));
            }
        }
        look.end();
    }
}

/// Else the test above would pass with a tool that sees nothing.
#[test]
fn what_keeps_people_out_is_found() {
    let Some(script) = axe::script("what_keeps_people_out_is_found") else {
        return;
    };
    let site = furnished();
    let mut look = Look::new(&site.app.address, &script);
    look.browser.open("/sign-in");
    look.browser.run(
        "document.documentElement.removeAttribute('lang'); \
         document.querySelector('h1').style.color = 'light-dark(#111, #333)'; \
         document.querySelector('main').style.width = '350px'; \
         console.error('a complaint');",
    );
    look.at("sign-in");
    let wrong = look.wrong.concat();
    for expected in [
        "1440 px, dark false: html-has-lang",
        "1440 px, dark true: color-contrast",
        "390 px, dark true: color-contrast",
        "320 px: ",
        "a complaint",
    ] {
        assert!(
            wrong.contains(expected),
            "{expected} is not in {:#?}",
            look.wrong
        );
    }
    assert!(
        !wrong.contains("dark false: color-contrast"),
        "{:#?}",
        look.wrong
    );
    assert!(!wrong.contains("390 px: "), "{:#?}", look.wrong);
}

/// Looks at page after page, and says at the end what was wrong.
pub struct Look {
    pub browser: Chromium,
    wrong: Vec<String>,
}

impl Look {
    pub fn new(host: &str, script: &str) -> Self {
        let browser = Chromium::start(host, Script::On);
        browser.carry(script);
        Self {
            browser,
            wrong: Vec::new(),
        }
    }

    /// At the page that the browser shows, all its parts unfolded.
    #[track_caller]
    pub fn at(&mut self, what: &str) {
        let complaints = self.browser.complaints();
        self.at_with(what, complaints);
    }

    /// At a page that came as a refusal, which the console then tells.
    #[track_caller]
    pub fn at_refusal(&mut self, what: &str) {
        let mut complaints = self.browser.complaints();
        let told = |it: &String| it.contains("the server responded with a status of 4");
        let told = complaints.iter().position(told);
        complaints.remove(told.unwrap_or_else(|| panic!("{what} is no refusal: {complaints:?}")));
        self.at_with(what, complaints);
    }

    fn at_with(&mut self, what: &str, mut found: Vec<String>) {
        let browser = &self.browser;
        browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; });");
        for (width, height) in [WIDE, PHONE] {
            browser.size(width, height);
            for (rules, dark) in [(Rules::All, false), (Rules::Colors, true)] {
                browser.dark(dark);
                let said = browser.objections(rules).into_iter();
                found.extend(said.map(|it| format!("{width} px, dark {dark}: {it}")));
            }
        }
        for (width, height) in [PHONE, NARROW] {
            browser.size(width, height);
            // Not the window's width: a scroll bar takes its part of that.
            let beyond = browser.run(
                "const it = document.documentElement; \
                 return Math.max(0, it.scrollWidth - it.clientWidth);",
            );
            if beyond != json!(0) {
                found.push(format!("{width} px: {beyond} px beyond the edge"));
            }
        }
        browser.size(WIDE.0, WIDE.1);
        browser.dark(false);
        let told = found.into_iter().map(|it| format!("{what}: {it}"));
        self.wrong.extend(told);
    }

    #[track_caller]
    pub fn end(self) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}
