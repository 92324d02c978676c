//! What was ignored in a query, and why. A warning names parameters and never holds a value.
use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::param::Param;
use super::words;

/// So many are told one by one; the rest is a count.
const TOLD_MAX: usize = 8;
const NAME_MAX: usize = 32;

/// One ignored parameter. As JSON: `{filter, detail}`. As text: a sentence without a full stop.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Warning {
    filter: Cow<'static, str>,
    #[serde(skip)]
    about: About,
    detail: Cow<'static, str>,
}

/// The warnings told, and a last one that counts the others.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Warnings {
    told: Vec<Warning>,
    more: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum About {
    /// A filter, by the name that people read.
    Filter(&'static str),
    UnknownName,
    Others,
}

impl Warning {
    /// The parameter's name, or "a parameter" where its name is not fit to be repeated.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// The reason, after "was ignored:".
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// As text in two parts: what was ignored, and why.
    pub fn parts(&self) -> (&str, String) {
        match self.about {
            About::Filter(label) => (label, format!(" was ignored: {}", self.detail)),
            About::UnknownName => (&self.filter, format!(" is {}", self.detail)),
            About::Others => ("", self.detail.to_string()),
        }
    }

    /// What is wrong, where nothing is ignored: a sentence without a full stop.
    pub fn fault(&self) -> String {
        match self.about {
            About::Filter(label) => format!("{label}: {}", self.detail),
            About::UnknownName | About::Others => self.to_string(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (subject, why) = self.parts();
        write!(f, "{subject}{why}")
    }
}

impl Warnings {
    pub fn ignored(&mut self, param: Param, detail: &'static str) {
        self.add(|| Warning {
            filter: Cow::Borrowed(param.name()),
            about: About::Filter(param.label()),
            detail: Cow::Borrowed(detail),
        });
    }

    /// A name is repeated only if it is made of known words: anything else could be a secret.
    pub fn unknown(&mut self, name: &str) {
        let is_plain = (1..=NAME_MAX).contains(&name.len()) && name.split('_').all(words::has);
        self.add(|| Warning {
            filter: if is_plain {
                Cow::Owned(name.to_owned())
            } else {
                Cow::Borrowed("a parameter")
            },
            about: About::UnknownName,
            detail: Cow::Borrowed("not a supported filter"),
        });
    }

    /// How many parameters were ignored, told or not.
    pub fn count(&self) -> usize {
        self.told.len() + self.more
    }

    /// At most eight, and one more for the rest.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, Warning>> {
        let rest = (self.more > 0).then(|| Warning {
            filter: Cow::Borrowed("others"),
            about: About::Others,
            detail: Cow::Owned(format!("{} more were ignored", self.more)),
        });
        self.told
            .iter()
            .map(Cow::Borrowed)
            .chain(rest.map(Cow::Owned))
    }

    fn add(&mut self, warning: impl FnOnce() -> Warning) {
        if self.told.len() < TOLD_MAX {
            self.told.push(warning());
        } else {
            self.more += 1;
        }
    }
}

impl Serialize for Warnings {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::super::param::Field;
    use super::*;

    #[test]
    fn a_warning_is_a_sentence_for_people_and_an_object_for_programs() {
        let mut warnings = Warnings::default();
        warnings.ignored(Param::Filter(Field::Action), "not a supported event");
        warnings.unknown("severity");
        let text: Vec<String> = warnings.iter().map(|it| it.to_string()).collect();
        assert_eq!(
            text,
            [
                "Event was ignored: not a supported event",
                "severity is not a supported filter",
            ]
        );
        assert_eq!(
            serde_json::to_string(&warnings).unwrap(),
            concat!(
                r#"[{"filter":"action","detail":"not a supported event"},"#,
                r#"{"filter":"severity","detail":"not a supported filter"}]"#
            )
        );
    }

    #[test]
    fn names_that_could_carry_something_are_not_repeated() {
        fn case(name: &str, shown: &str) {
            let mut warnings = Warnings::default();
            warnings.unknown(name);
            assert_eq!(warnings.iter().next().unwrap().filter(), shown);
        }
        case("page", "page");
        case("user_page", "user_page");
        case("passdvyk", "a parameter");
        case("", "a parameter");
        case("Page", "a parameter");
        case("p2", "a parameter");
        case("actor[x]", "a parameter");
        case("<b>", "a parameter");
        case(&"page_".repeat(7), "a parameter");
    }

    #[test]
    fn the_ninth_warning_is_only_counted() {
        let mut warnings = Warnings::default();
        for _ in 0..11 {
            warnings.unknown("page");
        }
        assert_eq!(warnings.iter().count(), 9);
        assert_eq!(
            warnings.iter().last().unwrap().to_string(),
            "3 more were ignored"
        );
        assert_eq!(warnings.count(), 11);
        let json = serde_json::to_string(&warnings).unwrap();
        assert!(json.ends_with(r#"{"filter":"others","detail":"3 more were ignored"}]"#));
    }
}
