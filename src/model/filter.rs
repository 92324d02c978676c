//! What a reader asks for: which events, and the addresses that ask for them.
use super::cursor::{self, At, EventRef};
use super::kinds::{ActorType, Outcome, ViaKind};
use super::param::{Field, Param};
use super::pool::{Pool, PoolNo};
pub use super::range::Range;
use super::time::{Date, Zone, rfc3339};
use crate::base::Millis;

/// All given parts must match. Empty: every event in scope. Parts combine with AND, and a scope
/// always comes on top.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filter {
    pub pool: Option<PoolChoice>,
    pub outcome: Option<Outcome>,
    pub action: Option<ActionChoice>,
    pub actor_type: Option<ActorType>,
    /// Part of the actor's id, e-mail, label or type. Trimmed, 1 to 128 characters.
    pub actor: Option<String>,
    /// Part of the target's id, label or kind. Trimmed, 1 to 128 characters.
    pub target: Option<String>,
    /// Whole days of the reader's zone, both inclusive. Never together with `range`.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub range: Option<Range>,
    /// Half-open, UTC: a bar of the histogram, the neighbours of an event.
    pub window: Option<(Millis, Millis)>,
    /// The way the event came in.
    pub via: Option<ViaKind>,
    /// The id of the request that the event came from, whoever issued it.
    pub request: Option<String>,
}

/// A Pool that the reader may select.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PoolChoice {
    pub no: PoolNo,
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ActionChoice {
    One(String),
    /// Every action whose name begins with this and a dot; `family.*` in an address.
    Family(String),
}

/// One part of a filter, as a chip shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ActiveField {
    pub field: Field,
    pub label: &'static str,
    pub value: String,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The half-open span of time that from, to, range and window leave. Its ends are those of
    /// `Millis` where nothing bounds it; it is empty where they contradict each other.
    pub fn span(&self, zone: &Zone, now: Millis) -> (Millis, Millis) {
        let (mut start, mut end) = (Millis::MIN, Millis::MAX);
        if let Some(from) = self.from {
            start = zone.day_start(from);
        }
        if let Some(to) = self.to {
            end = zone.day_end(to);
        }
        if let Some(range) = self.range {
            start = start.max(now - range.length_ms());
            // What happened in this very millisecond is not after now.
            end = end.min(now + 1);
        }
        if let Some((from, to)) = self.window {
            start = start.max(from);
            end = end.min(to);
        }
        (start, end.max(start))
    }

    /// The query of an address, without its question mark; empty for the first page of all.
    pub fn query(&self, at: &At) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for field in Field::ALL {
            if let Some(value) = self.value(field) {
                query.append_pair(field.name(), &value);
            }
        }
        if let Some(cursor) = at.before {
            query.append_pair(Param::Before.name(), &cursor.to_string());
        }
        if let Some(cursor) = at.after {
            query.append_pair(Param::After.name(), &cursor.to_string());
        }
        if let Some(EventRef::Seq(seq)) = at.event {
            query.append_pair(Param::Event.name(), &seq.to_string());
        }
        query.finish()
    }

    /// The part as it stands in an address and in a form.
    pub fn value(&self, field: Field) -> Option<String> {
        match field {
            Field::Pool => self.pool.as_ref().map(|it| it.slug.clone()),
            Field::Outcome => self.outcome.map(|it| it.as_str().to_owned()),
            Field::Action => self.action.as_ref().map(ActionChoice::text),
            Field::ActorType => self.actor_type.map(|it| it.as_str().to_owned()),
            Field::Actor => self.actor.clone(),
            Field::Target => self.target.clone(),
            Field::From => self.from.map(|it| it.to_string()),
            Field::To => self.to.map(|it| it.to_string()),
            Field::Range => self.range.map(|it| it.as_str().to_owned()),
            Field::Window => self.window.map(|(start, end)| format!("{start}-{end}")),
            Field::Via => self.via.map(|it| it.as_str().to_owned()),
            Field::Request => self.request.clone(),
        }
    }

    /// The parts given, in the order of an address.
    pub fn active(&self) -> Vec<ActiveField> {
        let chip = |field| {
            Some(ActiveField {
                field,
                label: field.label(),
                value: self.shown(field)?,
            })
        };
        Field::ALL.into_iter().filter_map(chip).collect()
    }

    #[must_use]
    pub fn without(&self, field: Field) -> Self {
        let mut rest = self.clone();
        match field {
            Field::Pool => rest.pool = None,
            Field::Outcome => rest.outcome = None,
            Field::Action => rest.action = None,
            Field::ActorType => rest.actor_type = None,
            Field::Actor => rest.actor = None,
            Field::Target => rest.target = None,
            Field::From => rest.from = None,
            Field::To => rest.to = None,
            Field::Range => rest.range = None,
            Field::Window => rest.window = None,
            Field::Via => rest.via = None,
            Field::Request => rest.request = None,
        }
        rest
    }

    /// The same events of any request.
    #[must_use]
    pub fn of_any_request(&self) -> Self {
        self.without(Field::Request)
    }

    /// The same events of any time.
    #[must_use]
    pub fn of_any_time(&self) -> Self {
        [Field::From, Field::To, Field::Range, Field::Window]
            .into_iter()
            .fold(self.clone(), |rest, field| rest.without(field))
    }

    /// The range in place of every other bound of time.
    #[must_use]
    pub fn with_range(&self, range: Range) -> Self {
        Self {
            range: Some(range),
            ..self.of_any_time()
        }
    }

    /// The window on top of the other bounds. None: the span is empty or beyond any event.
    #[must_use]
    pub fn with_window(&self, start: Millis, end: Millis) -> Option<Self> {
        let window = cursor::valid_span(start, end)?;
        Some(Self {
            window: Some(window),
            ..self.clone()
        })
    }

    /// As people read it.
    fn shown(&self, field: Field) -> Option<String> {
        match field {
            Field::Pool => self.pool.as_ref().map(|it| it.name.clone()),
            Field::Outcome => self.outcome.map(|it| match it {
                Outcome::Success => "Success".to_owned(),
                Outcome::Failure => "Failure".to_owned(),
            }),
            Field::ActorType => self.actor_type.map(|it| match it {
                ActorType::User => "User".to_owned(),
                ActorType::System => "System".to_owned(),
            }),
            Field::Range => self.range.map(|it| it.title().to_owned()),
            Field::Window => self
                .window
                .map(|(start, end)| format!("{} to {}", rfc3339(start), rfc3339(end))),
            Field::Action
            | Field::Actor
            | Field::Target
            | Field::From
            | Field::To
            | Field::Via
            | Field::Request => self.value(field),
        }
    }
}

