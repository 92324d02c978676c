//! Everything that the log offers, in a browser without scripts: each filter, each way to turn the
//! page, the details, counts, chips, exports, saved views. What it shows is what programs are told.
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::{row, rows};
use crate::chromium::{Chromium, ENTER, Script};
use crate::csv;
use crate::exports::{events, ndjson, walk};
use crate::html;
use crate::site::{Site, event_with, furnish_log, week};

#[test]
fn each_field_of_the_form_filters_as_the_api_does() {
    let (site, browser) = log();
    let (site, browser) = (&site, &browser);
    let case = |filled: &[(&str, &str)], query: &str| {
        browser.open("/audit-logs");
        browser.click("details.adv summary");
        for (name, value) in filled {
            fill(browser, name, value);
        }
        browser.click(".filters button[type=submit]");
        let expected = format!("/audit-logs?{query}");
        browser.until("the filtered log", |it| it.at() == expected);
        let chips = browser.run("return document.querySelectorAll('.chip').length");
        assert_eq!(chips, json!(filled.len()), "{query}");
        for (name, value) in filled {
            let kept = format!("return document.getElementById('f-{name}').value");
            assert_eq!(browser.run(&kept), json!(value), "{query} loses {name}");
        }
        let shown = all_pages(browser);
        assert!(!shown.is_empty(), "{query} shows nothing");
        assert_eq!(shown, told(&walk(site, query)), "{query}");
    };
    case(&[("pool", "edge")], "pool=edge");
    case(&[("outcome", "failure")], "outcome=failure");
    case(&[("outcome", "success")], "outcome=success");
    case(&[("action", "member.add")], "action=member.add");
    case(&[("action", "service.*")], "action=service.*");
    case(&[("actor_type", "system")], "actor_type=system");
    case(&[("actor_type", "user")], "actor_type=user");
    case(&[("actor", "zoe@example.com")], "actor=zoe%40example.com");
    case(&[("target", "straße")], "target=stra%C3%9Fe");
    case(&[("from", "2026-05-03")], "from=2026-05-03");
    case(&[("to", "2026-05-02")], "to=2026-05-02");
    case(
        &[
            ("from", "2026-03-01"),
            ("to", "2026-03-07"),
            ("request", "r-17"),
        ],
        "request=r-17&from=2026-03-01&to=2026-03-07",
    );
    let all = [
        ("pool", "edge"),
        ("outcome", "failure"),
        ("action", "service.scale"),
        ("actor_type", "user"),
        ("actor", "ana"),
        ("target", "checkout"),
        ("from", "2026-05-02"),
        ("to", "2026-05-05"),
    ];
    let query: Vec<_> = all
        .iter()
        .map(|(it, value)| format!("{it}={value}"))
        .collect();
    case(&all, &query.join("&"));
}

#[test]
fn pages_turn_to_older_newer_and_the_first_one() {
    let (site, browser) = log();
    browser.open("/audit-logs?action=service.scale");
    let first = page(&browser);
    let expected = told(&walk(&site, "action=service.scale"));
    assert_eq!(first, expected[..50]);
    let turn = |rel: &str, to: &[i64]| {
        browser.click(&format!(".pager a[rel={rel}]"));
        browser.until(rel, |it| page(it) == to);
    };
    turn("next", &expected[50..100]);
    assert_eq!(
        browser.text(".pager [data-range], span[data-range]"),
        "51–100 of 123"
    );
    turn("next", &expected[100..]);
    assert!(!browser.has(".pager a[rel=next]"), "the last page leads on");
    turn("prev", &expected[50..100]);
    turn("prev", &expected[..50]);
    assert!(
        !browser.has(".pager a[rel=prev]"),
        "the first page leads back"
    );
    assert_eq!(
        browser.at(),
        "/audit-logs?action=service.scale",
        "its plain address"
    );
}

