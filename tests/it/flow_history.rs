//! Back and Forward: whatever was done between two states, each is again what its address says.
use crate::browser::{Browser, drawer, range, row, rows};
use crate::chromium::{Chromium, ENTER, ESCAPE, Script};
use crate::html;
use crate::site::{Site, week};

/// What a person sees of a state of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
struct State {
    address: String,
    rows: Vec<i64>,
    range: String,
    /// The event whose details are open, and its title.
    open: Option<(i64, String)>,
    /// As the form has it.
    outcome: String,
}

#[test]
fn each_state_equals_its_address_all_the_way_back_and_forward() {
    let site = Site::new();
    let seqs = week(&site);
    let browser = Chromium::start(&site.app.address, Script::On);
    let owner = site.owner();
    browser.become_like(&owner);
    browser.open("/audit-logs?via=key");
    let mut states = vec![state(&browser)];
    let mut step = |what: &str| {
        let before = states.last().unwrap().address.clone();
        browser.until(what, |it| it.at() != before && state(it).is_settled());
        states.push(state(&browser));
    };
    browser.press("j");
    browser.press(ENTER);
    step("the newest event");
    browser.press("j");
    step("the one before it");
    browser.press("j");
    step("the third");
    browser.press("k");
    step("the second again");
    browser.press(ESCAPE);
    step("no details");
    browser.choose("select[name=outcome]", "success");
    browser.click(".filters button[type=submit]");
    step("the filter");
    browser.click(".pager a[rel=next]");
    step("the second page");
    browser.press("j");
    browser.press(ENTER);
    step("an event of the second page");
    assert_eq!(states[5].address, states[0].address);
    let seen = states.iter().filter_map(|it| Some(it.open.as_ref()?.0));
    let second = seqs[118];
    assert_eq!(
        seen.take(4).collect::<Vec<_>>(),
        [seqs[119], second, seqs[117], second]
    );

    let back: Vec<_> = states.windows(2).rev().map(|it| (&it[1], &it[0])).collect();
    for (from, to) in back {
        browser.back();
        same(&owner, &browser, from, to);
    }
    for pair in states.windows(2) {
        browser.forward();
        same(&owner, &browser, &pair[0], &pair[1]);
    }
    browser.assert_quiet();
}

impl State {
    /// The details that the address names are there, and no others.
    fn is_settled(&self) -> bool {
        let named = self.address.split("event=").nth(1);
        let open = self.open.as_ref().map(|it| it.0.to_string());
        named.map(|it| it.split(['&', '#']).next().unwrap()) == open.as_deref()
    }
}

#[track_caller]
fn same(owner: &Browser, browser: &Chromium, from: &State, to: &State) {
    browser.until(&format!("{to:#?}"), |it| {
        it.at() == to.address && state(it) == *to
    });
    // On the title of what opens, else on the row of what closes.
    let focus = match (&to.open, &from.open) {
        (Some(_), _) => "event".to_owned(),
        (None, Some((seq, _))) => format!("t-{seq}"),
        (None, None) => String::new(),
    };
    browser.until(&format!("focus on {focus:?}"), |it| it.focus() == focus);
    // And it is what somebody gets who is given this address.
    let page = owner.page(&to.address);
    let given: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(given, to.rows);
    assert_eq!(range(&page), to.range);
    let title = drawer(&page).and_then(|it| html::by_id(&it.inner, "event"));
    let title = title.map(|it| it.text());
    assert_eq!(title.as_ref(), to.open.as_ref().map(|it| &it.1));
}

fn state(browser: &Chromium) -> State {
    let address = browser.at();
    let page = browser.source();
    let current = rows(&page).into_iter().map(|(seq, _)| seq);
    let mut current =
        current.filter(|it| row(&page, *it).unwrap().attribute("class").contains("cur"));
    let title = html::by_id(&page, "event").map(|it| it.text());
    let open = drawer(&page).and_then(|_| Some((current.next()?, title?)));
    assert!(current.next().is_none(), "two rows are current");
    let chosen = browser.run("return document.querySelector('select[name=outcome]')?.value");
    State {
        address,
        rows: rows(&page).into_iter().map(|(seq, _)| seq).collect(),
        range: range(&page),
        open,
        outcome: chosen.as_str().unwrap_or("no form yet").to_owned(),
    }
}
