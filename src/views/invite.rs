//! The page of one invite, the form for a new one, and what is asked before something is done
//! with it.
use maud::{Markup, html};

use super::confirm::Question;
use super::layout::{self, Frame, Nav, Shell};
use super::lead::Named;
use super::parts::{self, Choice, fact, mono_fact};
use super::person_fields::{self, PoolBox};
use super::record::{self, Act, Page};
use super::times::Times;
use crate::base::Millis;

pub struct Invite<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub id: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<&'a str>,
    pub invited_by: Option<Named<'a>>,
    pub created: Millis,
    pub expires: Millis,
    /// The word of this moment.
    pub state: &'a str,
    /// Who came of it.
    pub operator: Option<Named<'a>>,
    /// What can be done now: text, address, whether it is final.
    pub acts: Vec<(&'static str, String, bool)>,
    pub about_href: &'a str,
}

pub struct Form<'a> {
    pub shell: Shell<'a>,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<PoolBox<'a>>,
    /// One of the values of `LIVES`.
    pub life: &'a str,
    pub error: Option<&'a str>,
}

/// Hours that the link works, as the form sends them in `life`.
pub const LIVES: [Choice; 3] = [
    Choice {
        value: "24",
        label: "For 24 hours",
    },
    Choice {
        value: "72",
        label: "For 3 days",
    },
    Choice {
        value: "168",
        label: "For 7 days",
    },
];

pub const RENEW: Question = Question {
    verb: "Replace link",
    consequence: "The link that was sent before opens nothing. The next page shows the new one \
                  once.",
    nav: Nav::Operators,
    is_final: false,
};

pub const REVOKE: Question = Question {
    verb: "Revoke invite",
    consequence: "The link opens nothing from now on. This cannot be taken back.",
    nav: Nav::Operators,
    is_final: true,
};

pub fn page(invite: &Invite) -> String {
    let acts = invite.acts.iter().map(|(text, href, is_final)| Act {
        text,
        href: href.clone(),
        is_final: *is_final,
    });
    record::page(&Page {
        shell: invite.shell,
        nav: Nav::Operators,
        kind: "Invite",
        title: invite.email,
        facts: facts(invite),
        acts: acts.collect(),
        about_href: invite.about_href,
        by_href: None,
        more: Markup::default(),
    })
}

fn facts(invite: &Invite) -> Markup {
    let times = invite.times;
    let moment = |ms| format!("{} {}", times.date_clock(ms), times.zone_name());
    html! {
        (fact("Role", Some(parts::role(invite.is_owner))))
        (fact("Pools", Some(parts::pools(invite.is_owner, &invite.pools))))
        (fact("Status", Some(parts::state(invite.state))))
        (fact("Accepted by", invite.operator.as_ref()))
        (fact("Invited by", invite.invited_by.as_ref()))
        (fact("Created", Some(moment(invite.created))))
        (fact("Expires", Some(moment(invite.expires))))
        (mono_fact("Id", Some(record::identity(invite.id))))
    }
}

/// What the receipt of a link says beside it.
pub fn link(email: &str, is_owner: bool, expires: Millis, times: Times) -> Markup {
    let until = format!("{} {}", times.date_clock(expires), times.zone_name());
    html! {
        (fact("For", Some(email)))
        (fact("Role", Some(parts::role(is_owner))))
        (fact("Works until", Some(until)))
    }
}

pub fn form(form: &Form) -> String {
    let frame = Frame {
        title: "Invite an operator",
        nav: Nav::Operators,
        body: form_body(form),
        drawer: None,
    };
    layout::page(&form.shell, frame)
}

fn form_body(form: &Form) -> Markup {
    html! {
        (parts::head(
            "Invite an operator",
            "The next page shows a link once. Pass it on; whoever opens it first chooses the name \
             and the password.",
        ))
        section.panel.form.narrow {
            (parts::refusal(form.error))
            form.stack method="post" action="/invites/new" {
                (parts::csrf(form.shell.csrf))
                (person_fields::email(
                    form.email,
                    Some("They sign in with it. Annals sends no mail."),
                ))
                (person_fields::role(form.is_owner))
                (person_fields::pools(&form.pools))
                (life(form.life))
                p.ask {
                    button.btn.pri type="submit" { "Create link" }
                    a.btn href="/invites" { "Cancel" }
                }
            }
        }
    }
}

/// How long the link works.
pub fn life(chosen: &str) -> Markup {
    html! {
        div.ctl {
            label for="il" { "The link works" }
            (parts::select("life", "il", &LIVES, chosen))
        }
    }
}
