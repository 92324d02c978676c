//! What a setting may be: how it is stored and typed, and what an event tells of it.
use std::collections::BTreeSet;

use super::refusal::Refusal;
use super::safe::{Detail, Label, Word};
use super::setting::Setting;
use super::settings::{Settings, TotpRequired};
use super::zone::Zone;
use crate::base::{Hash, Network, hex, sha256, unhex};

const NAME_CHARS_MAX: usize = 64;
const PROXIES_MAX: usize = 32;

impl Settings {
    /// The settings as stored, by name. What cannot be read is as if it were not there.
    pub fn read<'a>(stored: impl Fn(&str) -> Option<&'a str>) -> Self {
        let mut settings = Self::default();
        for it in Setting::ALL {
            if let Some(text) = stored(it.name()) {
                let _ = settings.set(*it, text);
            }
        }
        settings
    }

    /// As stored, and as a form has it; blank where there is none.
    pub fn text(&self, setting: Setting) -> String {
        let number = |it: Option<i64>| it.map_or_else(String::new, |it| it.to_string());
        match setting {
            Setting::InstanceName => self.instance_name.clone(),
            Setting::TimeZone => self.time_zone.clone(),
            Setting::SessionIdleMin => self.session_idle_min.to_string(),
            Setting::SessionHours => self.session_hours.to_string(),
            Setting::TotpRequired => self.totp_required.as_str().to_owned(),
            Setting::TrustedProxies => lines(&self.trusted_proxies),
            Setting::IngestLimit => number(self.ingest_limit),
            Setting::MetricsToken => self.metrics_token.map_or_else(String::new, |it| hex(&it)),
            Setting::RetentionDays => number(self.retention_days),
            Setting::RequestLogDays => self.request_log_days.to_string(),
            Setting::JobDays => self.job_days.to_string(),
            Setting::McpEnabled => if self.mcp_enabled { "yes" } else { "no" }.to_owned(),
        }
    }

    /// Takes a text as stored or typed, or says in one sentence what it has to be. Of a secret
    /// this is the digest.
    pub fn set(&mut self, setting: Setting, text: &str) -> Result<(), &'static str> {
        match setting {
            Setting::InstanceName => self.instance_name = name(text)?,
            Setting::TimeZone => self.time_zone = zone(text)?,
            Setting::SessionIdleMin => {
                let problem = "Sessions end after 15 to 480 minutes without a request.";
                self.session_idle_min = number(setting, text, problem)?;
            }
            Setting::SessionHours => {
                let problem = "Sessions end after 1 to 24 hours.";
                self.session_hours = number(setting, text, problem)?;
            }
            Setting::TotpRequired => {
                let problem = "Choose from the list who needs a second factor.";
                self.totp_required = TotpRequired::parse(text).ok_or(problem)?;
            }
            Setting::TrustedProxies => self.trusted_proxies = proxies(text)?,
            Setting::IngestLimit => {
                let problem = "A limit is 1 to 10,000,000 events a minute, or blank for none.";
                self.ingest_limit = number_or_none(setting, text, problem)?;
            }
            Setting::MetricsToken => {
                let digest = unhex(text).and_then(|it| it.try_into().ok());
                self.metrics_token = digest;
            }
            Setting::RetentionDays => {
                let problem = "Events are kept for 1 to 36,500 days, or blank for ever.";
                self.retention_days = number_or_none(setting, text, problem)?;
            }
            Setting::RequestLogDays => {
                let problem = "Request logs are kept for 1 to 36,500 days.";
                self.request_log_days = number(setting, text, problem)?;
            }
            Setting::JobDays => {
                let problem = "System jobs are kept for 1 to 36,500 days.";
                self.job_days = number(setting, text, problem)?;
            }
            Setting::McpEnabled => self.mcp_enabled = text == "yes",
        }
        Ok(())
    }

    /// What an event tells of it; none where there is none, and of a secret.
    pub fn told(&self, setting: Setting) -> Option<Detail> {
        let int = |it: Option<i64>| it.map(Detail::Int);
        match setting {
            Setting::InstanceName => label(&self.instance_name),
            Setting::TimeZone => label(&self.time_zone),
            Setting::SessionIdleMin => int(Some(self.session_idle_min)),
            Setting::SessionHours => int(Some(self.session_hours)),
            Setting::TotpRequired => Some(Detail::Word(Word::fixed(self.totp_required.as_str()))),
            Setting::TrustedProxies => {
                let networks = self.trusted_proxies.iter();
                Some(Detail::Labels(networks.map(Label::network).collect()))
            }
            Setting::IngestLimit => int(self.ingest_limit),
            Setting::MetricsToken => None,
            Setting::RetentionDays => int(self.retention_days),
            Setting::RequestLogDays => int(Some(self.request_log_days)),
            Setting::JobDays => int(Some(self.job_days)),
            Setting::McpEnabled => Some(Detail::Bool(self.mcp_enabled)),
        }
    }
}

fn label(text: &str) -> Option<Detail> {
    Label::gate(text).ok().map(Detail::Label)
}

fn lines(networks: &[Network]) -> String {
    let lines: Vec<_> = networks.iter().map(Network::to_string).collect();
    lines.join("\n")
}

/// Blank is no name.
fn name(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err("Use at most 64 characters.");
    }
    let label = Label::gate(text).map_err(Refusal::sentence)?;
    Ok(label.into_text())
}

fn zone(text: &str) -> Result<String, &'static str> {
    let zone = Zone::parse(text).ok_or("Choose a time zone from the list.")?;
    Ok(zone.name().to_owned())
}

