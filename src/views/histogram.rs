//! How the matching events lie in time: a bar for each span, and the same numbers as a table.
use maud::{Markup, html};

use super::times::{Times, count, counted};
use crate::base::DAY_MS;
use crate::model::Bar;

/// The panel above the table.
pub struct Panel<'a> {
    /// Events that the filters match, and how they ended.
    pub total: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub ranges: Vec<Range<'a>>,
    /// None: nothing matches.
    pub chart: Option<Chart>,
}

pub struct Chart {
    /// "day": what one bar covers.
    pub step: &'static str,
    pub bars: Vec<Linked>,
}

/// A bar, and the address of its events.
pub struct Linked {
    pub bar: Bar,
    pub href: String,
}

/// A span of time ending now, or all time.
pub struct Range<'a> {
    /// "7 d".
    pub label: &'a str,
    /// "Last 7 days".
    pub title: &'a str,
    pub href: String,
    pub is_current: bool,
}

/// The drawing is this high, and a bar with its gap so wide.
const HEIGHT: u64 = 440;
const WIDTH: usize = 100;
/// One event among thousands is still seen.
const LEAST: u64 = 20;
const TICKS: usize = 4;

pub fn panel(panel: &Panel, times: Times) -> Markup {
    let noun = if panel.total == 1 { "event" } else { "events" };
    html! {
        section.panel.hist aria-labelledby="hist-h" {
            div.hist-t {
                h2 #hist-h { span.big-n { (count(panel.total)) } " " (noun) }
                p.leg {
                    span.k.k1 {} (count(panel.succeeded)) " succeeded"
                    span.k.k2 {} (count(panel.failed)) " failed"
                }
                nav.ranges aria-label="Date range" {
                    ul { @for range in &panel.ranges { (range_link(range)) } }
                }
            }
            @if let Some(chart) = &panel.chart {
                (drawing(chart, times))
                (axis(chart, times))
                (busiest(chart, times))
                (table(chart, times))
            }
        }
    }
}

fn range_link(range: &Range) -> Markup {
    let is_current = range.is_current.then_some("true");
    html! {
        li {
            a href=(range.href) aria-current=[is_current] {
                abbr title=(range.title) { (range.label) }
            }
        }
    }
}

/// For the mouse: the keyboard and screen readers have the table.
fn drawing(chart: &Chart, times: Times) -> Markup {
    let most = chart.bars.iter().map(|it| it.bar.events).max();
    let most = most.unwrap_or_default().max(1);
    let view_box = format!("0 0 {} {HEIGHT}", chart.bars.len() * WIDTH);
    html! {
        svg.bars viewBox=(view_box) preserveAspectRatio="none" aria-hidden="true"
            focusable="false" {
            @for (place, linked) in chart.bars.iter().enumerate() {
                @if linked.bar.events == 0 {
                    (rect("b0", place, HEIGHT - HEIGHT / 44, HEIGHT / 44))
                } @else {
                    (bar(place, linked, most, times))
                }
            }
        }
    }
}

fn bar(place: usize, linked: &Linked, most: u64, times: Times) -> Markup {
    let Bar {
        events, failures, ..
    } = linked.bar;
    let height = |part: u64| match part {
        0 => 0,
        _ => (part * HEIGHT / most).max(LEAST),
    };
    let (all, bad) = (height(events), height(failures));
    html! {
        a href=(linked.href) tabindex="-1" {
            title { (said(&linked.bar, times)) }
            rect.bh x=(place * WIDTH) y="0" width=(WIDTH) height=(HEIGHT) {}
            @if all > bad { (rect("b1", place, HEIGHT - all, all - bad)) }
            @if bad > 0 { (rect("b2", place, HEIGHT - bad, bad)) }
        }
    }
}

fn rect(class: &str, place: usize, y: u64, height: u64) -> Markup {
    let gap = WIDTH / 10;
    html! {
        rect.(class) x=(place * WIDTH + gap) y=(y) width=(WIDTH - 2 * gap) height=(height) {}
    }
}

fn said(bar: &Bar, times: Times) -> String {
    let span = times.span(bar.from, bar.until);
    let failed = match bar.failures {
        0 => String::new(),
        it => format!(", {} failed", count(it)),
    };
    format!("{span}: {}{failed}", counted(bar.events, "event"))
}

fn axis(chart: &Chart, times: Times) -> Markup {
    let bars = &chart.bars;
    let mut places: Vec<usize> = (0..TICKS).map(|it| it * bars.len() / TICKS).collect();
    places.dedup();
    let starts = places.iter().filter_map(|it| Some(bars.get(*it)?.bar.from));
    let ends = bars.first().zip(bars.last());
    let (from, until) = ends.map_or((0, 0), |(first, last)| (first.bar.from, last.bar.until));
    let tick = |ms| match until - from {
        ..=DAY_MS => times.minute(ms),
        it if it < 4 * DAY_MS => format!("{} {}", times.short_date(ms), times.minute(ms)),
        it if it < 365 * DAY_MS => times.short_date(ms),
        _ => times.dated(ms),
    };
    html! {
        div.axis aria-hidden="true" {
            @for start in starts { span { (tick(start)) } }
            span.now { @if until > times.now { "now" } @else { (tick(until - 1)) } }
        }
    }
}

fn busiest(chart: &Chart, times: Times) -> Markup {
    let busiest = chart.bars.iter().map(|it| it.bar);
    let busiest = busiest.reduce(|one, other| {
        if other.events > one.events {
            other
        } else {
            one
        }
    });
    html! {
        @if let Some(bar) = busiest {
            p.sr { "Busiest: " (said(&bar, times)) ". Each bar covers a " (chart.step) "." }
        }
    }
}

fn table(chart: &Chart, times: Times) -> Markup {
    html! {
        details.hist-d {
            summary { "Counts per " (chart.step) }
            p { "Every matching event is counted: no number on this page is an estimate." }
            div.scroll tabindex="0" role="region" aria-label="Counts table" {
                table.mini {
                    caption.sr {
                        "Matching events per " (chart.step) ", newest first. "
                        "Each span leads to its events."
                    }
                    thead {
                        tr {
                            th scope="col" { "Span (" (times.zone_name()) ")" }
                            th.num scope="col" { "Events" }
                            th.num scope="col" { "Failed" }
                        }
                    }
                    tbody {
                        @for Linked { bar, href } in chart.bars.iter().rev() {
                            @if bar.events > 0 {
                                tr {
                                    th scope="row" {
                                        a href=(href) { (times.span(bar.from, bar.until)) }
                                    }
                                    td.num { (count(bar.events)) }
                                    td.num { (count(bar.failures)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
