//! The choice of an event: a field that suggests by title and by name as it is typed into. What
//! is typed is also understood without suggestions.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::times::count;
use crate::model::{catalogue, wording};

/// A suggestion: an action's name or `family.*`, and how many events it would show.
pub struct Suggestion<'a> {
    pub action: &'a str,
    pub count: u64,
}

pub fn field(chosen: &str, suggestions: &[Suggestion]) -> Markup {
    html! {
        div.fld.wide.pick.on[!chosen.is_empty()] {
            label for="f-action" { "Event" }
            input #f-action name="action" type="text" value=(chosen) placeholder="Any event"
                list="dl-events" autocomplete="off" spellcheck="false" autocapitalize="none";
            (icon(Glyph::ChevronDown))
        }
        datalist #dl-events {
            @for it in suggestions {
                @if it.action != chosen {
                    option value=(it.action) {
                        (title(it.action)) " (" (count(it.count)) ")"
                    }
                }
            }
        }
    }
}

/// What the filter by event is called: the action's title, or all of a family.
pub fn title(action: &str) -> String {
    match action.strip_suffix(".*") {
        Some(family) => format!("{}: any event", wording::plain(family)),
        None => catalogue::filter_title(action).into_owned(),
    }
}
