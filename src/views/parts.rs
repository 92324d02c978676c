//! Small pieces that more than one page uses.
use maud::{Markup, Render, html};

use super::icons::{Glyph, classed, icon};
use super::times::{Times, count, machine};
use crate::base::Millis;
use crate::model::{GateMode, Icon, Outcome, catalogue};

/// Where a page has room for something and nothing to put there.
pub fn nothing() -> Markup {
    Markup::default()
}

/// An entry of a select.
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
}

pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// How many events a link leads to.
pub fn leads_to(events: u64) -> Markup {
    html! {
        span.cnt {
            (count(events))
            span.sr { @if events == 1 { " event" } @else { " events" } }
        }
    }
}

pub fn role(is_owner: bool) -> &'static str {
    if is_owner { "Owner" } else { "Admin" }
}

pub fn tag(tint: &str, text: &str) -> Markup {
    html! { span.tag.{ "tag-" (tint) } { (text) } }
}

/// The state of a record, in its own word.
pub fn state(word: &str) -> Markup {
    let (tint, text) = match word {
        "active" => ("ok", "Active"),
        "paused" => ("warn", "Paused"),
        "failing" => ("bad", "Failing"),
        "disabled" => ("warn", "Disabled"),
        "revoked" => ("off", "Revoked"),
        "expired" => ("off", "Expired"),
        "archived" => ("off", "Archived"),
        "deactivated" => ("off", "Deactivated"),
        "accepted" => ("off", "Accepted"),
        "deleted" => ("off", "Deleted"),
        other => ("info", other),
    };
    tag(tint, text)
}

pub fn outcome(outcome: Outcome) -> Markup {
    match outcome {
        Outcome::Success => html! { span.tag.tag-ok { (icon(Glyph::Done)) "Succeeded" } },
        Outcome::Failure => html! { span.tag.tag-bad { (icon(Glyph::Failed)) "Failed" } },
    }
}

/// The category of an action and its outcome, as a picture. `classes` is "tile" or "tile big".
pub fn tile(action: &str, outcome: Outcome, classes: &str) -> Markup {
    let is_bad = outcome == Outcome::Failure;
    let category = catalogue::icon(action);
    html! {
        span.(classes).(tint(category)).t-fail[is_bad] {
            (icon(category.into()))
            @if is_bad { span.badge { (icon(Glyph::Failed)) } }
        }
    }
}

fn tint(category: Icon) -> &'static str {
    match category {
        Icon::SignIn | Icon::Session | Icon::Operator | Icon::Invite => "t-id",
        Icon::ApiKey | Icon::McpToken => "t-cred",
        Icon::Pool | Icon::Upstream => "t-res",
        Icon::Settings | Icon::Export | Icon::System | Icon::Other => "t-sys",
    }
}

/// Initials on a color of the address's own.
pub fn avatar(name: &str, address: &str) -> Markup {
    let hue = address
        .chars()
        .fold(7, |sum, letter| (sum * 31 + u32::from(letter)) % 6);
    html! { span.av.{ "av-" (hue) } aria-hidden="true" { (initials(name)) } }
}

pub fn system_avatar() -> Markup {
    html! { span.av.av-s aria-hidden="true" { (icon(Glyph::System)) } }
}

fn initials(name: &str) -> String {
    let words = name.split(|it: char| !it.is_alphanumeric());
    words.filter_map(|it| it.chars().next()).take(2).collect()
}

pub fn pool_tag(name: &str) -> Markup {
    html! {
        span.pool {
            (icon(Glyph::Pool))
            span.sr { "in Pool " }
            span.el { (name) }
        }
    }
}

/// What was never stored.
pub fn redacted(text: &str) -> Markup {
    html! { span.redact { (icon(Glyph::Lock)) (text) } }
}

/// Works with script only, and keeps its place without.
pub fn copy(value: &str, what: &str) -> Markup {
    html! {
        button.btn-i.copy type="button" data-copy=(value) data-js {
            span.sr { "Copy " (what) }
            (icon(Glyph::Copy))
        }
    }
}

pub fn head(title: &str, lede: impl Render) -> Markup {
    html! {
        div.head {
            div {
                h1 { (title) }
                p.lede { (lede) }
            }
        }
    }
}

/// What a form was refused for. The focus goes there, and with it the page: a form may stand far
/// below the beginning.
pub fn refusal(text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            div #err .note.bad role="alert" tabindex="-1" autofocus {
                (icon(Glyph::Failed))
                div { p { (text) } }
            }
        }
    }
}

/// A row of a description list. Blank ones are left out.
pub fn fact(name: &str, value: Option<impl Render>) -> Markup {
    html! {
        @if let Some(value) = value {
            div { dt { (name) } dd { (value) } }
        }
    }
}

