//! The page of one upstream, its forms, and what is asked before something is done with it.
use maud::{Markup, html};

use super::confirm::Question;
use super::lasting::OVERLAPS;
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::record::{self, Act, Page};
use super::times::{Times, machine};
use super::upstreams::{document, mode_text, modes};
use crate::base::Millis;
use crate::model::{GateMode, SourceFormat, UpstreamAct};

pub struct Record<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub id: &'a str,
    pub name: &'a str,
    pub format: SourceFormat,
    pub mode: GateMode,
    pub pool_name: &'a str,
    /// The Pool's record, if the viewer may open it.
    pub pool_href: Option<String>,
    /// Until when the secret before is taken as well, while it is.
    pub overlap_until: Option<Millis>,
    pub created: Millis,
    /// The stored word.
    pub state: &'a str,
    /// Where its own pages are.
    pub href: &'a str,
    /// What the viewer may do now.
    pub acts: Vec<UpstreamAct>,
    pub about_href: &'a str,
}

/// What a form about one upstream has around it.
pub struct Form<'a> {
    pub shell: Shell<'a>,
    /// As it is now, for the title.
    pub name: &'a str,
    pub version: i64,
    pub action_href: &'a str,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
}

const PAUSE: Question = Question {
    verb: "Pause",
    consequence: "Deliveries of this upstream are refused until it is reactivated.",
    nav: Nav::Upstreams,
    is_final: false,
};

const REACTIVATE: Question = Question {
    verb: "Reactivate",
    consequence: "Deliveries of this upstream are taken again.",
    nav: Nav::Upstreams,
    is_final: false,
};

const DELETE: Question = Question {
    verb: "Delete",
    consequence: "The upstream leaves every list and its secret is erased. Its past events keep \
                  its name. This cannot be taken back.",
    nav: Nav::Upstreams,
    is_final: true,
};

/// None: it has a form of its own.
pub fn question(act: UpstreamAct) -> Option<&'static Question> {
    match act {
        UpstreamAct::Edit | UpstreamAct::Refresh => None,
        UpstreamAct::Pause => Some(&PAUSE),
        UpstreamAct::Reactivate => Some(&REACTIVATE),
        UpstreamAct::Delete => Some(&DELETE),
    }
}

pub fn page(upstream: &Record) -> String {
    record::page(&Page {
        shell: upstream.shell,
        nav: Nav::Upstreams,
        kind: "Upstream",
        title: upstream.name,
        facts: facts(upstream),
        acts: upstream.acts.iter().map(|it| act(upstream, *it)).collect(),
        about_href: upstream.about_href,
        by_href: None,
        more: Markup::default(),
    })
}

/// Name and mode, as typed.
pub fn edit(form: &Form, name: &str, mode: GateMode) -> String {
    let fields = html! {
        div.ctl {
            label for="un" { "Name" }
            input #un name="name" required maxlength="120" autocomplete="off" value=(name);
        }
        (modes(mode))
    };
    let lede = "A change of mode counts for what arrives from then on.";
    of(form, &format!("Edit {}", form.name), lede, "Save", &fields)
}

/// A new secret, alone or in a document. What was typed of it is not shown again.
pub fn refresh(form: &Form, overlap: &str) -> String {
    let fields = html! {
        div.ctl {
            label for="us" { "New secret" }
            input #us name="secret" type="password" autocomplete="off" aria-describedby="us-h";
            p.hint #us-h { "Or leave it blank and give the whole document below." }
        }
        (document(false, "Its format has to be the present one. Its name is ignored."))
        div.ctl {
            label for="uo" { "The secret before works on" }
            (parts::select("overlap", "uo", &OVERLAPS, overlap))
        }
    };
    let lede = "The new secret is kept encrypted and never shown again.";
    let title = format!("Refresh the secret of {}", form.name);
    of(form, &title, lede, "Refresh secret", &fields)
}

fn of(form: &Form, title: &str, lede: &str, verb: &str, fields: &Markup) -> String {
    let frame = Frame {
        title,
        nav: Nav::Upstreams,
        body: html! {
            (parts::head(title, lede))
            section.panel.form.narrow {
                (parts::refusal(form.error))
                form.stack method="post" action=(form.action_href) {
                    (parts::csrf(form.shell.csrf))
                    input type="hidden" name="version" value=(form.version);
                    (fields)
                    p.ask {
                        button.btn.pri type="submit" { (verb) }
                        a.btn href=(form.back_href) { "Cancel" }
                    }
                }
            }
        },
        drawer: None,
    };
    layout::page(&form.shell, frame)
}

fn act(upstream: &Record, act: UpstreamAct) -> Act {
    Act {
        text: match act {
            UpstreamAct::Edit => "Edit",
            UpstreamAct::Refresh => "Refresh secret",
            UpstreamAct::Pause => "Pause…",
            UpstreamAct::Reactivate => "Reactivate…",
            UpstreamAct::Delete => "Delete…",
        },
        href: format!("{}/{}", upstream.href, act.as_str()),
        is_final: act == UpstreamAct::Delete,
    }
}

fn facts(upstream: &Record) -> Markup {
    let long_date = |ms: Millis| upstream.times.long_date(ms);
    html! {
        (fact("Format", Some(upstream.format.title())))
        (fact("Names and ids", Some(mode_text(upstream.mode))))
        (fact("Pool", Some(html! {
            @if let Some(href) = &upstream.pool_href { a.ql href=(href) { (upstream.pool_name) } }
            @else { (upstream.pool_name) }
        })))
        (fact("Status", Some(parts::state(upstream.state))))
        (fact("Secret", Some("Kept encrypted, never shown")))
        (fact("Secret before", upstream.overlap_until.map(|ms| html! {
            "Works until "
            time datetime=(machine(ms)) {
                (upstream.times.date_clock(ms)) " " (upstream.times.zone_name())
            }
        })))
        (fact("Imported", Some(long_date(upstream.created))))
        (mono_fact("Id", Some(record::identity(upstream.id))))
    }
}
