//! The parameters of a query as they were sent, sorted out before anybody asks what they mean.
use std::collections::BTreeSet;

use super::credential::looks_like_credential;
use super::param::{Field, Param, Surface};
use super::warning::Warnings;

/// What was sent for each parameter, and how the query reads without the blank ones.
pub struct Given<'a> {
    slots: [Slot<'a>; Param::COUNT],
    unknown: BTreeSet<&'a str>,
    blanks: bool,
    secrets: bool,
    /// Everything that is not blank, in order.
    pairs: Vec<(&'a str, &'a str)>,
}

#[derive(Clone, Copy)]
enum Slot<'a> {
    Absent,
    /// Trimmed, never empty.
    One(&'a str),
    Unusable(&'static str),
}

impl<'a> Given<'a> {
    pub fn collect(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, surface: Surface) -> Self {
        let mut given = Self {
            slots: [Slot::Absent; Param::COUNT],
            unknown: BTreeSet::new(),
            blanks: false,
            secrets: false,
            pairs: Vec::new(),
        };
        for (name, value) in pairs {
            given.add(name, value, surface);
        }
        given
    }

    /// The value of a parameter sent once and plainly. Anything else but nothing is warned about.
    pub fn one(&self, param: Param, warnings: &mut Warnings) -> Option<&'a str> {
        match self.slots[place(param)] {
            Slot::Absent => None,
            Slot::One(value) => Some(value),
            Slot::Unusable(detail) => {
                warnings.ignored(param, detail);
                None
            }
        }
    }

    /// Whether anything at all was sent for it.
    pub fn has(&self, param: Param) -> bool {
        !matches!(self.slots[place(param)], Slot::Absent)
    }

    pub fn warn_of_unknown(&self, warnings: &mut Warnings) {
        for name in &self.unknown {
            warnings.unknown(name);
        }
    }

    /// The query without blank parameters and with this action for what was sent, if that is
    /// another one. None also where a value looks like a credential: a redirect would show it
    /// again.
    pub fn clean_query(&self, action: Option<&str>) -> Option<String> {
        if self.secrets || !(self.blanks || action.is_some()) {
            return None;
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.pairs {
            let action = action.filter(|_| *name == Field::Action.name());
            query.append_pair(name, action.unwrap_or(value));
        }
        Some(query.finish())
    }

    fn add(&mut self, name: &'a str, value: &'a str, surface: Surface) {
        let value = value.trim();
        if value.is_empty() {
            self.blanks = true;
            return;
        }
        self.pairs.push((name, value));
        let is_secret = looks_like_credential(value) || looks_like_credential(name);
        self.secrets |= is_secret;
        let (plain, nested) = match name.split_once('[') {
            Some((plain, _)) => (plain, true),
            None => (name, false),
        };
        let Some(param) = Param::parse(plain, surface) else {
            self.unknown.insert(name);
            return;
        };
        let slot = &mut self.slots[place(param)];
        *slot = match *slot {
            Slot::Absent if nested => Slot::Unusable("it must be a single plain value"),
            Slot::Absent if is_secret => Slot::Unusable("it looks like a credential"),
            Slot::Absent => Slot::One(value),
            Slot::One(_) | Slot::Unusable(_) => Slot::Unusable("it was given more than once"),
        };
    }
}

fn place(param: Param) -> usize {
    match param {
        Param::Filter(field) => field as usize,
        Param::Before => Param::COUNT - 5,
        Param::After => Param::COUNT - 4,
        Param::Event => Param::COUNT - 3,
        Param::Limit => Param::COUNT - 2,
        Param::AfterSeq => Param::COUNT - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_a_place_of_its_own() {
        for (index, param) in Param::all().enumerate() {
            assert_eq!(place(param), index);
        }
        assert_eq!(Param::all().count(), Param::COUNT);
    }

    const TOKEN: &str = "anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi";

    fn sent<T>(query: &str, read: impl FnOnce(Given<'_>) -> T) -> T {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
        read(Given::collect(pairs, Surface::Page))
    }

    #[test]
    fn a_parameter_is_one_plain_value_with_a_known_name() {
        fn case(query: &str, warning: &str) {
            let mut warnings = Warnings::default();
            sent(query, |given| {
                let value = given.one(Param::Filter(Field::Actor), &mut warnings);
                assert_eq!(value, None, "{query}");
                given.warn_of_unknown(&mut warnings);
            });
            let told: Vec<_> = warnings.iter().map(|it| it.to_string()).collect();
            assert_eq!(told, [warning], "{query}");
        }
        let repeated = "Actor was ignored: it was given more than once";
        case("actor=ana&actor=ana", repeated);
        case("actor=ana&actor=b&actor=c", repeated);
        case("actor=ana&actor[x]=b", repeated);
        let nested = "Actor was ignored: it must be a single plain value";
        case("actor[x]=1", nested);
        case("actor[]=1", nested);
        let secret = "Actor was ignored: it looks like a credential";
        case(&format!("actor={TOKEN}"), secret);
        let unsupported = "a parameter is not a supported filter";
        case("Actor=ana", unsupported);
        case("zebra[x]=1", unsupported);
        case("%F0%9F%A6%93=1", unsupported);
        case(&format!("{TOKEN}=1"), unsupported);
        case("=1", unsupported);
        case("page=99999999999", "page is not a supported filter");
        case("limit=10", "limit is not a supported filter");
        case(
            "severity=1&severity=2",
            "severity is not a supported filter",
        );
    }

    #[test]
    fn blank_is_absent_and_the_clean_query_keeps_the_rest() {
        fn case(query: &str, clean: Option<&str>) {
            let read = sent(query, |given| given.clean_query(None));
            assert_eq!(read.as_deref(), clean, "{query}");
        }
        case("", None);
        case("actor=ana", None);
        case("pool=&actor=+ana+&outcome=%20&nothing=", Some("actor=ana"));
        case("pool=&outcome=maybe&page=1", Some("outcome=maybe&page=1"));
        case("pool=", Some(""));
        case("pool=&pool=labs", Some("pool=labs"));
        // A redirect would repeat it.
        case(&format!("pool=&actor={TOKEN}"), None);
    }
}
