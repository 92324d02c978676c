//! Upstreams: the list, and the form that imports one from its document.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use crate::model::{GateMode, SourceFormat};

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub upstreams: Vec<Line<'a>>,
    /// None: the viewer may import none.
    pub form: Option<Form<'a>>,
}

pub struct Line<'a> {
    pub name: &'a str,
    pub format: SourceFormat,
    pub mode: GateMode,
    pub pool_name: &'a str,
    /// The stored word.
    pub state: &'a str,
    pub href: String,
    /// The audit logs of this upstream.
    pub activity_href: String,
}

/// The document itself is never shown again.
pub struct Form<'a> {
    /// Value: slug; label: name.
    pub pools: Vec<Choice<'a>>,
    /// As chosen before.
    pub pool: &'a str,
    pub mode: GateMode,
    pub error: Option<&'a str>,
}

const COLUMNS: [&str; 5] = ["Name", "Format", "Pool", "Names and ids", "Status"];

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: "Upstreams",
        nav: Nav::Upstreams,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

/// What becomes of names and ids in its events.
pub fn mode_text(mode: GateMode) -> &'static str {
    match mode {
        GateMode::Gated => "Readable",
        GateMode::Sealed => "Digested",
    }
}

pub fn modes(chosen: GateMode) -> Markup {
    html! {
        fieldset.ctl {
            legend { "Names and ids in its events" }
            div.rads {
                @for mode in [GateMode::Gated, GateMode::Sealed] {
                    label {
                        input type="radio" name="mode" value=(mode.as_str())
                            checked[mode == chosen];
                        (mode_text(mode))
                    }
                }
            }
        }
    }
}

/// Where a document is pasted; with script, a file can be chosen instead.
pub fn document(is_required: bool, hint: &str) -> Markup {
    html! {
        div.ctl {
            label for="doc" { "Credential document" }
            textarea #doc name="document" required[is_required] rows="6" spellcheck="false"
                autocomplete="off" aria-describedby="doc-h" {}
            p.hint #doc-h { (hint) }
            p data-js {
                label.btn.sm for="doc-f" { (icon(Glyph::Upstream)) "Choose auth.json" }
                input #doc-f .sr type="file" accept=".json,application/json" data-into="doc";
            }
        }
    }
}

fn body(list: &List) -> Markup {
    html! {
        div.head {
            div {
                h1 { "Upstreams" }
                p.lede {
                    "Systems whose own audit trail a Pool collects. Every change is recorded. "
                    "This release keeps them; it does not take their deliveries yet."
                }
            }
            @if list.form.is_some() {
                div.acts { a.btn.pri href="#new" { (icon(Glyph::Plus)) "Import upstream" } }
            }
        }
        @if list.upstreams.is_empty() {
            section.panel.empty {
                h2 { "No upstreams yet" }
                p { "An upstream is set up from its credential document, auth.json." }
                @if list.form.is_none() && list.shell.is_owner {
                    p { "An upstream belongs to a Pool. Create one first." }
                    p { a.btn.pri href="/pools#new" { (icon(Glyph::Plus)) "Create a Pool" } }
                }
            }
        } @else {
            (table(list))
        }
        @if let Some(form) = &list.form { (import(form, list.shell.csrf)) }
    }
}

fn table(list: &List) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Upstreams" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in COLUMNS { (parts::column(name)) }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" { @for it in &list.upstreams { (row(it)) } }
            }
        }
    }
}

fn row(upstream: &Line) -> Markup {
    html! {
        tr role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t { a.ql href=(upstream.href) { (upstream.name) } }
            }
            td role="cell" data-l="Format" { (upstream.format.title()) }
            td role="cell" data-l="Pool" { (parts::pool_tag(upstream.pool_name)) }
            td role="cell" data-l="Names and ids" { (mode_text(upstream.mode)) }
            td role="cell" data-l="Status" { (parts::state(upstream.state)) }
            td.c-x role="cell" {
                a.btn.sm href=(upstream.activity_href) {
                    "Activity" span.sr { " of " (upstream.name) }
                }
            }
        }
    }
}

fn import(form: &Form, csrf: &str) -> Markup {
    html! {
        section #new .panel.form aria-labelledby="nu" {
            h2 #nu { "Import an upstream" }
            (parts::refusal(form.error))
            form.stack method="post" action="/upstreams" {
                (parts::csrf(csrf))
                div.two {
                    div.ctl {
                        label for="up" { "Pool" }
                        (parts::select("pool", "up", &form.pools, form.pool))
                        p.hint { "An upstream stays in its Pool." }
                    }
                    (modes(form.mode))
                }
                (document(true, "JSON with name, format and secret, up to 64 KiB. The secret is \
                                 kept encrypted and never shown again; the rest is forgotten."))
                p.hint {
                    "Formats: "
                    @for (place, format) in SourceFormat::ALL.iter().enumerate() {
                        @if place > 0 { ", " }
                        code { (format.as_str()) }
                    }
                    "."
                }
                p { button.btn.pri type="submit" { "Import upstream" } }
            }
        }
    }
}
