//! A query read as a filter and a position in it. What cannot be used is left out, with a
//! warning, and the rest applies.
use super::cursor::At;
use super::filter::Filter;
use super::given::Given;
use super::param::Surface;
use super::reader::{Known, LIMIT_DEFAULT, Reader};
use super::warning::Warnings;

pub struct Parsed {
    pub filter: Filter,
    pub at: At,
    /// 1 to 200; 50 unless the API was asked for another.
    pub limit: usize,
    /// The feed: events after this number, oldest first. At least −1, which is before the first.
    pub after_seq: Option<i64>,
    pub warnings: Warnings,
    /// The query without its blank parameters, and with the event by its name, if it is not so
    /// already: a page answers 303 to it.
    pub clean: Option<String>,
    /// The actions that the text for the event may mean, if it is none of their names.
    pub candidates: Vec<String>,
}

impl Filter {
    /// Reads decoded names and values.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        known: &Known<'_>,
        surface: Surface,
    ) -> Parsed {
        let given = Given::collect(pairs, surface);
        let mut reader = Reader {
            given: &given,
            surface,
            warnings: Warnings::default(),
            sought: Vec::new(),
        };
        let filter = reader.filter(known);
        let (at, limit, after_seq) = match surface {
            Surface::Page => (reader.at(), LIMIT_DEFAULT, None),
            Surface::Api => (reader.at(), reader.limit(), reader.after_seq()),
        };
        let (mut warnings, sought) = (reader.warnings, reader.sought);
        given.warn_of_unknown(&mut warnings);
        Parsed {
            filter,
            at,
            limit,
            after_seq,
            warnings,
            clean: given.clean_query(match &sought[..] {
                [action] => Some(action),
                _ => None,
            }),
            candidates: sought,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cursor::{Cursor, EventRef};
    use super::super::filter::{ActionChoice, PoolChoice, Range};
    use super::super::kinds::{ActorType, Outcome, ViaKind};
    use super::super::pool::PoolNo;
    use super::super::time::Date;
    use super::*;

    fn choices() -> [PoolChoice; 2] {
        [(1, "edge-eu", "Edge Europe"), (7, "labs", "Labs")].map(|(no, slug, name)| PoolChoice {
            no: PoolNo::new(no).unwrap(),
            slug: slug.to_owned(),
            name: name.to_owned(),
        })
    }

    fn parse(query: &str, surface: Surface) -> Parsed {
        let known = Known {
            pools: &choices(),
            seen: &["Deploy/Prod", "ci.run", "k8s.pod.evict"].map(str::to_owned),
        };
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
        Filter::parse(pairs, &known, surface)
    }

    fn page(query: &str) -> Parsed {
        parse(query, Surface::Page)
    }

    fn told(parsed: &Parsed) -> Vec<String> {
        parsed.warnings.iter().map(|it| it.to_string()).collect()
    }

    #[test]
    fn every_filter_is_read() {
        let query = "pool=labs&outcome=failure&action=api_key.*&actor_type=user&actor=ana\
            &target=ci+runner&from=2026-01-01&to=2026-01-31&window=5-9&before=-1-2&event=3";
        let parsed = page(query);
        assert!(parsed.warnings.count() == 0 && parsed.clean.is_none());
        let filter = &parsed.filter;
        assert_eq!(filter.pool.as_ref().map(|it| it.no.get()), Some(7));
        assert_eq!(filter.outcome, Some(Outcome::Failure));
        assert_eq!(
            filter.action,
            Some(ActionChoice::Family("api_key".to_owned()))
        );
        assert_eq!(filter.actor_type, Some(ActorType::User));
        assert_eq!(filter.target.as_deref(), Some("ci runner"));
        assert_eq!(filter.window, Some((5, 9)));
        assert_eq!(parsed.at.before, Some(Cursor { ms: -1, seq: 2 }));
        assert_eq!(parsed.at.event, Some(EventRef::Seq(3)));
        assert_eq!(filter.query(&parsed.at), query);
    }

    #[test]
    fn what_cannot_be_used_is_ignored_with_one_warning_that_holds_no_value() {
        fn case(query: &str, warning: &str) {
            let parsed = page(query);
            assert_eq!(told(&parsed), [warning], "{query}");
            assert!(parsed.filter.is_empty(), "{query}");
            for value in ["zebra", "2026", "hunter"] {
                assert!(!warning.contains(value));
            }
        }
        let pool = "Pool was ignored: no available Pool has this slug";
        let event = "Event was ignored: not a supported event";
        let actor = "Actor was ignored: too long or not readable";
        case("pool=zebra", pool);
        case("pool=Edge-EU", pool);
        case("pool=%00%3Cb%3E", pool);
        case(
            "outcome=denied",
            "Outcome was ignored: not a supported outcome",
        );
        case("action=zebra.run", event);
        case("action=zebra.*", event);
        case("action=*", event);
        case("action=.*", event);
        case(
            "actor_type=zebra",
            "Actor type was ignored: not a supported actor type",
        );
        case("actor=ze%00bra", actor);
        case("actor=ze%ffbra", actor);
        case(
            "target=a%0Db",
            "Target was ignored: too long or not readable",
        );
        case("from=2026-02-30", "From was ignored: not a valid date");
        case("to=2026-2-3", "To was ignored: not a valid date");
        case("range=12h", "Range was ignored: not a supported range");
        case("window=9-5", "Window was ignored: not a valid span");
        case("before=abc", "Before was ignored: not a valid position");
        case(
            "after=99999999999999999999-1",
            "After was ignored: not a valid position",
        );
        case(
            "request=zebra",
            "Request was ignored: needs a span of 7 days or less",
        );
        case(
            "from=2026-02-02&to=2026-02-01",
            "From was ignored: it is after To, which was ignored with it",
        );
    }

    #[test]
    fn an_action_is_known_from_the_catalogue_or_from_an_event_in_scope() {
        fn case(text: &str, is_known: bool) {
            let filter = parse(&format!("action={text}"), Surface::Api).filter;
            let action = filter.action.map(|it| it.text());
            assert_eq!(action.as_deref(), is_known.then_some(text));
        }
        case("pool.create", true);
        case("pool.*", true);
        case("Deploy/Prod", true);
        case("ci.run", true);
        case("ci.*", true);
        case("k8s.pod.*", true);
        case("k8s.*", true);
        case("k8.*", false);
        case("ci", false);
        case("ci.run.*", false);
        case("Deploy/Prod.*", false);
        case("CI.run", false);
    }

    #[test]
    fn on_a_page_an_event_may_be_called_by_its_title() {
        let parsed = page("outcome=&action=POD+evict&actor=ana");
        let action = ActionChoice::One("k8s.pod.evict".to_owned());
        assert_eq!(parsed.filter.action, Some(action));
        let clean = "action=k8s.pod.evict&actor=ana";
        assert_eq!(parsed.clean.as_deref(), Some(clean));
        let parsed = page("action=api_key.ro");
        assert_eq!(parsed.clean.as_deref(), Some("action=api_key.rotate"));
        let several = page("action=o&actor=ana");
        assert!(several.filter.action.is_none() && several.clean.is_none());
        assert_eq!(several.candidates, ["Deploy/Prod", "k8s.pod.evict"]);
        assert_eq!(
            told(&several),
            ["Event was ignored: several events are called so"]
        );
        let named = page("action=ci.run");
        assert!(named.candidates.is_empty() && named.clean.is_none());
    }

    #[test]
    fn text_is_literal_and_has_a_length() {
        fn case(text: &str, kept: Option<&str>) {
            let parsed = page(
                &form_urlencoded::Serializer::new(String::new())
                    .append_pair("actor", text)
                    .finish(),
            );
            assert_eq!(parsed.filter.actor.as_deref(), kept, "{text}");
            assert_eq!(parsed.warnings.count() == 0, kept.is_some(), "{text}");
        }
        for text in ["%", "_", "*", "\\", "a%b_c*", "名前"] {
            case(text, Some(text));
        }
        case("  ana  ", Some("ana"));
        case(&"é".repeat(128), Some(&"é".repeat(128)));
        case(&"é".repeat(129), None);
        case(&"x".repeat(10_000), None);
    }

    #[test]
    fn two_bad_filters_leave_the_good_one() {
        let parsed = page("outcome=maybe&actor=ana&range=year");
        assert_eq!(parsed.filter.actor.as_deref(), Some("ana"));
        assert_eq!(parsed.warnings.count(), 2);
    }

    #[test]
    fn unknown_and_invisible_pools_read_alike() {
        let (unknown, invisible) = (page("pool=zebra"), page("pool=secret-team"));
        assert_eq!(unknown.filter, invisible.filter);
        assert_eq!(unknown.warnings, invisible.warnings);
    }

    #[test]
    fn only_eight_warnings_are_told() {
        let parsed = page("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&i=2&j=1&outcome=x");
        assert_eq!(parsed.warnings.count(), 11);
        let told = told(&parsed);
        assert_eq!(told.len(), 9);
        assert_eq!(told[0], "Outcome was ignored: not a supported outcome");
        assert_eq!(told[8], "3 more were ignored");
    }

    #[test]
    fn a_range_gives_way_to_days() {
        let parsed = page("range=7d&from=2026-01-01");
        assert_eq!(
            told(&parsed),
            ["Range was ignored: not together with From or To"]
        );
        assert!(parsed.filter.range.is_none() && parsed.filter.from.is_some());
        // Days that are themselves ignored do not stand in its way.
        let parsed = page("range=7d&from=soon");
        assert_eq!(parsed.filter.range, Some(Range::Days7));
        assert_eq!(parsed.warnings.count(), 1);
    }

    #[test]
    fn a_reader_has_one_position() {
        let parsed = page("before=5-1&after=6-1");
        assert_eq!(parsed.at, At::before(Cursor { ms: 5, seq: 1 }));
        assert_eq!(
            told(&parsed),
            ["After was ignored: not together with Before"]
        );
        let invalid = |query| page(query).at.event == Some(EventRef::Invalid);
        assert!(invalid("event=x") && invalid("event=1&event=1") && invalid("event[]=1"));
        assert!(page("event=").at.event.is_none());
    }

    #[test]
    fn each_surface_has_its_own_parameters() {
        let api = parse("limit=200&after_seq=-1&before=5-1", Surface::Api);
        assert!(api.warnings.count() == 0);
        assert_eq!((api.limit, api.after_seq), (200, Some(-1)));
        assert_eq!(api.at.before, Some(Cursor { ms: 5, seq: 1 }));
        let api = parse("limit=201&after_seq=-2&event=1", Surface::Api);
        assert_eq!((api.limit, api.after_seq), (LIMIT_DEFAULT, None));
        assert_eq!(
            told(&api),
            [
                "Limit was ignored: not a number from 1 to 200",
                "After seq was ignored: not an event number",
                "event is not a supported filter",
            ]
        );
    }

    #[test]
    fn what_a_filter_writes_it_reads_back() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut pick = |count: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % count).unwrap()
        };
        for _ in 0..2_000 {
            let filter = any_filter(&mut pick);
            let cursor = Cursor {
                ms: i64::try_from(pick(1 << 40)).unwrap() - (1 << 39),
                seq: i64::try_from(pick(1 << 30)).unwrap(),
            };
            let at = match pick(4) {
                0 => At::before(cursor),
                1 => At::after(cursor).with_event(7),
                2 => At::default().with_event(0),
                _ => At::default(),
            };
            let query = filter.query(&at);
            let parsed = page(&query);
            let is_plain = parsed.warnings.count() == 0 && parsed.clean.is_none();
            assert!(is_plain, "{query}");
            assert_eq!(parsed.filter, filter, "{query}");
            assert_eq!(parsed.at, at, "{query}");
        }
    }

    fn any_filter(pick: &mut impl FnMut(u64) -> usize) -> Filter {
        const TEXTS: [&str; 5] = [
            "ana@example.org",
            "5% off_*\\",
            "a&b=c+d #1?",
            "日本 語",
            "\"'<>",
        ];
        let days = [None, Date::parse("2026-03-29"), Date::parse("9999-12-31")];
        let actions = [
            None,
            Some(ActionChoice::One("Deploy/Prod".to_owned())),
            Some(ActionChoice::Family("api_key".to_owned())),
        ];
        let (from, to) = (days[pick(2)], days[pick(3)]);
        let start = i64::try_from(pick(1 << 40)).unwrap() - (1 << 39);
        let end = start + 1 + i64::try_from(pick(9)).unwrap();
        Filter {
            pool: choices().get(pick(3)).cloned(),
            outcome: [None, Some(Outcome::Success)][pick(2)],
            action: actions[pick(3)].clone(),
            actor_type: [None, Some(ActorType::System)][pick(2)],
            actor: TEXTS.get(pick(8)).map(|it| (*it).to_owned()),
            target: TEXTS.get(pick(8)).map(|it| (*it).to_owned()),
            from,
            to,
            range: Range::ALL
                .get(pick(8))
                .copied()
                .filter(|_| from.or(to).is_none()),
            window: [None, Some((start, end))][pick(2)],
            via: ViaKind::ALL.get(pick(14)).copied(),
            request: None,
        }
    }
}
