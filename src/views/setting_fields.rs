//! One setting: as a field of its form, and in words.
use maud::{Markup, html};

use super::parts::{self, Choice};
use super::times::{count, counted};
use crate::model::{SecretAct, Setting, Settings, TotpRequired};

/// The fields of a section.
pub struct Fields<'a> {
    pub each: Vec<Field>,
    /// What is stored.
    pub settings: &'a Settings,
    /// The proxies that the host's environment names; the settings do not count then.
    pub pinned_proxies: Option<&'a str>,
    pub zones: &'a [String],
    /// Somebody else changed the section meanwhile: what is stored now stands beside what was
    /// typed.
    pub is_stale: bool,
}

/// A setting as it stands in the form. Of a secret: what is to be done with it.
pub struct Field {
    pub setting: Setting,
    pub text: String,
    /// The form was refused for this one.
    pub is_wrong: bool,
}

/// In words, for somebody who only looks.
pub fn shown(settings: &Settings, setting: Setting) -> String {
    let counted = |number: i64, noun| counted(number.unsigned_abs(), noun);
    match setting {
        Setting::InstanceName if settings.instance_name.is_empty() => "None".to_owned(),
        Setting::InstanceName => settings.instance_name.clone(),
        Setting::TimeZone => settings.time_zone.clone(),
        Setting::SessionIdleMin => counted(settings.session_idle_min, "minute"),
        Setting::SessionHours => counted(settings.session_hours, "hour"),
        Setting::TotpRequired => of_whom(settings.totp_required).to_owned(),
        Setting::TrustedProxies if settings.trusted_proxies.is_empty() => "None".to_owned(),
        Setting::TrustedProxies => settings.text(setting).replace('\n', ", "),
        Setting::IngestLimit => match settings.ingest_limit {
            Some(limit) => count(limit.unsigned_abs()),
            None => "No limit".to_owned(),
        },
        Setting::MetricsToken if settings.metrics_token.is_some() => "Set".to_owned(),
        Setting::MetricsToken => "None: only this host reads them".to_owned(),
        Setting::RetentionDays => match settings.retention_days {
            Some(days) => counted(days, "day"),
            None => "For ever".to_owned(),
        },
        Setting::RequestLogDays => counted(settings.request_log_days, "day"),
        Setting::JobDays => counted(settings.job_days, "day"),
        Setting::McpEnabled if settings.mcp_enabled => "Allowed".to_owned(),
        Setting::McpEnabled => "Not allowed".to_owned(),
    }
}

pub fn controls(form: &Fields) -> Markup {
    html! { @for field in &form.each { (control(form, field)) } }
}

fn control(form: &Fields, field: &Field) -> Markup {
    let setting = field.setting;
    match setting {
        Setting::TotpRequired => choices(form, field, &TotpRequired::CHOICES.map(totp_choice)),
        Setting::McpEnabled => choices(form, field, &MCP),
        Setting::MetricsToken => secret(form, field),
        Setting::TrustedProxies => match form.pinned_proxies {
            Some(proxies) => pinned(proxies),
            None => labelled(form, field, &area(field)),
        },
        Setting::TimeZone => labelled(form, field, &zones(form, field)),
        Setting::InstanceName
        | Setting::SessionIdleMin
        | Setting::SessionHours
        | Setting::IngestLimit
        | Setting::RetentionDays
        | Setting::RequestLogDays
        | Setting::JobDays => labelled(form, field, &line(field)),
    }
}

const MCP: [Choice; 2] = [
    Choice {
        value: "yes",
        label: "Allowed",
    },
    Choice {
        value: "no",
        label: "Not allowed",
    },
];

fn totp_choice(it: TotpRequired) -> Choice<'static> {
    Choice {
        value: it.as_str(),
        label: of_whom(it),
    }
}

fn of_whom(it: TotpRequired) -> &'static str {
    match it {
        TotpRequired::Off => "Nobody",
        TotpRequired::Owners => "Owners",
        TotpRequired::All => "Everybody",
    }
}

fn hint(setting: Setting) -> &'static str {
    match setting {
        Setting::InstanceName => "Stands under the logo on every page. Blank: nothing does.",
        Setting::TimeZone => "For operators who chose none. Events are stored in UTC.",
        Setting::SessionIdleMin => "Without a request for this long a session ends: 15 to 480.",
        Setting::SessionHours => {
            "However busy, a session ends: 1 to 24. Fewer hours count for open sessions too."
        }
        Setting::TotpRequired => "Who has none sets one up at the next sign-in.",
        Setting::TrustedProxies => {
            "One a line: 192.0.2.1 or 10.0.0.0/8. Only they say, in X-Forwarded-For and \
             X-Forwarded-Proto, who their clients are. Counts from the next request on."
        }
        Setting::IngestLimit => {
            "Blank: no limit. Above it a key is answered 429 and told when to come back."
        }
        Setting::MetricsToken => {
            "Whoever sends it as a bearer reads /metrics from another host. 32 to 256 \
             characters; only its digest is stored."
        }
        Setting::RetentionDays => "Blank: for ever. A Pool may have a number of its own.",
        Setting::RequestLogDays | Setting::JobDays => "1 to 36,500.",
        Setting::McpEnabled => "Tokens read what their operator may see, and write nothing.",
    }
}

