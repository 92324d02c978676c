//! Every number of the log page against a recount over the stored events: total, options,
//! histogram, suggestions. The recount is too simple to be wrong.
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::html;
use crate::recount::{Asked, Dice, Stored, ZONES, furnish, start_of, stored};
use crate::site::{Site, event_with};

const FILTERS_A_ZONE: usize = 40;

#[test]
fn every_number_of_the_page_equals_a_recount() {
    let site = Site::new();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    furnish(&site, &mut dice);
    let (owner, admin) = (site.owner(), site.admin());
    let (mut empty, mut charted) = (0, 0);
    for zone in ZONES {
        for browser in [&owner, &admin] {
            browser.submit("/account", &[("zone", zone)]).expect(200);
        }
        let stored = stored(&site);
        for at in 0..FILTERS_A_ZONE {
            let is_owner = at % 3 > 0;
            let asked = Asked::draw(&mut dice, &stored, zone, is_owner);
            let browser = if is_owner { &owner } else { &admin };
            let page = browser.page(&format!("/audit-logs?{}", asked.query()));
            match check(&page, &asked, &stored) {
                Some(bar) => {
                    charted += 1;
                    let inside = browser.page(&bar.href.replace("&amp;", "&"));
                    assert_eq!(total(&inside), bar.events, "{} {}", asked.query(), bar.href);
                }
                None => empty += 1,
            }
        }
    }
    assert!(
        empty >= 20 && charted >= 60,
        "{empty} empty, {charted} charted"
    );
}

#[test]
fn a_day_of_25_hours_has_25_bars_or_one() {
    let site = Site::new();
    let owner = site.owner();
    owner
        .submit("/account", &[("zone", "Europe/Berlin")])
        .expect(200);
    let hourly: Vec<_> = (0..240)
        .map(|hour| {
            let at = Timestamp::from_second(1_792_713_600 + hour * 3600).unwrap();
            let time = at.to_string();
            event_with(&time, json!({ "occurred_at": time }))
        })
        .collect();
    site.deliver(&json!(hourly)).expect(200);
    let bars = |query: &str| {
        let page = owner.page(&format!("/audit-logs?via=key&{query}"));
        panel(&page).map(bars).unwrap()
    };
    // Clocks go back: the day has 25 hours, and each is a bar.
    let hours = bars("from=2026-10-25&to=2026-10-25");
    assert_eq!(
        hours.iter().map(|it| it.events).collect::<Vec<_>>(),
        [1; 25]
    );
    let days = bars("from=2026-10-20&to=2026-11-11");
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let day = |day: &str| {
        let start = start_of(day.parse().unwrap(), &zone);
        days.iter().find(|it| it.from == start).unwrap().events
    };
    assert_eq!(
        ["2026-10-24", "2026-10-25", "2026-10-26"].map(day),
        [24, 25, 24]
    );
}

/// The page agrees with the recount; the last bar, if there are bars.
fn check(page: &str, asked: &Asked, stored: &[Stored]) -> Option<Bar> {
    let said = asked.query();
    let matching: Vec<&Stored> = asked.matching(stored, None);
    check_options(page, asked, stored);
    let Some(panel) = panel(page) else {
        assert!(matching.is_empty(), "{said}: {} events", matching.len());
        check_suggestions(page, asked, stored);
        return None;
    };
    assert_eq!(total(page), matching.len() as u64, "{said}");
    let failed = matching.iter().filter(|it| it.failed).count();
    let legend = format!("{} succeeded {failed} failed", matching.len() - failed);
    let shown = html::text(panel).replace(',', "");
    assert!(shown.contains(&legend), "{said}: {legend}: {shown}");
    let bars = bars(panel);
    for bar in &bars {
        let inside = matching
            .iter()
            .filter(|it| (bar.from..bar.until).contains(&it.ms));
        let failed = inside.clone().filter(|it| it.failed).count() as u64;
        assert_eq!(
            (bar.events, bar.failed),
            (inside.count() as u64, failed),
            "{said}"
        );
    }
    let counted: u64 = bars.iter().map(|it| it.events).sum();
    assert_eq!(counted, matching.len() as u64, "{said}");
    let drawn = panel.matches("class=\"b0\"").count() + panel.matches("class=\"bh\"").count();
    assert!(drawn <= 62 && drawn >= bars.len(), "{said}: {drawn} bars");
    // Newest first, and none over another.
    assert!(
        bars.windows(2).all(|it| it[1].until <= it[0].from),
        "{said}"
    );
    // The ends of a range are moments, not days.
    if panel.contains("Counts per day") && asked.value("range").is_none() {
        check_days(&bars, asked);
    }
    bars.into_iter().next_back()
}