#[test]
fn the_details_go_from_event_to_event_over_the_edge_of_a_page_and_back() {
    let (site, browser) = log();
    let expected = told(&walk(&site, "action=service.scale"));
    browser.open("/audit-logs?action=service.scale");
    let go = |selector: &str, seq: i64| {
        browser.click(selector);
        let told = format!("event={seq}");
        browser.until(&told, |it| it.at().contains(&told) && it.has(".ev.cur"));
        assert!(browser.has(&format!(".ev.cur #t-{seq}[aria-current=true]")));
        assert!(browser.has("#event:focus"), "the title has the focus");
    };
    go(&format!("#t-{}", expected[48]), expected[48]);
    go("[data-step=next]", expected[49]);
    go("[data-step=next]", expected[50]);
    assert!(browser.at().contains("before="), "{}", browser.at());
    go("[data-step=prev]", expected[49]);
    go("[data-step=prev]", expected[48]);
    assert!(!browser.at().contains("before="), "{}", browser.at());
    browser.click("[data-close]");
    browser.until("no details", |it| !it.has("aside#drawer"));
    assert!(browser.has(&format!("#t-{}:focus", expected[48])));
    assert_eq!(page(&browser), expected[..50]);
}

#[test]
fn the_table_of_counts_leads_to_what_it_counts() {
    let (site, browser) = log();
    browser.open("/audit-logs?action=service.scale");
    browser.click("details.hist-d summary");
    browser.until("the table", |it| visible(it, "table.mini a") > 0);
    let admin = site.admin();
    let page = browser.source();
    let table = html::elements(&page, "table").into_iter();
    let mut table = table.filter(|it| it.attribute("class") == "mini");
    let spans = html::elements(&table.next().unwrap().inner, "tr");
    let mut total = 0;
    for span in &spans[1..] {
        let link = html::elements(&span.inner, "a").remove(0);
        let query = html::unescape(link.attribute("href"));
        let query = query.strip_prefix("/audit-logs?").unwrap().to_owned();
        let counts: Vec<usize> = html::elements(&span.inner, "td")
            .iter()
            .map(|it| it.text().parse().unwrap())
            .collect();
        let found = walk(&site, &query);
        assert_eq!(found.len(), counts[0], "{query}");
        let failed = found.iter().filter(|it| it["outcome"] == "failure").count();
        assert_eq!(failed, counts[1], "{query}");
        assert_eq!(events(&ndjson(&admin, &query)), found, "{query}");
        total += counts[0];
    }
    assert_eq!(total, 123);
    browser.click("table.mini a");
    browser.until("the newest span", |it| it.at().contains("window="));
    let query = browser.at();
    let query = query.strip_prefix("/audit-logs?").unwrap();
    assert_eq!(all_pages(&browser), told(&walk(&site, query)));
    // The presets are links too.
    browser.click(".ranges li:last-child a");
    browser.until("all of them", |it| {
        it.at() == "/audit-logs?action=service.scale"
    });
}

#[test]
fn chips_remove_one_filter_each_or_all() {
    let (site, browser) = log();
    browser.open("/audit-logs?outcome=failure&actor=ana&target=checkout");
    let remove = |query: &str| {
        browser.click(".chip");
        let expected = format!("/audit-logs?{query}");
        browser.until(&expected, |it| it.at() == expected);
        assert_eq!(all_pages(&browser), told(&walk(&site, query)), "{query}");
    };
    remove("actor=ana&target=checkout");
    remove("target=checkout");
    browser.open("/audit-logs?outcome=failure&actor=ana");
    browser.click("a.clear");
    browser.until("the whole log", |it| it.at() == "/audit-logs");
    assert_eq!(visible(&browser, ".chip"), 0);
}

