//! The parts of the log page around its rows: chips, histogram, warnings, ways to go on.
use std::borrow::Cow;

use super::log_address::Address;
use crate::model::{
    ActionChoice, At, Bar, Cursor, Event, EventOut, ExportFormat, Field, Filter, Parsed, Range,
};
use crate::store::{Listed, Open, Options, Page};
use crate::views::Times;
use crate::views::audit_logs::{Fewer, HREF};
use crate::views::drawer::Near;
use crate::views::export;
use crate::views::filters::{self, Chip};
use crate::views::histogram::{self, Chart, Linked, Panel};
use crate::views::live::Live;
use crate::views::picker;

/// More events than this to choose from are better told apart by writing more.
const MEANT_MAX: usize = 12;

pub fn chips<'a>(filter: &Filter, address: &Address<'_>, times: Times) -> Vec<Chip<'a>> {
    chips_with_fields(filter, address, times)
        .map(|(_, it)| it)
        .collect()
}

fn chips_with_fields<'a>(
    filter: &Filter,
    address: &Address<'_>,
    times: Times<'_>,
) -> impl Iterator<Item = (Field, Chip<'a>)> {
    filter.active().into_iter().map(move |it| {
        let chip = Chip {
            name: it.label,
            value: Cow::Owned(match (it.field, filter.window) {
                (Field::Action, _) => picker::title(&it.value),
                (Field::Window, Some((from, until))) => times.span(from, until),
                _ => it.value,
            }),
            remove_href: address.without(it.field),
        };
        (it.field, chip)
    })
}

/// The filters whose removal would bring events back, as links, the most events first.
pub fn fewer<'a>(
    counts: &[(Field, u64)],
    filter: &Filter,
    address: &Address<'_>,
    times: Times<'_>,
) -> Vec<Fewer<'a>> {
    let mut fewer: Vec<_> = chips_with_fields(filter, address, times)
        .filter_map(|(field, chip)| {
            let (_, count) = counts.iter().find(|(it, _)| *it == field)?;
            Some(Fewer {
                name: chip.name,
                value: chip.value,
                href: chip.remove_href,
                count: *count,
            })
        })
        .collect();
    fewer.sort_by_key(|it| std::cmp::Reverse(it.count));
    fewer
}

fn ranges(filter: &Filter) -> Vec<histogram::Range<'static>> {
    let range = |label, title, range: Option<Range>| histogram::Range {
        label,
        title,
        href: Address::with_range(filter, range),
        is_current: match range {
            Some(_) => filter.range == range,
            None => *filter == filter.of_any_time(),
        },
    };
    vec![
        range("24 h", "Last 24 hours", Some(Range::Hours24)),
        range("7 d", "Last 7 days", Some(Range::Days7)),
        range("30 d", "Last 30 days", Some(Range::Days30)),
        range("90 d", "Last 90 days", Some(Range::Days90)),
        range("All", "All events", None),
    ]
}

/// Links to export all that the filter matches, whatever page of it is shown.
pub fn export(filter: &Filter, count: u64) -> Option<export::Menu> {
    let page = Address::of(filter);
    let href = |format: ExportFormat| {
        let file = format!("{HREF}.{}", format.as_str());
        page.replacen(HREF, &file, 1)
    };
    (count > 0).then(|| export::Menu {
        count,
        csv_href: href(ExportFormat::Csv),
        ndjson_href: href(ExportFormat::Ndjson),
    })
}

/// None where new events are not looked for: on older pages, and where each answer would have to
/// read events one by one.
pub fn live(filter: &Filter, at: At, page: &Page) -> Option<Live> {
    let is_first = at.before.is_none() && at.after.is_none();
    (is_first && filter.request.is_none()).then(|| Live {
        count_href: Address::newer(filter, page.last_seq),
        first_href: Address::of(filter),
    })
}

pub fn warnings<'a>(parsed: &'a Parsed, options: &Options) -> filters::Warnings<'a> {
    let count = |action: &str| options.actions.get(action).copied().unwrap_or_default();
    let meant = parsed.candidates.iter().map(|action| filters::Meant {
        action,
        href: Address::of(&Filter {
            action: Some(ActionChoice::One(action.clone())),
            ..parsed.filter.clone()
        }),
        count: count(action),
    });
    // The only one is what the filter uses.
    let mut events: Vec<_> = meant.filter(|_| parsed.filter.action.is_none()).collect();
    events.sort_by_key(|it| std::cmp::Reverse(it.count));
    let more = events.len().saturating_sub(MEANT_MAX);
    events.truncate(MEANT_MAX);
    filters::Warnings {
        ignored: parsed.warnings.count(),
        told: parsed
            .warnings
            .iter()
            .map(|it| {
                let (subject, why) = it.parts();
                filters::Told {
                    subject: subject.to_owned(),
                    why,
                }
            })
            .collect(),
        events,
        more,
    }
}

/// Where the investigation may go from the event that is open.
pub fn near(open: &Open) -> Vec<Near> {
    let near = open.looks.iter().map(|(look, filter, count)| Near {
        look: *look,
        href: Address::of(filter),
        count: *count,
    });
    near.collect()
}

pub fn panel(page: &Page, filter: &Filter) -> Panel<'static> {
    Panel {
        total: page.total,
        succeeded: page.successes,
        failed: page.failures,
        ranges: ranges(filter),
        chart: page.histogram.as_ref().map(|it| Chart {
            step: it.step.name(),
            bars: it.bars.iter().map(|bar| linked(*bar, filter)).collect(),
        }),
    }
}

fn linked(bar: Bar, filter: &Filter) -> Linked {
    let inside = filter.of_any_time().with_window(bar.from, bar.until);
    Linked {
        bar,
        href: inside.map_or_else(|| Address::of(filter), |it| Address::of(&it)),
    }
}

/// The event as programs read it, indented.
pub fn json(event: &Event) -> String {
    serde_json::to_string_pretty(&EventOut::from(event.clone())).unwrap_or_default()
}

pub fn cursor(listed: &Listed) -> Cursor {
    Cursor {
        ms: listed.occurred_ms,
        seq: listed.seq,
    }
}
