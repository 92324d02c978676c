//! What an instance is set to, and what a person prefers.
use super::operator::Role;
use super::session::SessionLimits;
use crate::base::{HOUR_MS, Hash, MINUTE_MS, Network};

/// A setting that is not stored has its default.
#[derive(Clone)]
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
    /// Of events. None: for ever. A Pool may have its own.
    pub retention_days: Option<i64>,
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
            retention_days: None,
            request_log_days: 30,
            job_days: 90,
            mcp_enabled: false,
        }
    }
}

impl Settings {
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

    /// Whether somebody of this role may not go without one.
    pub fn applies_to(self, role: Role) -> bool {
        match self {
            Self::Off => false,
            Self::Owners => role == Role::Owner,
            Self::All => true,
        }
    }
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
}
