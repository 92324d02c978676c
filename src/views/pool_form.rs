//! The form in which an owner edits a Pool.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use crate::model::vocabulary::DetailKind;
use crate::model::{DetailKeys, GateMode, kind_word};

pub struct Edit<'a> {
    pub shell: Shell<'a>,
    /// As it is now, for the title.
    pub name: &'a str,
    pub slug: &'a str,
    pub typed: Typed<'a>,
    /// What it keeps now.
    pub detail_keys: &'a DetailKeys,
    pub version: i64,
    pub action_href: &'a str,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
}

pub struct Typed<'a> {
    pub name: &'a str,
    /// Days; blank: the instance's.
    pub retention: &'a str,
    pub mode: GateMode,
    /// Names that are marked to be removed.
    pub removed: Vec<&'a str>,
    /// Name and word of the kind, one for each row of new keys.
    pub added: [(&'a str, &'a str); NEW_KEYS],
}

/// Rows for new detail keys; more of them are added by saving again.
pub const NEW_KEYS: usize = 3;

const KINDS: [DetailKind; 6] = [
    DetailKind::Label,
    DetailKind::Id,
    DetailKind::Word,
    DetailKind::Count,
    DetailKind::Bool,
    DetailKind::Timestamp,
];

pub fn edit(edit: &Edit) -> String {
    let title = format!("Edit {}", edit.name);
    let frame = Frame {
        title: &title,
        nav: Nav::Pools,
        body: body(edit, &title),
        drawer: None,
    };
    layout::page(&edit.shell, frame)
}

/// What a detail of this kind holds.
pub fn kind_text(kind: DetailKind) -> &'static str {
    match kind {
        DetailKind::Label => "Name",
        DetailKind::Id => "Id",
        DetailKind::Word => "Word",
        DetailKind::Count | DetailKind::Int => "Number",
        DetailKind::Bool => "Yes or no",
        DetailKind::Timestamp => "Time",
        DetailKind::FieldNames => "Field names",
        DetailKind::Prefix => "Prefix",
    }
}

fn body(edit: &Edit, title: &str) -> Markup {
    let typed = &edit.typed;
    html! {
        (parts::head(title, html! { "Its slug stays " span.mono { (edit.slug) } "." }))
        section.panel.form.narrow aria-labelledby="ep" {
            h2.sr #ep { "Pool" }
            (parts::refusal(edit.error))
            form.stack method="post" action=(edit.action_href) {
                (parts::csrf(edit.shell.csrf))
                input type="hidden" name="version" value=(edit.version);
                div.ctl {
                    label for="pn" { "Name" }
                    input #pn name="name" required maxlength="64" autocomplete="off"
                        value=(typed.name);
                }
                div.ctl {
                    label for="pr" { "Keep events for so many days" }
                    input #pr name="retention_days" inputmode="numeric" maxlength="5"
                        autocomplete="off" value=(typed.retention) aria-describedby="pr-h";
                    p.hint #pr-h { "Left blank, the settings of this instance say how long." }
                }
                fieldset.ctl {
                    legend { "Names and ids in its events" }
                    (parts::modes(typed.mode))
                    p.hint { "Digested holds for all its keys and upstreams, whatever they say." }
                }
                (detail_keys(edit))
                div.ask {
                    button.btn.pri type="submit" { "Save" }
                    a.btn href=(edit.back_href) { "Cancel" }
                }
            }
        }
    }
}

fn detail_keys(edit: &Edit) -> Markup {
    let typed = &edit.typed;
    html! {
        fieldset.ctl {
            legend { "Detail keys of its own" }
            p.hint {
                "Details with these names are kept beside the documented ones, from the next "
                "delivery on. Never name one after a secret."
            }
            @for (name, kind) in edit.detail_keys.iter() {
                div.rads {
                    label {
                        input type="checkbox" name={ "remove_" (name) }
                            checked[typed.removed.contains(&name.as_str())];
                        span { "Remove " span.mono { (name) } ", " (kind_text(*kind)) }
                    }
                }
            }
            @for (row, (name, kind)) in typed.added.iter().enumerate() {
                div.two.pair { (new_key(row, name, kind)) }
            }
        }
    }
}

fn new_key(row: usize, name: &str, kind: &str) -> Markup {
    let choices = KINDS.map(|it| Choice {
        value: kind_word(it),
        label: kind_text(it),
    });
    let is_first = row == 0;
    let (key_id, kind_id) = (format!("dk{row}"), format!("dt{row}"));
    html! {
        div.ctl {
            label.sr[!is_first] for=(key_id) { "New key" }
            input.mono id=(key_id) name={ "key_" (row) } maxlength="48" autocomplete="off"
                spellcheck="false" autocapitalize="none" value=(name);
        }
        div.ctl {
            label.sr[!is_first] for=(kind_id) { "What it holds" }
            (parts::select(&format!("kind_{row}"), &kind_id, &choices, kind))
        }
    }
}
