//! Upstreams: systems whose own audit trail one Pool collects, and the documents that set them up.
use std::fmt;

use zeroize::Zeroizing;

use super::id::RecordId;
use super::kinds::GateMode;
use super::pool::PoolNo;
use super::safe::Label;
use crate::base::Millis;

#[derive(Clone)]
pub struct Upstream {
    pub no: i64,
    pub id: RecordId,
    /// For life.
    pub pool_no: PoolNo,
    pub name: String,
    pub format: SourceFormat,
    pub mode: GateMode,
    pub state: UpstreamState,
    /// Until when the secret before this one is taken as well.
    pub overlap_until_ms: Option<Millis>,
    pub created_ms: Millis,
    pub recorded_seq: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UpstreamState {
    Active,
    Paused,
    /// Its deliveries were refused in a row, or none came in time.
    Failing,
    Deleted,
}

macro_rules! formats {
    ($($variant:ident $word:literal $name:literal)+) => {
        /// What an upstream's deliveries look like.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum SourceFormat {
            $($variant,)+
        }

        impl SourceFormat {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word in documents and events.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// As its makers write it.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

formats! {
    Github "github" "GitHub"
    Gitea "gitea" "Gitea"
    Gitlab "gitlab" "GitLab"
    Kubernetes "kubernetes" "Kubernetes"
    Vault "vault" "Vault"
    Keycloak "keycloak" "Keycloak"
    Authentik "authentik" "authentik"
    Teleport "teleport" "Teleport"
    Cloudevents "cloudevents" "CloudEvents"
    Otlp "otlp" "OTLP"
    Syslog "syslog" "syslog"
    Json "json" "JSON"
}

/// What a credential document says.
pub struct Credentials {
    pub name: Label,
    pub format: SourceFormat,
    pub secret: UpstreamSecret,
}

/// What an upstream signs or presents. It is kept sealed and never shown again.
pub struct UpstreamSecret(Zeroizing<String>);

impl UpstreamSecret {
    pub const BYTES_MIN: usize = 8;
    pub const BYTES_MAX: usize = 4096;

    /// On one line, and of a length that opens nothing by chance.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (Self::BYTES_MIN..=Self::BYTES_MAX).contains(&text.len());
        let is_line = !text.chars().any(char::is_control);
        (fits && is_line).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for UpstreamSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamSecret")
    }
}

impl SourceFormat {
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == word)
    }
}

impl UpstreamState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Failing => "failing",
            Self::Deleted => "deleted",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Failing, Self::Deleted]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line_of_some_length_and_never_printed() {
        #[track_caller]
        fn case(text: &str, is_one: bool) {
            assert_eq!(UpstreamSecret::parse(text).is_some(), is_one, "{text}");
        }
        case("hunter2!", true);
        case("with spaces and üs", true);
        case(&"x".repeat(4096), true);
        case("", false);
        case("hunter2", false);
        case("hunter2!\n", false);
        case("hunter2\0!", false);
        case(&"x".repeat(4097), false);
        let secret = UpstreamSecret::parse("hunter2!").unwrap();
        assert_eq!(format!("{secret:?}"), "UpstreamSecret");
        assert_eq!(secret.as_bytes(), b"hunter2!");
    }

    #[test]
    fn every_word_reads_back() {
        for format in SourceFormat::ALL {
            assert_eq!(SourceFormat::parse(format.as_str()), Some(*format));
        }
        assert_eq!(SourceFormat::ALL.len(), 12);
        assert_eq!(SourceFormat::parse("GitHub"), None);
        for word in ["active", "paused", "failing", "deleted"] {
            assert_eq!(UpstreamState::parse(word).unwrap().as_str(), word);
        }
    }
}
