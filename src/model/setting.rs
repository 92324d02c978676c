//! Each setting by its name, and the sections they stand in.
use std::ops::RangeInclusive;

macro_rules! settings {
    ($($variant:ident $name:literal $section:ident $title:literal)+) => {
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Setting {
            $($variant,)+
        }

        impl Setting {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As stored, in forms and in events.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            pub fn section(self) -> Section {
                match self {
                    $(Self::$variant => Section::$section,)+
                }
            }

            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }
        }
    };
}

settings! {
    InstanceName "instance_name" Instance "Name"
    TimeZone "time_zone" Instance "Default time zone"
    SessionIdleMin "session_idle_min" SignIn "Idle minutes"
    SessionHours "session_hours" SignIn "Hours at most"
    TotpRequired "totp_required" SignIn "Second factor required"
    TrustedProxies "trusted_proxies" Network "Trusted proxies"
    IngestLimit "ingest_limit" Network "Events a minute for each key"
    MetricsToken "metrics_token" Network "Token for metrics"
    RetentionDays "retention_days" Retention "Days of events"
    RequestLogDays "request_log_days" Retention "Days of request logs"
    JobDays "job_days" Retention "Days of System jobs"
    McpEnabled "mcp_enabled" Agents "MCP tokens"
}

/// What is shown, changed and versioned together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Section {
    Instance,
    SignIn,
    Network,
    Retention,
    Agents,
}

/// What becomes of a secret. It is never shown again, so a form cannot hold it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretAct {
    Keep,
    Replace,
    Clear,
}

impl SecretAct {
    pub const ALL: [Self; 3] = [Self::Keep, Self::Replace, Self::Clear];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Replace => "replace",
            Self::Clear => "clear",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl Setting {
    /// Kept as a digest and told to nobody.
    pub fn is_secret(self) -> bool {
        self == Self::MetricsToken
    }

    /// The least and the greatest number; none where it is no number.
    pub fn bounds(self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::SessionIdleMin => Some(15..=480),
            Self::SessionHours => Some(1..=24),
            Self::IngestLimit => Some(1..=10_000_000),
            // A century; longer is for ever.
            Self::RetentionDays | Self::RequestLogDays | Self::JobDays => Some(1..=36_500),
            Self::InstanceName
            | Self::TimeZone
            | Self::TotpRequired
            | Self::TrustedProxies
            | Self::MetricsToken
            | Self::McpEnabled => None,
        }
    }

    pub fn may_be_blank(self) -> bool {
        matches!(
            self,
            Self::InstanceName | Self::IngestLimit | Self::RetentionDays
        )
    }
}

impl Section {
    pub const ALL: [Self; 5] = [
        Self::Instance,
        Self::SignIn,
        Self::Network,
        Self::Retention,
        Self::Agents,
    ];

    /// In addresses and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::SignIn => "sign-in",
            Self::Network => "network",
            Self::Retention => "retention",
            Self::Agents => "agents",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Instance => "Instance",
            Self::SignIn => "Sign-in",
            Self::Network => "Network",
            Self::Retention => "Retention",
            Self::Agents => "Agents",
        }
    }

    pub fn settings(self) -> impl Iterator<Item = Setting> {
        let all = Setting::ALL.iter().copied();
        all.filter(move |it| it.section() == self)
    }
}