impl From<&Pool> for PoolChoice {
    fn from(pool: &Pool) -> Self {
        Self {
            no: pool.no,
            slug: pool.slug.clone(),
            name: pool.name.clone(),
        }
    }
}

impl ActionChoice {
    /// As it stands in an address.
    pub fn text(&self) -> String {
        match self {
            Self::One(name) => name.clone(),
            Self::Family(family) => format!("{family}.*"),
        }
    }

    pub fn matches(&self, action: &str) -> bool {
        match self {
            Self::One(name) => action == name,
            Self::Family(family) => action
                .strip_prefix(family.as_str())
                .is_some_and(|rest| rest.starts_with('.')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::time::parse_rfc3339;
    use super::*;
    use crate::base::DAY_MS;
    use crate::base::HOUR_MS;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap().0
    }

    #[test]
    fn days_are_whole_and_inclusive_in_the_readers_zone() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let now = at("2026-11-22T18:00:00Z");
        let case = |from: &str, to: &str, hours: i64| {
            let filter = Filter {
                from: Some(day(from)),
                to: Some(day(to)),
                ..Filter::default()
            };
            let (start, end) = filter.span(&berlin, now);
            assert_eq!((end - start) / HOUR_MS, hours, "{from} {to}");
            let last = end - 1;
            assert_eq!(berlin.local(last).hour, 23);
            assert_eq!(berlin.local(last).milli, 999);
            assert_eq!(berlin.day(last).to_string(), to);
        };
        case("2026-10-25", "2026-10-25", 25);
        case("2026-03-29", "2026-03-29", 23);
        case("2026-11-22", "2026-11-22", 24);
        case("2026-10-24", "2026-10-26", 73);
    }

    #[test]
    fn an_event_in_the_last_millisecond_of_a_day_belongs_to_that_day_only() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let event = at("2026-11-22T23:59:59.999+01:00");
        let case = |date: &str, holds: bool| {
            let filter = Filter {
                from: Some(day(date)),
                to: Some(day(date)),
                ..Filter::default()
            };
            let (start, end) = filter.span(&berlin, 0);
            assert_eq!(start <= event && event < end, holds, "{date}");
        };
        case("2026-11-21", false);
        case("2026-11-22", true);
        case("2026-11-23", false);
    }

    #[test]
    fn every_bound_of_time_narrows_the_span() {
        let utc = Zone::utc();
        let all = Filter::default();
        assert_eq!(all.span(&utc, 0), (Millis::MIN, Millis::MAX));
        let week = all.with_range(Range::Days7);
        assert_eq!(week.span(&utc, 10 * DAY_MS), (3 * DAY_MS, 10 * DAY_MS + 1));
        let zoomed = week.with_window(9 * DAY_MS, 20 * DAY_MS).unwrap();
        assert_eq!(
            zoomed.span(&utc, 10 * DAY_MS),
            (9 * DAY_MS, 10 * DAY_MS + 1)
        );
        let nothing = week.with_window(1, 2).unwrap();
        let (start, end) = nothing.span(&utc, 10 * DAY_MS);
        assert_eq!(start, end);
        assert!(week.with_window(2, 2).is_none());
    }

    #[test]
    fn chips_say_what_people_read_and_each_can_be_taken_away() {
        let filter = Filter {
            pool: Some(PoolChoice {
                no: PoolNo::new(3).unwrap(),
                slug: "edge-eu".to_owned(),
                name: "Edge Europe".to_owned(),
            }),
            outcome: Some(Outcome::Failure),
            action: Some(ActionChoice::Family("api_key".to_owned())),
            actor_type: Some(ActorType::User),
            range: Some(Range::Days7),
            ..Filter::default()
        };
        let chips: Vec<String> = filter
            .active()
            .into_iter()
            .map(|it| format!("{}: {}", it.label, it.value))
            .collect();
        assert_eq!(
            chips,
            [
                "Pool: Edge Europe",
                "Outcome: Failure",
                "Event: api_key.*",
                "Actor type: User",
                "Range: Last 7 days",
            ]
        );
        let nothing = filter
            .active()
            .into_iter()
            .fold(filter.clone(), |rest, it| rest.without(it.field));
        assert!(nothing.is_empty());
        assert!(!filter.is_empty());
    }

    #[test]
    fn a_family_ends_at_its_dot() {
        let family = ActionChoice::Family("api_key".to_owned());
        assert!(family.matches("api_key.rotate"));
        assert!(!family.matches("api_key"));
        assert!(!family.matches("api_keys.rotate"));
        let one = ActionChoice::One("api_key.rotate".to_owned());
        assert!(one.matches("api_key.rotate"));
        assert!(!one.matches("api_key.rotate_all"));
    }
}