pub fn mono_fact(name: &str, value: Option<impl Render>) -> Markup {
    html! {
        @if let Some(value) = value {
            div { dt { (name) } dd.mono { (value) } }
        }
    }
}

/// How long ago, with the time itself behind it.
pub fn moment(at: Option<Millis>, times: Times) -> Markup {
    html! {
        @if let Some(ms) = at {
            time datetime=(machine(ms)) title={ (times.date_clock(ms)) " " (times.zone_name()) } {
                (times.ago(ms))
            }
        } @else {
            span.mut { "Never" }
        }
    }
}

pub fn column(text: &str) -> Markup {
    html! { th role="columnheader" scope="col" { (text) } }
}

/// The column of buttons.
pub fn actions_column() -> Markup {
    html! { th role="columnheader" scope="col" { span.sr { "Actions" } } }
}

/// A labelled select with its arrow.
pub fn select(name: &str, id: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        div.sel-w {
            select id=(id) name=(name) {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == chosen] {
                        (choice.label)
                    }
                }
            }
            (icon(Glyph::ChevronDown))
        }
    }
}

/// Searching a list by a text and a state: a form that asks for another page.
pub fn find(href: &str, text: &str, state: &str, states: &[Choice]) -> Markup {
    html! {
        search {
            form.row method="get" action=(href) autocomplete="off" {
                div.fld.on[!text.is_empty()] {
                    label for="q" { "Search" }
                    input #q name="q" type="search" value=(text) maxlength="128"
                        autocomplete="off";
                }
                div.fld.on[!state.is_empty()] {
                    label for="st" { "Status" }
                    select #st name="state" {
                        @for choice in states {
                            option value=(choice.value) selected[choice.value == state] {
                                (choice.label)
                            }
                        }
                    }
                    (icon(Glyph::ChevronDown))
                }
                button.btn type="submit" { "Apply" }
            }
        }
    }
}

/// The Pools that somebody is assigned to; an owner needs none.
pub fn pools(is_owner: bool, pools: &[&str]) -> Markup {
    html! {
        @if is_owner {
            span.mut { "All Pools" }
        } @else if pools.is_empty() {
            span.mut { "None" }
        } @else {
            span.pools { @for pool in pools { (pool_tag(pool)) } }
        }
    }
}

/// What can be done with a row: text, address, and whether it is final.
pub fn menu(id: &str, name: &str, acts: &[(&'static str, String, bool)]) -> Markup {
    let menu = format!("menu-{id}");
    html! {
        @if !acts.is_empty() {
            button.btn-i type="button" popovertarget=(menu) {
                (icon(Glyph::More)) span.sr { "More for " (name) }
            }
            div.pop id=(menu) popover {
                ul {
                    @for (text, href, is_final) in acts {
                        li { a.dng[*is_final] href=(href) { (text) } }
                    }
                }
            }
        }
    }
}

/// What happens to names and ids in events.
pub fn modes(chosen: GateMode) -> Markup {
    html! {
        div.rads {
            @for (mode, text) in [(GateMode::Gated, "Readable"), (GateMode::Sealed, "Digested")] {
                label {
                    input type="radio" name="mode" value=(mode.as_str()) checked[mode == chosen];
                    (text)
                }
            }
        }
    }
}

/// A password field whose content can be shown. `autocomplete` is what password managers go by.
pub fn password(id: &str, autocomplete: &str, described_by: Option<&str>) -> Markup {
    secret(id, "password", autocomplete, described_by)
}

/// The same under another name.
pub fn secret(id: &str, name: &str, autocomplete: &str, described_by: Option<&str>) -> Markup {
    html! {
        div.in-w {
            input id=(id) name=(name) type="password" autocomplete=(autocomplete) required
                aria-describedby=[described_by];
            (reveal(id, "Show password"))
        }
    }
}

/// The eye that shows what a password field holds. Works with script only.
pub fn reveal(id: &str, text: &str) -> Markup {
    html! {
        button.in-b type="button" data-reveal=(id) aria-pressed="false" data-js {
            (icon(Glyph::Eye))
            span.sr { (text) }
        }
    }
}

/// The arrow that turns when its `details` opens.
pub fn twist() -> Markup {
    classed(Glyph::ChevronRight, "i tw")
}

/// The line that sends an event, ready to paste.
pub fn curl(base_url: &str) -> Markup {
    html! {
        pre.code tabindex="0" {
            code {
                "curl " (base_url) "/api/v1/events \\\n"
                "  -H \"Authorization: Bearer $ANNALS_KEY\" \\\n"
                "  -H \"Content-Type: application/json\" \\\n"
                "  -d '{\"action\": \"service.restart\",\n"
                "       \"outcome\": \"success\",\n"
                "       \"target\": {\"kind\": \"service\", \"id\": \"checkout\"}}'"
            }
        }
    }
}
