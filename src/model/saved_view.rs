//! A saved view: a name for a filter of the audit logs, and nothing else.
use super::cursor::At;
use super::filter::Filter;
use super::param::Surface;
use super::reader::Known;
use super::refusal::Refusal;
use super::safe::Label;

/// Views of one operator.
pub const VIEWS_MAX: usize = 20;
/// Of a name, so that it stands in the navigation.
pub const NAME_CHARS_MAX: usize = 40;

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SavedView {
    pub no: i64,
    pub operator_no: i64,
    pub name: String,
    /// As `Filter::query` makes it: neither a position nor an event.
    pub query: String,
    /// Everybody who understands the whole query sees it.
    pub is_shared: bool,
}

impl SavedView {
    /// What this reader understands of it.
    pub fn filter(&self, known: &Known<'_>) -> Filter {
        filter_of(&self.query, known)
    }

    /// Names nothing that is unknown to this reader, as a Pool that they do not see.
    pub fn is_whole(&self, known: &Known<'_>) -> bool {
        self.filter(known).query(&At::default()) == self.query
    }
}

/// What a reader understands of a query.
pub fn filter_of(query: &str, known: &Known<'_>) -> Filter {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    Filter::parse(pairs, known, Surface::Page).filter
}

/// A name that can be kept; else why not.
pub fn view_name(text: &str) -> Result<String, &'static str> {
    if !(1..=NAME_CHARS_MAX).contains(&text.chars().count()) {
        return Err("A name has 1 to 40 characters.");
    }
    let name = Label::gate(text).map_err(Refusal::sentence)?;
    Ok(name.into_text())
}

#[cfg(test)]
mod tests {
    use super::super::filter::PoolChoice;
    use super::super::pool::PoolNo;
    use super::*;

    #[test]
    fn a_view_is_whole_only_for_who_knows_all_that_it_names() {
        let edge = PoolChoice {
            no: PoolNo::new(1).unwrap(),
            slug: "edge".to_owned(),
            name: "Edge EU".to_owned(),
        };
        let seen = ["svc.scale".to_owned()];
        let insider = Known {
            pools: &[edge],
            seen: &seen,
        };
        let outsider = Known {
            pools: &[],
            seen: &[],
        };
        let case = |query: &str, inside: bool, outside: bool| {
            let view = SavedView {
                no: 1,
                operator_no: 1,
                name: "v".to_owned(),
                query: query.to_owned(),
                is_shared: true,
            };
            assert_eq!(view.is_whole(&insider), inside, "{query}");
            assert_eq!(view.is_whole(&outsider), outside, "{query}");
        };
        case("outcome=failure&range=7d", true, true);
        case("pool=edge&outcome=failure", true, false);
        case("action=svc.scale", true, false);
        case("action=api_key.rotate", true, true);
        case("pool=gone", false, false);
        // Not as it would be written: an old one, or one that was tampered with.
        case("outcome=failure&page=2", false, false);
    }

    #[test]
    fn a_name_is_short_and_no_secret() {
        assert_eq!(
            view_name("Failures this week").unwrap(),
            "Failures this week"
        );
        let case = |text: &str| assert!(view_name(text).is_err(), "{text}");
        case("");
        case(&"long ".repeat(9));
        case("password: hunter2hunter2");
        case("anp_ciN9WBaa_5kZr2TqX9mWb7CvLhJ4sPd8GfYnE3aU6");
    }
}