/// Digits alone: what `i64` reads beyond them is nothing that a person means.
fn number(setting: Setting, text: &str, problem: &'static str) -> Result<i64, &'static str> {
    let is_plain = text.bytes().all(|it| it.is_ascii_digit());
    let number: Option<i64> = text.parse().ok().filter(|_| is_plain);
    let bounds = setting.bounds();
    let fits = |it: &i64| bounds.is_some_and(|bounds| bounds.contains(it));
    number.filter(fits).ok_or(problem)
}

fn number_or_none(
    setting: Setting,
    text: &str,
    problem: &'static str,
) -> Result<Option<i64>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    number(setting, text, problem).map(Some)
}

/// The digest of a token as typed. It is kept without salt, so it has to be one that nobody
/// guesses, and one that fits in a header.
pub fn metrics_token(text: &str) -> Result<Hash, &'static str> {
    let is_fitting =
        (32..=256).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic());
    if !is_fitting {
        return Err("A token is 32 to 256 letters, digits and signs, without spaces.");
    }
    let different: BTreeSet<u8> = text.bytes().collect();
    if different.len() < 10 {
        return Err("This token is too easy to guess: let a program make one.");
    }
    Ok(metrics_digest(text))
}

/// What is stored of a token, and compared with the digest of what was sent.
pub fn metrics_digest(text: &str) -> Hash {
    sha256(&[b"annals/metrics/1\0", text.as_bytes()])
}

/// Addresses and networks with commas, spaces or line ends between them.
fn proxies(text: &str) -> Result<Vec<Network>, &'static str> {
    let between = |it: char| it == ',' || it.is_whitespace();
    let written = text.split(between).filter(|it| !it.is_empty());
    let networks: Option<Vec<_>> = written.map(Network::parse).collect();
    let networks =
        networks.ok_or("Write addresses and networks, such as 192.0.2.1 or 10.0.0.0/8.")?;
    if networks.len() > PROXIES_MAX {
        return Err("Name at most 32 addresses and networks.");
    }
    if networks.iter().any(Network::is_everything) {
        return Err("A network of every address would let anybody claim to be anybody.");
    }
    Ok(networks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stored_or_not_readable_is_the_default() {
        let empty = Settings::read(|_| None);
        let damaged = Settings::read(|_| Some("\u{1}"));
        for it in Setting::ALL {
            assert_eq!(empty.text(*it), Settings::default().text(*it));
            assert_eq!(damaged.text(*it), Settings::default().text(*it), "{it:?}");
        }
    }

    #[test]
    fn a_setting_is_taken_within_its_limits_and_reads_back() {
        #[track_caller]
        fn case(setting: Setting, text: &str, stored: Option<&str>) {
            let mut settings = Settings::default();
            let taken = settings.set(setting, text).is_ok();
            assert_eq!(taken, stored.is_some(), "{text}");
            let stored = stored.map_or_else(|| Settings::default().text(setting), str::to_owned);
            assert_eq!(settings.text(setting), stored);
            let again = Settings::read(|name| (name == setting.name()).then_some(stored.as_str()));
            assert_eq!(again.text(setting), stored);
        }
        case(Setting::InstanceName, "northwind", Some("northwind"));
        case(Setting::InstanceName, "", Some(""));
        case(Setting::InstanceName, &"ab ".repeat(22), None);
        case(Setting::InstanceName, "https://a.example/x", None);
        case(Setting::TimeZone, "europe/berlin", Some("Europe/Berlin"));
        case(Setting::TimeZone, "Berlin", None);
        case(Setting::SessionIdleMin, "15", Some("15"));
        case(Setting::SessionIdleMin, "480", Some("480"));
        for text in [
            "14",
            "481",
            "+20",
            "-20",
            "20.5",
            "",
            "999999999999999999999",
        ] {
            case(Setting::SessionIdleMin, text, None);
        }
        case(Setting::SessionHours, "24", Some("24"));
        case(Setting::SessionHours, "25", None);
        case(Setting::TotpRequired, "owners", Some("owners"));
        case(Setting::TotpRequired, "nobody", None);
        case(Setting::IngestLimit, "", Some(""));
        case(Setting::IngestLimit, "600", Some("600"));
        case(Setting::IngestLimit, "0", None);
        case(Setting::RetentionDays, "", Some(""));
        case(Setting::RetentionDays, "36501", None);
        case(Setting::RequestLogDays, "", None);
        case(Setting::McpEnabled, "yes", Some("yes"));
        case(Setting::McpEnabled, "no", Some("no"));
    }

    #[test]
    fn proxies_stand_one_a_line_or_between_commas() {
        #[track_caller]
        fn case(text: &str, stored: Result<&str, ()>) {
            let read = proxies(text).map(|it| lines(&it)).map_err(|_sentence| ());
            assert_eq!(read.as_deref(), stored.as_ref().copied());
        }
        case("", Ok(""));
        case(
            "192.0.2.1\r\nfd00::/8, 10.0.0.0/8,",
            Ok("192.0.2.1\nfd00::/8\n10.0.0.0/8"),
        );
        case("192.0.2.1 proxy", Err(()));
        case("0.0.0.0/0", Err(()));
        case("::/0", Err(()));
        case(&"10.0.0.1 ".repeat(33), Err(()));
    }

    /// What an event cannot tell would read as "not set".
    #[test]
    fn every_zone_can_be_told() {
        for zone in Zone::names() {
            assert!(label(zone).is_some(), "{zone}");
        }
    }
}
