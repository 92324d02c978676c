//! The settings of the environment: what there is, and what it is when it is not set.
use std::net::SocketAddr;
use std::path::PathBuf;

use tracing_subscriber::filter::Targets;

use super::options::wrong;
use super::public_url::PublicUrl;
use crate::base::{Network, Result};

/// One variable, as the help, the manual and the packaged file describe it.
pub struct Setting {
    pub name: &'static str,
    /// Empty: not set.
    pub default: &'static str,
    pub meaning: &'static str,
}

pub const SETTINGS: [Setting; 6] = [
    Setting {
        name: "ANNALS_DATA",
        default: "./annals-data",
        meaning: "The data directory; --data wins.",
    },
    Setting {
        name: "ANNALS_LISTEN",
        default: "127.0.0.1:8080",
        meaning: "The address and port to listen on, port 0 for any; --listen wins.",
    },
    Setting {
        name: "ANNALS_PUBLIC_URL",
        default: "",
        meaning: "Where people reach it: https://audit.example.org. \
            Without it only localhost and plain addresses are answered.",
    },
    Setting {
        name: "ANNALS_TRUSTED_PROXIES",
        default: "",
        meaning: "Addresses and networks, separated by commas, whose X-Forwarded-For counts.",
    },
    Setting {
        name: "ANNALS_LOG",
        default: "info",
        meaning: "What goes to the process log: error, warn, info, debug, or a filter.",
    },
    Setting {
        name: "ANNALS_LOG_FORMAT",
        default: "text",
        meaning: "How it goes there: text or json.",
    },
];

const PREFIX: &str = "ANNALS_";

/// How the process log is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// A filter that was checked.
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The variables as they are set. A blank one is not set.
pub struct Environment<'a>(&'a [(String, String)]);

impl<'a> Environment<'a> {
    pub fn new(variables: &'a [(String, String)]) -> Self {
        Self(variables)
    }

    pub fn data(&self) -> PathBuf {
        PathBuf::from(self.value(&SETTINGS[0]))
    }

    pub fn is_data_set(&self) -> bool {
        self.get(&SETTINGS[0]).is_some()
    }

    pub fn listen(&self) -> Result<SocketAddr> {
        let address = self.value(&SETTINGS[1]).parse();
        address.or(Err(wrong("ANNALS_LISTEN is not ADDR:PORT.")))
    }

    pub fn public_url(&self) -> Result<Option<PublicUrl>> {
        let Some(text) = self.get(&SETTINGS[2]) else {
            return Ok(None);
        };
        let url = PublicUrl::parse(text);
        let message = "ANNALS_PUBLIC_URL is not http:// or https:// with a host and nothing more.";
        url.ok_or_else(|| wrong(message)).map(Some)
    }

    /// None: not set, so the settings of the instance decide.
    pub fn trusted_proxies(&self) -> Result<Option<Vec<Network>>> {
        let message = "ANNALS_TRUSTED_PROXIES is not a list of addresses and networks.";
        let Some(list) = self.get(&SETTINGS[3]) else {
            return Ok(None);
        };
        let networks: Result<_> = list
            .split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(|it| Network::parse(it).ok_or_else(|| wrong(message)))
            .collect();
        networks.map(Some)
    }

    pub fn log(&self) -> Result<Log> {
        let filter = self.value(&SETTINGS[4]);
        if filter.parse::<Targets>().is_err() {
            return Err(wrong("ANNALS_LOG is not a log filter."));
        }
        let format = match self.value(&SETTINGS[5]) {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => return Err(wrong("ANNALS_LOG_FORMAT is neither text nor json.")),
        };
        Ok(Log {
            filter: filter.to_owned(),
            format,
        })
    }

    /// One line for each variable that looks like ours and is not: orchestrators inject such
    /// names, so it is no error.
    pub fn warnings(&self) -> Vec<String> {
        let is_unknown = |name: &&String| {
            name.starts_with(PREFIX) && SETTINGS.iter().all(|it| it.name != name.as_str())
        };
        let line = |name: &String| format!("{} is not a setting of Annals.", printable(name));
        let names = self.0.iter().map(|(name, _)| name);
        names.filter(is_unknown).map(line).collect()
    }

    fn value(&self, setting: &Setting) -> &str {
        self.get(setting).unwrap_or(setting.default)
    }

    fn get(&self, setting: &Setting) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == setting.name);
        found
            .map(|(_, value)| value.trim())
            .filter(|it| !it.is_empty())
    }
}

/// A variable's name may hold anything; a log line may not.
fn printable(name: &str) -> &str {
    const NAME_MAX: usize = 64;
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    if name.len() <= NAME_MAX && name.bytes().all(is_plain) {
        name
    } else {
        "A variable that begins with ANNALS_"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Kind;

    fn with<T>(name: &str, value: &str, read: impl FnOnce(&Environment<'_>) -> T) -> T {
        read(&Environment::new(&[(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn every_default_can_be_read() {
        let nothing = Environment::new(&[]);
        assert_eq!(nothing.data(), PathBuf::from("./annals-data"));
        assert_eq!(nothing.listen().unwrap().to_string(), "127.0.0.1:8080");
        assert!(nothing.public_url().unwrap().is_none());
        assert!(nothing.trusted_proxies().unwrap().is_none());
        assert_eq!(nothing.log().unwrap().format, LogFormat::Text);
        assert!(!nothing.is_data_set());
        for setting in &SETTINGS {
            with(setting.name, " ", |blank| {
                assert_eq!(blank.value(setting), setting.default);
            });
        }
    }

    #[test]
    fn a_value_that_cannot_be_used_is_refused_without_being_repeated() {
        fn all(environment: &Environment<'_>) -> Result<()> {
            environment.listen()?;
            environment.public_url()?;
            environment.trusted_proxies()?;
            environment.log()?;
            Ok(())
        }
        fn case(name: &str, value: &str) {
            let error = with(name, value, |it| all(it).err()).unwrap();
            assert_eq!(error.kind(), Kind::Usage);
            assert!(error.message().starts_with(name));
            assert!(!format!("{error:?}").contains(value));
        }
        case("ANNALS_LISTEN", "localhost");
        case("ANNALS_LISTEN", "127.0.0.1:99999");
        case("ANNALS_PUBLIC_URL", "audit.example");
        case("ANNALS_TRUSTED_PROXIES", "10.0.0.1,x9");
        case("ANNALS_LOG", "no=such=level");
        case("ANNALS_LOG_FORMAT", "yaml");
    }

    #[test]
    fn proxies_are_listed_with_commas() {
        let networks = with("ANNALS_TRUSTED_PROXIES", "192.0.2.1, fd00::/8,", |it| {
            it.trusted_proxies().unwrap().unwrap()
        });
        assert_eq!(networks.len(), 2);
    }

    #[test]
    fn names_that_only_look_like_ours_get_a_line_each() {
        let names = ["ANNALS_DATA", "ANNALS_PORT", "PATH", "ANNALS_X\u{1b}[1m"];
        let set = names.map(|it| (it.to_owned(), "secret".to_owned()));
        assert_eq!(
            Environment::new(&set).warnings(),
            [
                "ANNALS_PORT is not a setting of Annals.",
                "A variable that begins with ANNALS_ is not a setting of Annals.",
            ]
        );
    }
}
