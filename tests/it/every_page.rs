//! Every page of the route table in a real browser, at four widths, light and dark: no barrier that
//! axe knows, nothing to scroll sideways, also with text of twice the size, and a quiet console.
use crate::axe::{self, Rules};
use crate::chromium::{Chromium, Script};
use crate::walk::{furnished, walk};

/// A desk, half a desk with the details open, a phone, and a page enlarged until it is a phone.
const SIZES: [(u32, u32); 4] = [(1440, 900), (900, 1000), (390, 844), (320, 640)];
/// What browsers have by default, and twice that.
const TEXT: u32 = 16;
const LARGE_TEXT: u32 = 32;

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
         document.querySelector('h1').style.width = '13rem'; \
         console.error('a complaint');",
    );
    look.at("sign-in");
    let wrong = look.wrong.concat();
    for expected in [
        "1440 px, dark false: html-has-lang",
        "320 px, dark false: html-has-lang",
        "1440 px, dark true: color-contrast",
        "900 px, dark true: color-contrast",
        "390 px, dark true: color-contrast",
        "320 px, text 16: ",
        "390 px, text 32: ",
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
    assert!(!wrong.contains("390 px, text 16: "), "{:#?}", look.wrong);
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
        for (width, height) in SIZES {
            browser.size(width, height);
            for (rules, dark) in [(Rules::All, false), (Rules::Colors, true)] {
                browser.dark(dark);
                let said = browser.objections(rules).into_iter();
                found.extend(said.map(|it| format!("{width} px, dark {dark}: {it}")));
            }
            for text in [LARGE_TEXT, TEXT] {
                browser.text_size(text);
                let beyond = beyond(browser);
                if beyond > 0 {
                    found.push(format!(
                        "{width} px, text {text}: {beyond} px beyond the edge"
                    ));
                }
            }
        }
        browser.size(SIZES[0].0, SIZES[0].1);
        browser.dark(false);
        let told = found.into_iter().map(|it| format!("{what}: {it}"));
        self.wrong.extend(told);
    }

    #[track_caller]
    pub fn end(self) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

/// Not the window's width: a scroll bar takes its part of that.
fn beyond(browser: &Chromium) -> u64 {
    let beyond = browser.run(
        "const it = document.documentElement; \
         return Math.max(0, it.scrollWidth - it.clientWidth);",
    );
    beyond.as_u64().unwrap()
}
