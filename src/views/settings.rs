//! The settings of the instance: what each section is set to, and the form of one section.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, fact};
use super::setting_fields::{Fields, controls, shown};
use crate::model::{Section, Setting, Settings};

pub const HREF: &str = "/settings";

pub struct Overview<'a> {
    pub shell: Shell<'a>,
    pub settings: &'a Settings,
    /// The proxies that the host's environment names; the settings do not count then.
    pub pinned_proxies: Option<&'a str>,
    /// A section that was saved just now.
    pub saved: Option<Section>,
    /// The audit logs of changes to the settings.
    pub about_href: &'a str,
}

/// The form of one section.
pub struct Form<'a> {
    pub shell: Shell<'a>,
    pub section: Section,
    pub version: i64,
    pub fields: Fields<'a>,
    pub error: Option<&'a str>,
}

pub fn overview(page: &Overview) -> String {
    let body = html! {
        div.head {
            div {
                h1 { "Settings" }
                p.lede { "What holds for everybody here." }
            }
            div.acts {
                a.btn href=(page.about_href) { (icon(Glyph::Log)) "Changes to settings" }
            }
        }
        @if let Some(section) = page.saved {
            div.note role="status" { div { p { (section.title()) " is saved." } } }
        }
        div.sg {
            @for section in Section::ALL { (panel(page, section)) }
        }
        p.hint.end-h {
            "Further keys that events may carry, and a retention of its own, are set at each "
            a href="/pools" { "Pool" } "."
        }
    };
    let frame = Frame {
        title: "Settings",
        nav: Nav::Settings,
        body,
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

pub fn form(form: &Form) -> String {
    let title = format!("{} settings", form.section.title());
    let body = html! {
        (parts::head(&title, lede(form.section)))
        @if form.fields.is_stale { (stale()) } @else { (parts::refusal(form.error)) }
        section.panel.form.narrow {
            h2.sr { "Settings" }
            form.stack method="post" action=(href(form.section)) {
                (parts::csrf(form.shell.csrf))
                input type="hidden" name="version" value=(form.version);
                (controls(&form.fields))
                p.ask {
                    button.btn.pri type="submit" { "Save" }
                    a.btn href=(HREF) { "Cancel" }
                }
            }
        }
    };
    let frame = Frame {
        title: &title,
        nav: Nav::Settings,
        body,
        drawer: None,
    };
    layout::page(&form.shell, frame)
}

pub fn href(section: Section) -> String {
    format!("{HREF}/{}", section.as_str())
}

fn panel(page: &Overview, section: Section) -> Markup {
    let heading = format!("s-{}", section.as_str());
    html! {
        section.panel.form.record id=(section.as_str()) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title()) }
            p.hint { (lede(section)) }
            dl.kv {
                @for setting in section.settings() {
                    (fact(setting.title(), Some(value(page, setting))))
                }
            }
            p { a.btn href=(href(section)) { "Edit" span.sr { " " (section.title()) } } }
        }
    }
}

fn value(page: &Overview, setting: Setting) -> Markup {
    let pinned = page.pinned_proxies;
    if let Some(proxies) = pinned.filter(|_| setting == Setting::TrustedProxies) {
        return html! { (proxies) span.mut { " by ANNALS_TRUSTED_PROXIES" } };
    }
    html! { (shown(page.settings, setting)) }
}

fn stale() -> Markup {
    html! {
        div #err .note.warn role="alert" tabindex="-1" autofocus {
            (icon(Glyph::Warning))
            div {
                h2 { "Somebody else saved this section first" }
                p {
                    "Nothing of yours is stored yet. Compare what you typed with what is stored "
                    "now, and save again."
                }
            }
        }
    }
}

fn lede(section: Section) -> &'static str {
    match section {
        Section::Instance => "How this instance calls itself, and which clock its pages show.",
        Section::SignIn => "How long sessions last, and who needs a second factor.",
        Section::Network => "Whom Annals believes about addresses, and how much it takes.",
        Section::Retention => {
            "Nothing is removed yet: this version records these numbers and keeps everything."
        }
        Section::Agents => "Whether programs of operators may ask about events over MCP.",
    }
}