/// What is stored now, where somebody else stored it.
fn was(form: &Fields, field: &Field) -> Markup {
    let differs = form.settings.text(field.setting) != field.text;
    let is_told = form.is_stale && (differs || field.setting.is_secret());
    html! {
        @if is_told {
            p.was { "Stored now: " b { (shown(form.settings, field.setting)) } }
        }
    }
}

fn labelled(form: &Fields, field: &Field, input: &Markup) -> Markup {
    let setting = field.setting;
    html! {
        div.ctl {
            label for=(setting.name()) { (setting.title()) }
            (input)
            (was(form, field))
            p.hint id=(hint_id(setting)) { (hint(setting)) }
        }
    }
}

fn hint_id(setting: Setting) -> String {
    format!("{}-h", setting.name())
}

fn line(field: &Field) -> Markup {
    let (setting, name) = (field.setting, field.setting.name());
    let is_wrong = field.is_wrong.then_some("true");
    html! {
        @if let Some(bounds) = setting.bounds() {
            input id=(name) name=(name) type="number" inputmode="numeric" value=(field.text)
                min=(bounds.start()) max=(bounds.end()) required[!setting.may_be_blank()]
                placeholder=[setting.may_be_blank().then(|| blank(setting))]
                aria-describedby=(hint_id(setting)) aria-invalid=[is_wrong];
        } @else {
            input id=(name) name=(name) maxlength="64" autocomplete="off" value=(field.text)
                aria-describedby=(hint_id(setting)) aria-invalid=[is_wrong];
        }
    }
}

/// What a blank number stands for.
fn blank(setting: Setting) -> String {
    shown(&Settings::default(), setting)
}

fn area(field: &Field) -> Markup {
    let name = field.setting.name();
    html! {
        textarea.mono id=(name) name=(name) rows="3" spellcheck="false" autocapitalize="none"
            aria-describedby=(hint_id(field.setting))
            aria-invalid=[field.is_wrong.then_some("true")] { (field.text) }
    }
}

fn pinned(proxies: &str) -> Markup {
    html! {
        div.ctl {
            p.ctl-l { (Setting::TrustedProxies.title()) }
            p.mono { (proxies) }
            p.hint { "Set by ANNALS_TRUSTED_PROXIES on the host, where it is changed." }
        }
    }
}

fn zones(form: &Fields, field: &Field) -> Markup {
    let choices: Vec<_> = form
        .zones
        .iter()
        .map(|it| Choice {
            value: it,
            label: it,
        })
        .collect();
    let name = field.setting.name();
    parts::select(name, name, &choices, &field.text)
}

fn choices(form: &Fields, field: &Field, choices: &[Choice]) -> Markup {
    let setting = field.setting;
    html! {
        fieldset.ctl aria-describedby=(hint_id(setting)) {
            legend { (setting.title()) }
            (radios(setting.name(), choices, &field.text))
            (was(form, field))
            p.hint id=(hint_id(setting)) { (hint(setting)) }
        }
    }
}

fn radios(name: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        div.rads {
            @for choice in choices {
                label {
                    input type="radio" name=(name) value=(choice.value)
                        checked[choice.value == chosen];
                    (choice.label)
                }
            }
        }
    }
}

/// What is there is never shown: it is kept, replaced or cleared.
fn secret(form: &Fields, field: &Field) -> Markup {
    let setting = field.setting;
    let is_set = !form.settings.text(setting).is_empty();
    let acts = SecretAct::ALL.map(|it| Choice {
        value: it.as_str(),
        label: act(it, is_set),
    });
    let acts = if is_set { &acts[..] } else { &acts[..2] };
    let (name, new) = (setting.name(), format!("{}_new", setting.name()));
    html! {
        fieldset.ctl aria-describedby=(hint_id(setting)) {
            legend { (setting.title()) }
            (radios(name, acts, &field.text))
            (was(form, field))
            label.sr for=(new) { "New token" }
            div.in-w {
                input id=(new) name=(new) type="password" autocomplete="new-password"
                    maxlength="256" placeholder="New token" aria-describedby=(hint_id(setting))
                    aria-invalid=[field.is_wrong.then_some("true")];
                (parts::reveal(&new, "Show token"))
            }
            p.hint id=(hint_id(setting)) { (hint(setting)) }
        }
    }
}

fn act(act: SecretAct, is_set: bool) -> &'static str {
    match (act, is_set) {
        (SecretAct::Keep, true) => "Keep",
        (SecretAct::Keep, false) => "None",
        (SecretAct::Replace, true) => "Replace",
        (SecretAct::Replace, false) => "Set",
        (SecretAct::Clear, _) => "Clear",
    }
}