#[test]
fn both_exports_are_links_to_what_is_filtered() {
    let (site, browser) = log();
    let folder = site.app.folder.file("downloads");
    let place = json!({ "behavior": "allow", "downloadPath": folder.to_str().unwrap() });
    browser.devtools("Page.setDownloadBehavior", &place);
    let query = "outcome=failure&action=service.scale";
    browser.open(&format!("/audit-logs?{query}"));
    let expected = walk(&site, query);
    let download = |format: &str| {
        if visible(&browser, "#export") == 0 {
            browser.click("[popovertarget=export]");
        }
        browser.click(&format!("#export a[href^='/audit-logs.{format}']"));
        browser.until(format, |_| downloaded(&folder, format).is_some());
        downloaded(&folder, format).unwrap()
    };
    let lines = download("ndjson");
    let mut lines: Vec<Value> = lines
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert!(
        lines.pop().unwrap()["checkpoint"].is_string(),
        "it is whole"
    );
    assert_eq!(lines, expected);
    let table = csv::rows(&download("csv"));
    let expected: Vec<_> = expected.iter().map(csv::row_of).collect();
    assert_eq!(table, expected);
}

#[test]
fn a_view_is_saved_and_opened_again() {
    let (site, browser) = log();
    let query = "outcome=failure&action=service.scale";
    browser.open(&format!("/audit-logs?{query}"));
    browser.click("[popovertarget=save-view]");
    browser.type_into("#view-name", "Scaling that failed");
    browser.press(ENTER);
    browser.until("the view", |it| it.has("nav .sub a"));
    browser.open("/audit-logs");
    browser.click("nav .sub a");
    let expected = format!("/audit-logs?{query}");
    browser.until("the saved filter", |it| it.at() == expected);
    assert!(browser.has("nav .sub a[aria-current=true]"));
    assert_eq!(all_pages(&browser), told(&walk(&site, query)));
}

/// An admin's log without scripts: they see what the read key of their Pool does.
fn log() -> (Site, Chromium) {
    let site = Site::new();
    week(&site);
    furnish_log(&site);
    let asked = json!({ "request_id": "r-17", "occurred_at": "2026-03-02T10:00:00Z" });
    site.record(&event_with("asked", asked));
    // That it is read is recorded once an hour: before anything is compared.
    site.read("limit=1");
    let browser = Chromium::start(&site.app.address, Script::Off);
    browser.become_like(&site.admin());
    (site, browser)
}

fn fill(browser: &Chromium, name: &str, value: &str) {
    let field = format!("#f-{name}");
    match name {
        "pool" | "outcome" | "actor_type" => browser.choose(&field, value),
        // What a date is typed as depends on where the browser is.
        "from" | "to" => {
            browser.run(&format!(
                "document.querySelector('{field}').value = '{value}'"
            ));
        }
        _ => browser.type_into(&field, value),
    }
}

fn page(browser: &Chromium) -> Vec<i64> {
    let rows = rows(&browser.source()).into_iter();
    rows.map(|(seq, _)| seq).collect()
}

/// From the page that is shown to the last one.
fn all_pages(browser: &Chromium) -> Vec<i64> {
    let mut all = page(browser);
    while browser.has(".pager a[rel=next]") {
        let last = *all.last().unwrap();
        browser.click(".pager a[rel=next]");
        browser.until("the next page", |it| row(&it.source(), last).is_none());
        all.extend(page(browser));
    }
    all
}

fn told(events: &[Value]) -> Vec<i64> {
    let seqs = events.iter().map(|it| it["seq"].as_i64());
    seqs.map(Option::unwrap).collect()
}

/// The text of the finished download of this kind.
fn downloaded(folder: &Path, format: &str) -> Option<String> {
    let files = fs::read_dir(folder).ok()?;
    let mut files = files.map(|it| it.unwrap().path());
    let file = files.find(|it| it.extension().is_some_and(|it| it == format))?;
    fs::read_to_string(file).ok()
}

/// So many of these a person sees.
fn visible(browser: &Chromium, selector: &str) -> u64 {
    let count = browser.run(&format!(
        "return [...document.querySelectorAll('{selector}')].filter((it) => \
         it.checkVisibility({{ visibilityProperty: true }})).length"
    ));
    count.as_u64().unwrap()
}
