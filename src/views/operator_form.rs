//! The form of an operator: a new one, or one that is there.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts;
use super::person_fields::{self, PoolBox};

pub struct Form<'a> {
    pub shell: Shell<'a>,
    /// The operator as stored; none: a new one.
    pub edited: Option<Edited<'a>>,
    pub name: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<PoolBox<'a>>,
    pub action_href: &'a str,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
}

pub struct Edited<'a> {
    pub name: &'a str,
    /// The version that was read; a stale one is refused.
    pub version: i64,
}

pub fn page(form: &Form) -> String {
    let title = match &form.edited {
        Some(it) => format!("Edit {}", it.name),
        None => "Add an operator".to_owned(),
    };
    let frame = Frame {
        title: &title,
        nav: Nav::Operators,
        body: body(form, &title),
        drawer: None,
    };
    layout::page(&form.shell, frame)
}

fn body(form: &Form, title: &str) -> Markup {
    let (lede, verb) = match form.edited {
        Some(_) => ("Another role signs the person out everywhere.", "Save"),
        None => (
            "They sign in with a temporary password that the next page shows once, and choose \
             their own then. To let them begin by themselves, send an invite.",
            "Add operator",
        ),
    };
    html! {
        (parts::head(title, lede))
        section.panel.form.narrow {
            (parts::refusal(form.error))
            form.stack method="post" action=(form.action_href) {
                (parts::csrf(form.shell.csrf))
                @if let Some(it) = &form.edited {
                    input type="hidden" name="version" value=(it.version);
                }
                div.ctl {
                    label for="pn" { "Name" }
                    input #pn name="name" required maxlength="120" autocomplete="off"
                        value=(form.name);
                }
                (person_fields::email(form.email, None))
                (person_fields::role(form.is_owner))
                (person_fields::pools(&form.pools))
                p.ask {
                    button.btn.pri type="submit" { (verb) }
                    a.btn href=(form.back_href) { "Cancel" }
                }
            }
        }
    }
}
