//! The forms of an API key: a new one, and what can be edited later.
use maud::{Markup, html};

use super::lasting::EXPIRES;
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use crate::model::{GateMode, Permission};

pub struct Form<'a> {
    /// Value: slug; label: name.
    pub pools: Vec<Choice<'a>>,
    pub typed: Typed<'a>,
    pub error: Option<&'a str>,
}

/// As typed before; the defaults on a fresh form.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub pool: &'a str,
    pub permission: Permission,
    pub mode: GateMode,
    /// One of the values of `EXPIRES`, or `KEEP`.
    pub expires: &'a str,
    /// A day instead, `YYYY-MM-DD`.
    pub expires_on: &'a str,
}

pub struct Edit<'a> {
    pub shell: Shell<'a>,
    /// As it is now, for the title.
    pub name: &'a str,
    pub typed: Typed<'a>,
    /// When it expires as things are.
    pub expires_now: String,
    pub version: i64,
    pub action_href: &'a str,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
}

/// The value that leaves the end where it is.
pub const KEEP: &str = "keep";

impl Default for Typed<'_> {
    fn default() -> Self {
        Self {
            name: "",
            pool: "",
            permission: Permission::Write,
            mode: GateMode::Gated,
            expires: "90",
            expires_on: "",
        }
    }
}

pub fn permission_text(permission: Permission) -> &'static str {
    match permission {
        Permission::Write => "Write events",
        Permission::Read => "Read events",
    }
}

pub fn create(form: &Form, csrf: &str) -> Markup {
    let typed = &form.typed;
    html! {
        section #new .panel.form aria-labelledby="nk" {
            h2 #nk { "Create a key" }
            (parts::refusal(form.error))
            form.stack method="post" action="/api-keys" {
                (parts::csrf(csrf))
                div.three {
                    (name(typed.name))
                    div.ctl {
                        label for="kp" { "Pool" }
                        (parts::select("pool", "kp", &form.pools, typed.pool))
                    }
                    (permissions(typed.permission))
                    (expires(&EXPIRES, typed))
                    (modes(typed.mode))
                }
                p { button.btn.pri type="submit" { "Create key" } }
            }
        }
    }
}

pub fn edit(edit: &Edit) -> String {
    let title = format!("Edit {}", edit.name);
    let frame = Frame {
        title: &title,
        nav: Nav::ApiKeys,
        body: edit_body(edit, &title),
        drawer: None,
    };
    layout::page(&edit.shell, frame)
}

fn edit_body(edit: &Edit, title: &str) -> Markup {
    let keep = format!("No change ({})", edit.expires_now);
    let first = Choice {
        value: KEEP,
        label: &keep,
    };
    let choices: Vec<_> = [first].into_iter().chain(EXPIRES).collect();
    html! {
        (parts::head(title, "Its permission is fixed. Its secret changes by rotation alone."))
        section.panel.form.narrow aria-labelledby="ek" {
            h2.sr #ek { "API key" }
            (parts::refusal(edit.error))
            form.stack method="post" action=(edit.action_href) {
                (parts::csrf(edit.shell.csrf))
                input type="hidden" name="version" value=(edit.version);
                (name(edit.typed.name))
                (expires(&choices, &edit.typed))
                (modes(edit.typed.mode))
                div.ask {
                    button.btn.pri type="submit" { "Save" }
                    a.btn href=(edit.back_href) { "Cancel" }
                }
            }
        }
    }
}

fn name(typed: &str) -> Markup {
    html! {
        div.ctl {
            label for="kn" { "Name" }
            input #kn name="name" required maxlength="64" autocomplete="off" value=(typed)
                aria-describedby="kn-h";
            p.hint #kn-h { "Where the key is used, such as ci-runner." }
        }
    }
}

fn expires(choices: &[Choice], typed: &Typed) -> Markup {
    html! {
        div.ctl {
            label for="ke" { "Expires" }
            (parts::select("expires", "ke", choices, typed.expires))
        }
        div.ctl {
            label for="kd" { "Or at the end of a day" }
            input #kd name="expires_on" type="date" value=(typed.expires_on)
                aria-describedby="kd-h";
            p.hint #kd-h { "In your time zone. It counts instead of the choice before it." }
        }
    }
}

fn permissions(chosen: Permission) -> Markup {
    html! {
        fieldset.ctl {
            legend { "Permission" }
            div.rads {
                @for permission in [Permission::Write, Permission::Read] {
                    label {
                        input type="radio" name="permission" value=(permission.as_str())
                            checked[permission == chosen];
                        (permission_text(permission))
                    }
                }
            }
        }
    }
}

/// Sealed suits a sender whose names and ids are secrets themselves.
fn modes(chosen: GateMode) -> Markup {
    html! {
        fieldset.ctl {
            legend { "Names and ids in its events" }
            (parts::modes(chosen))
        }
    }
}
