//! The options behind a command: `--name VALUE`, `--name=VALUE` and flags.
use std::ffi::OsString;

use crate::base::{Error, Kind, Result};

/// What a command understands.
pub struct Understood {
    pub values: &'static [Opt],
    /// Values that may be given more than once.
    pub lists: &'static [Opt],
    pub flags: &'static [Opt],
}

/// An option by its name, and what is said when it is given wrongly.
pub struct Opt {
    pub name: &'static str,
    pub empty: &'static str,
    pub twice: &'static str,
    pub valued: &'static str,
}

/// Options by their names. A message must be constant: what was typed may be a secret.
macro_rules! opts {
    ($($name:literal),+ $(,)?) => {
        &[$($crate::config::options::Opt {
            name: $name,
            empty: concat!($name, " needs a value."),
            twice: concat!($name, " was given twice."),
            valued: concat!($name, " takes no value."),
        },)+]
    };
}
pub(super) use opts;

/// What was given, not yet asked for.
pub struct Options(Vec<(&'static str, OsString)>);

pub fn wrong(message: &'static str) -> Error {
    Error::new(Kind::Usage, message)
}

impl Understood {
    pub const NOTHING: Self = Self {
        values: &[],
        lists: &[],
        flags: &[],
    };

    pub fn read(&self, args: impl IntoIterator<Item = OsString>) -> Result<Options> {
        let mut given: Vec<(&'static str, OsString)> = Vec::new();
        let mut args = args.into_iter().peekable();
        while let Some(arg) = args.next() {
            let (name, inline) = split(&arg);
            if !name.starts_with("--") {
                return Err(wrong("An argument was not expected."));
            }
            let named = |opts: &'static [Opt]| opts.iter().find(|it| it.name == name);
            let flag = named(self.flags);
            let once = flag.or(named(self.values));
            let Some(option) = once.or(named(self.lists)) else {
                return Err(wrong("An option is not known."));
            };
            if once.is_some() && given.iter().any(|(it, _)| *it == option.name) {
                return Err(wrong(option.twice));
            }
            let value = match (flag, inline) {
                (Some(_), None) => OsString::new(),
                (Some(_), Some(_)) => return Err(wrong(option.valued)),
                (None, Some(value)) => value,
                (None, None) => args
                    .next_if(|it| !it.to_string_lossy().starts_with("--"))
                    .unwrap_or_default(),
            };
            if value.is_empty() && flag.is_none() {
                return Err(wrong(option.empty));
            }
            given.push((option.name, value));
        }
        Ok(Options(given))
    }
}

impl Options {
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(it, _)| *it == name)
    }

    /// A path, which need not be text.
    pub fn raw(&self, name: &str) -> Option<OsString> {
        let found = self.0.iter().find(|(it, _)| *it == name);
        found.map(|(_, value)| value.clone())
    }

    pub fn text(&self, name: &str) -> Result<Option<String>> {
        self.raw(name).map(readable).transpose()
    }

    pub fn required(&self, name: &str, otherwise: &'static str) -> Result<String> {
        self.text(name)?.ok_or_else(|| wrong(otherwise))
    }

    pub fn list(&self, name: &str) -> Result<Vec<String>> {
        let given = self.0.iter().filter(|(it, _)| *it == name);
        given.map(|(_, value)| readable(value.clone())).collect()
    }
}

fn readable(value: OsString) -> Result<String> {
    let text = value.into_string();
    text.or(Err(wrong("A value is not readable text.")))
}

/// A name that is not text is no option's name.
fn split(arg: &OsString) -> (&str, Option<OsString>) {
    let Some(text) = arg.to_str() else {
        return ("--", None);
    };
    match text.split_once('=') {
        Some((name, value)) if name.starts_with("--") => (name, Some(value.into())),
        Some(_) | None => (text, None),
    }
}