/// A day begins and ends where the zone says, unless the filter cuts it.
fn check_days(bars: &[Bar], asked: &Asked) {
    let zone = TimeZone::get(asked.zone).unwrap();
    let (from, until) = asked.span();
    for bar in bars {
        let day = Timestamp::from_millisecond(bar.from).unwrap();
        let day = zone.to_datetime(day).date();
        let start = start_of(day, &zone).max(from);
        let end = start_of(day.tomorrow().unwrap(), &zone).min(until);
        assert_eq!(
            (bar.from, bar.until),
            (start, end),
            "{} {day}",
            asked.query()
        );
    }
}

fn check_options(page: &str, asked: &Asked, stored: &[Stored]) {
    let form = between(page, "<form class=\"filters\"", "</form>").unwrap();
    let options = html::elements(form, "option");
    let counted = options.iter().filter_map(|it| {
        let text = it.text();
        let count = text.strip_suffix(')')?.rsplit_once('(')?.1.replace(',', "");
        let count: u64 = count.parse().ok()?;
        Some((it.attribute("value").to_owned(), count))
    });
    let mut seen = 0;
    for (value, count) in counted {
        let name = match value.as_str() {
            "success" | "failure" => "outcome",
            "edge" | "core" => "pool",
            _ => "action",
        };
        let expected = asked.matching(stored, Some((name, &value))).len() as u64;
        let said = asked.query();
        assert_eq!(count, expected, "{said}: {name}={value}");
        assert_ne!(
            asked.value(name),
            Some(value.as_str()),
            "{said}: the chosen one is counted"
        );
        seen += 1;
    }
    assert!(seen >= 8, "{seen} options are counted");
}

fn check_suggestions(page: &str, asked: &Asked, stored: &[Stored]) {
    const LABELS: [(&str, &str); 11] = [
        ("Pool", "pool"),
        ("Outcome", "outcome"),
        ("Event", "action"),
        ("Actor type", "actor_type"),
        ("Actor", "actor"),
        ("Target", "target"),
        ("From", "from"),
        ("To", "to"),
        ("Range", "range"),
        ("Window", "window"),
        ("Via", "via"),
    ];
    let list = between(page, "<ul class=\"sug\"", "</ul>").unwrap_or_default();
    let mut helpful: Vec<(u64, &str)> = html::elements(list, "a")
        .iter()
        .map(|it| {
            let text = it.text();
            let label = text.strip_prefix("Without ").unwrap();
            let (label, _) = label.split_once(':').unwrap();
            let name = LABELS.iter().find(|(it, _)| *it == label.trim()).unwrap().1;
            let count = text.split_whitespace().rev().nth(1).unwrap();
            (count.replace(',', "").parse().unwrap(), name)
        })
        .collect();
    let said = asked.query();
    assert!(helpful.is_sorted_by(|a, b| a.0 >= b.0), "{said}");
    let mut expected: Vec<(u64, &str)> = asked
        .params
        .iter()
        .map(|(name, _)| {
            (
                asked.without(name).matching(stored, None).len() as u64,
                *name,
            )
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    helpful.sort_unstable();
    expected.sort_unstable();
    assert_eq!(helpful, expected, "{said}");
}

struct Bar {
    href: String,
    from: i64,
    until: i64,
    events: u64,
    failed: u64,
}

/// From the table behind the drawing: every bar that is not empty, newest first.
fn bars(panel: &str) -> Vec<Bar> {
    let table = between(panel, "<tbody>", "</tbody>").unwrap();
    let rows = html::elements(table, "tr").into_iter();
    rows.map(|row| {
        let href = html::elements(&row.inner, "a")[0]
            .attribute("href")
            .to_owned();
        let window = href.split("window=").nth(1).unwrap();
        let (from, until) = window.split('&').next().unwrap().split_once('-').unwrap();
        let cells = html::elements(&row.inner, "td");
        let number = |at: usize| cells[at].text().replace(',', "").parse().unwrap();
        Bar {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            events: number(0),
            failed: number(1),
            href,
        }
    })
    .collect()
}

fn panel(page: &str) -> Option<&str> {
    between(page, "<section class=\"panel hist\"", "</section>")
}

fn total(page: &str) -> u64 {
    let panel = panel(page).unwrap_or_default();
    let number = between(panel, "<span class=\"big-n\">", "<").unwrap_or("0");
    let number = number.rsplit('>').next().unwrap();
    number.replace(',', "").parse().unwrap()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let at = text.find(start)?;
    let length = text[at + start.len()..].find(end)?;
    Some(&text[at..at + start.len() + length])
}
