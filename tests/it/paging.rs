//! Pages of the log: order, cursors, late events, days.
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::browser::{Browser, NEWER, OLDER, range, row, rows, turn};
use crate::site::{INSTANT, Site, deliver, event_with, instant};

#[test]
fn events_of_one_instant_walk_complete_and_back() {
    let site = Site::new();
    let seqs = instant(&site, 200);
    let owner = site.owner();
    let mut page = owner.page("/audit-logs?via=key");
    let mut pages = Vec::new();
    let mut seen = Vec::new();
    loop {
        assert!(rows(&page).len() <= 50);
        seen.extend(rows(&page).into_iter().map(|(seq, _)| seq));
        pages.push(rows(&page));
        match turn(&owner, &page, OLDER) {
            Some(next) => page = next,
            None => break,
        }
    }
    let expected: Vec<_> = seqs.iter().rev().copied().collect();
    assert_eq!(seen, expected);
    assert_eq!(range(&page), "151–200 of 200");
    for before in pages.iter().rev().skip(1) {
        page = turn(&owner, &page, NEWER).unwrap();
        assert_eq!(&rows(&page), before);
    }
    assert_eq!(range(&page), "1–50 of 200");
    assert!(turn(&owner, &page, NEWER).is_none());
}

#[test]
fn row_fifty_one_is_on_the_second_page() {
    let site = Site::new();
    let seqs = instant(&site, 120);
    let owner = site.owner();
    let first = owner.page("/audit-logs?via=key");
    let second = turn(&owner, &first, OLDER).unwrap();
    assert_eq!(rows(&second)[0].0, seqs[120 - 51]);
    assert_eq!(range(&second), "51–100 of 120");
    let third = turn(&owner, &second, OLDER).unwrap();
    let all = [first, second, third].map(|it| rows(&it)).concat();
    let mut all: Vec<_> = all.into_iter().map(|(seq, _)| seq).collect();
    all.sort_unstable();
    assert_eq!(all, seqs);
}

#[test]
fn a_walk_stays_complete_while_new_events_arrive() {
    let site = Site::new();
    let seqs = instant(&site, 120);
    let owner = site.owner();
    let mut page = owner.page("/audit-logs?via=key");
    let mut seen: Vec<i64> = Vec::new();
    for round in 0.. {
        seen.extend(rows(&page).into_iter().map(|(seq, _)| seq));
        // New, at the same instant; and late, in the middle of what was already read.
        let new = json!([
            event_with(
                &format!("new-{round}"),
                json!({ "occurred_at": "2026-05-05T00:00:00Z" })
            ),
            event_with(&format!("same-{round}"), json!({ "occurred_at": INSTANT })),
        ]);
        site.deliver(&new).expect(200);
        match turn(&owner, &page, OLDER) {
            Some(next) => page = next,
            None => break,
        }
    }
    for seq in &seqs {
        assert_eq!(
            seen.iter().filter(|it| *it == seq).count(),
            1,
            "event {seq}"
        );
    }
    assert_eq!(
        seen.len(),
        seqs.len(),
        "a newcomer slipped in below the cursor"
    );
}

#[test]
fn a_late_event_appears_at_its_own_time() {
    let site = Site::new();
    let times = [
        "2026-03-01T00:00:00Z",
        "2026-03-03T00:00:00Z",
        "2026-03-02T00:00:00Z",
    ];
    let record = |(at, time): (usize, &str)| {
        site.record(&event_with(
            &format!("t-{at}"),
            json!({ "occurred_at": time }),
        ))
    };
    let seqs: Vec<_> = times.into_iter().enumerate().map(record).collect();
    let page = site.owner().page("/audit-logs?via=key");
    let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(found, [seqs[1], seqs[2], seqs[0]]);
    let text = row(&page, seqs[0]).unwrap().text();
    assert!(text.contains("late"), "{text}");
}

#[test]
fn days_are_as_long_as_the_zone_says() {
    let app = Appliance::start();
    let browser = Browser::new(&app);
    browser.set_up(&app, "Europe/Berlin").expect(200);
    browser.create_pool("edge", "Edge EU");
    let write = browser.create_key("edge", "writer", "write");
    let mut connection = app.connect();
    // Every hour, from before the day begins until after it has ended, in Berlin.
    let hourly = |month: u8, day: u8| -> Vec<Value> {
        let hours = (0..96).map(|it| (day - 2 + it / 24, it % 24));
        let time = hours.map(|(day, hour)| format!("2026-{month:02}-{day:02}T{hour:02}:30:00Z"));
        time.map(|it| event_with(&it, json!({ "occurred_at": it })))
            .collect()
    };
    deliver(&mut connection, &write, &json!(hourly(3, 29))).expect(200);
    deliver(&mut connection, &write, &json!(hourly(10, 25))).expect(200);
    let edge = event_with("edge", json!({ "occurred_at": "2026-06-01T21:59:59.999Z" }));
    deliver(&mut connection, &write, &edge).expect(200);
    let count = |day: &str| {
        let page = browser.page(&format!("/audit-logs?via=key&from={day}&to={day}"));
        let mut zone = ["Europe/Berlin", "CET", "CEST"].iter();
        let is_named = zone.any(|it| page.contains(it));
        assert!(is_named || rows(&page).is_empty(), "{page}");
        rows(&page).len()
    };
    assert_eq!(count("2026-03-29"), 23);
    assert_eq!(count("2026-03-28"), 24);
    assert_eq!(count("2026-10-25"), 25);
    assert_eq!(count("2026-06-01"), 1);
    assert_eq!(count("2026-06-02"), 0);
}
