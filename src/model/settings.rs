//! What an instance is set to, and what a person prefers.
use std::ops::RangeInclusive;

use super::operator::Role;
use super::session::SessionLimits;
use crate::base::{HOUR_MS, Hash, MINUTE_MS, Network, unhex};

/// A setting that is not stored has its default.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the page of the settings comes next")
)]
pub struct Settings {
    /// Shown under the logo; empty: nothing is.
    pub instance_name: String,
    /// An IANA name. Each operator may choose another.
    pub time_zone: String,
    /// Minutes without a request that end a session.
    pub session_idle_min: i64,
    /// Hours after which a session ends, however busy.
    pub session_hours: i64,
    pub totp_required: TotpRequired,
    /// Proxies whose word about their clients counts.
    pub trusted_proxies: Vec<Network>,
    /// Events that one key may deliver in a minute. None: as many as it likes.
    pub ingest_limit: Option<i64>,
    /// SHA-256 of the token that reads the metrics from elsewhere. None: only this host does.
    pub metrics_token: Option<Hash>,
    /// None: for ever. A Pool may have its own.
    pub event_days: Option<i64>,
    pub request_log_days: i64,
    pub job_days: i64,
    /// Whether operators may make tokens for agents, and agents use them.
    pub mcp_enabled: bool,
}

/// Who cannot go without a second factor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TotpRequired {
    Off,
    Owners,
    All,
}

#[derive(Clone)]
pub struct Preferences {
    /// An IANA name; none: the instance's.
    pub time_zone: Option<String>,
    /// Whether single keys do something on pages.
    pub shortcuts: bool,
}

pub const IDLE_MINUTES: RangeInclusive<i64> = 15..=480;
pub const SESSION_HOURS: RangeInclusive<i64> = 1..=24;
pub const INGEST_LIMITS: RangeInclusive<i64> = 1..=10_000_000;
/// A century; longer is for ever.
pub const DAYS: RangeInclusive<i64> = 1..=36_500;

impl Default for Settings {
    fn default() -> Self {
        Self {
            instance_name: String::new(),
            time_zone: "UTC".to_owned(),
            session_idle_min: 30,
            session_hours: 12,
            totp_required: TotpRequired::Off,
            trusted_proxies: Vec::new(),
            ingest_limit: None,
            metrics_token: None,
            event_days: None,
            request_log_days: 30,
            job_days: 90,
            mcp_enabled: false,
        }
    }
}

impl Settings {
    /// The settings as stored, by name. What cannot be read is as if it were not there.
    pub fn read<'a>(stored: impl Fn(&str) -> Option<&'a str>) -> Self {
        let default = Self::default();
        let within = |name, allowed: &RangeInclusive<i64>| {
            let number: Option<i64> = stored(name)?.parse().ok();
            number.filter(|it| allowed.contains(it))
        };
        let text = |name, otherwise: String| stored(name).map_or(otherwise, str::to_owned);
        Self {
            instance_name: text("instance_name", default.instance_name),
            time_zone: text("time_zone", default.time_zone),
            session_idle_min: within("session_idle_min", &IDLE_MINUTES)
                .unwrap_or(default.session_idle_min),
            session_hours: within("session_hours", &SESSION_HOURS).unwrap_or(default.session_hours),
            totp_required: stored("totp_required")
                .and_then(TotpRequired::parse)
                .unwrap_or(default.totp_required),
            trusted_proxies: stored("trusted_proxies")
                .and_then(networks)
                .unwrap_or_default(),
            ingest_limit: within("ingest_limit", &INGEST_LIMITS),
            metrics_token: stored("metrics_token")
                .and_then(unhex)
                .and_then(|it| it.try_into().ok()),
            event_days: within("event_days", &DAYS),
            request_log_days: within("request_log_days", &DAYS).unwrap_or(default.request_log_days),
            job_days: within("job_days", &DAYS).unwrap_or(default.job_days),
            mcp_enabled: stored("mcp_enabled") == Some("yes"),
        }
    }

    pub fn session_limits(&self) -> SessionLimits {
        SessionLimits {
            idle_ms: self.session_idle_min * MINUTE_MS,
            life_ms: self.session_hours * HOUR_MS,
        }
    }
}

impl TotpRequired {
    pub const CHOICES: [Self; 3] = [Self::Off, Self::Owners, Self::All];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Owners => "owners",
            Self::All => "all",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|it| it.as_str() == text)
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "sign-in asks it next"))]
    /// Whether somebody of this role may not go without one.
    pub fn applies_to(self, role: Role) -> bool {
        match self {
            Self::Off => false,
            Self::Owners => role == Role::Owner,
            Self::All => true,
        }
    }
}

/// Networks with commas, spaces or line ends between them. None: one of them is no network.
pub fn networks(text: &str) -> Option<Vec<Network>> {
    let between = |it: char| it == ',' || it.is_whitespace();
    let written = text.split(between).filter(|it| !it.is_empty());
    written.map(Network::parse).collect()
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            time_zone: None,
            shortcuts: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stored_or_not_readable_is_the_default() {
        let empty = Settings::read(|_| None);
        let damaged = Settings::read(|_| Some("zebra"));
        for settings in [empty, damaged] {
            assert_eq!(settings.session_limits().idle_ms, 30 * MINUTE_MS);
            assert_eq!(settings.session_limits().life_ms, 12 * HOUR_MS);
            assert_eq!(settings.totp_required, TotpRequired::Off);
            assert!(settings.trusted_proxies.is_empty());
            assert!(settings.ingest_limit.is_none() && settings.metrics_token.is_none());
            assert!(settings.event_days.is_none() && !settings.mcp_enabled);
        }
        let beyond = Settings::read(|_| Some("100000"));
        assert_eq!((beyond.session_idle_min, beyond.session_hours), (30, 12));
    }

    #[test]
    fn a_second_factor_is_asked_of_whom_it_is_said() {
        fn case(required: &str, of: [bool; 2]) {
            let required = TotpRequired::parse(required).unwrap();
            assert_eq!(
                [Role::Owner, Role::Admin].map(|it| required.applies_to(it)),
                of
            );
        }
        case("off", [false, false]);
        case("owners", [true, false]);
        case("all", [true, true]);
    }

    #[test]
    fn networks_stand_one_a_line_or_between_commas() {
        let count = |text| networks(text).map(|it| it.len());
        assert_eq!(count(""), Some(0));
        assert_eq!(count("192.0.2.1\r\nfd00::/8, 10.0.0.0/8,"), Some(3));
        assert_eq!(count("192.0.2.1 proxy"), None);
    }
}
