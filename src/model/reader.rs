//! What the parameters of a query mean, and which of them cannot be used.
use super::actions::Action;
use super::credential::looks_like_credential;
use super::cursor::{self, At, Cursor, EventRef};
use super::filter::{ActionChoice, Filter, PoolChoice, Range};
use super::given::Given;
use super::kinds::{ActorType, Outcome, ViaKind};
use super::param::{Field, Param, Surface};
use super::request::is_answerable;
use super::seek::seek;
use super::time::Date;
use super::warning::Warnings;

pub const LIMIT_DEFAULT: usize = 50;
pub const LIMIT_MAX: usize = 200;

/// Of actor, target and request, in characters.
const TEXT_MAX: usize = 128;

/// What this reader may name. Everything else is unknown, whether it exists or not.
pub struct Known<'a> {
    pub pools: &'a [PoolChoice],
    /// The actions of events in scope; those of the catalogue are known without.
    pub seen: &'a [String],
}

/// Takes the parameters one after the other and collects what it had to ignore.
pub struct Reader<'g, 'a> {
    pub given: &'g Given<'a>,
    pub surface: Surface,
    pub warnings: Warnings,
    /// What the text for the event means: the one action of a page, or several to choose from.
    pub sought: Vec<String>,
}

impl Reader<'_, '_> {
    pub fn filter(&mut self, known: &Known<'_>) -> Filter {
        let pool = |slug: &str| known.pools.iter().find(|it| it.slug == slug).cloned();
        let mut filter = Filter {
            pool: self.field(Field::Pool, pool, "no available Pool has this slug"),
            outcome: self.field(Field::Outcome, Outcome::parse, "not a supported outcome"),
            action: self.action(known),
            actor_type: self.field(
                Field::ActorType,
                ActorType::parse,
                "not a supported actor type",
            ),
            actor: self.field(Field::Actor, text, "too long or not readable"),
            target: self.field(Field::Target, text, "too long or not readable"),
            from: self.field(Field::From, Date::parse, "not a valid date"),
            to: self.field(Field::To, Date::parse, "not a valid date"),
            range: self.field(Field::Range, Range::parse, "not a supported range"),
            window: self.field(Field::Window, cursor::span, "not a valid span"),
            via: self.field(Field::Via, ViaKind::parse, "not a supported kind"),
            request: self.field(Field::Request, text, "too long or not readable"),
        };
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            (filter.from, filter.to) = (None, None);
            self.warn(Field::From, "it is after To, which was ignored with it");
        }
        if filter.range.is_some() && (filter.from.is_some() || filter.to.is_some()) {
            filter.range = None;
            self.warn(Field::Range, "not together with From or To");
        }
        if !is_answerable(&filter) {
            filter.request = None;
            self.warn(Field::Request, "needs a span of 7 days or less");
        }
        filter
    }

    /// Programs name actions; people may also write what they are called.
    fn action(&mut self, known: &Known<'_>) -> Option<ActionChoice> {
        let param = Param::Filter(Field::Action);
        let text = self.given.one(param, &mut self.warnings)?;
        if let Some(choice) = action(text, known) {
            return Some(choice);
        }
        if self.surface == Surface::Page {
            self.sought = seek(text, known.seen);
        }
        match &self.sought[..] {
            [one] => return Some(ActionChoice::One(one.clone())),
            [] => self.warnings.ignored(param, "not a supported event"),
            _ => self.warnings.ignored(param, "several events are called so"),
        }
        None
    }

    pub fn at(&mut self) -> At {
        let position = "not a valid position";
        let before = self.param(Param::Before, Cursor::parse, position);
        let after = self.param(Param::After, Cursor::parse, position);
        if before.is_some() && after.is_some() {
            self.warnings
                .ignored(Param::After, "not together with Before");
        }
        At {
            before,
            after: after.filter(|_| before.is_none()),
            event: self.event(),
        }
    }

    /// No warning: what is no event is not found.
    fn event(&self) -> Option<EventRef> {
        let mut unheard = Warnings::default();
        match self.given.one(Param::Event, &mut unheard) {
            Some(text) => Some(EventRef::parse(text)),
            None => self.given.has(Param::Event).then_some(EventRef::Invalid),
        }
    }

    pub fn limit(&mut self) -> usize {
        let limit = |text: &str| {
            let number = usize::try_from(cursor::integer(text)?).ok()?;
            (1..=LIMIT_MAX).contains(&number).then_some(number)
        };
        self.param(Param::Limit, limit, "not a number from 1 to 200")
            .unwrap_or(LIMIT_DEFAULT)
    }

    pub fn after_seq(&mut self) -> Option<i64> {
        let seq = |text: &str| cursor::integer(text).filter(|it| *it >= -1);
        self.param(Param::AfterSeq, seq, "not an event number")
    }

    fn field<T>(
        &mut self,
        field: Field,
        read: impl Fn(&str) -> Option<T>,
        otherwise: &'static str,
    ) -> Option<T> {
        self.param(Param::Filter(field), read, otherwise)
    }

    fn param<T>(
        &mut self,
        param: Param,
        read: impl Fn(&str) -> Option<T>,
        otherwise: &'static str,
    ) -> Option<T> {
        let text = self.given.one(param, &mut self.warnings)?;
        let value = read(text);
        if value.is_none() {
            self.warnings.ignored(param, otherwise);
        }
        value
    }

    fn warn(&mut self, field: Field, detail: &'static str) {
        self.warnings.ignored(Param::Filter(field), detail);
    }
}

fn action(text: &str, known: &Known<'_>) -> Option<ActionChoice> {
    let choice = match text.strip_suffix(".*") {
        Some(family) => ActionChoice::Family(family.to_owned()),
        None => ActionChoice::One(text.to_owned()),
    };
    let is_known = Action::ALL.iter().any(|it| choice.matches(it.name()))
        || known.seen.iter().any(|it| choice.matches(it));
    is_known.then_some(choice)
}

fn text(text: &str) -> Option<String> {
    // The replacement character stands for bytes that were no text.
    let is_readable = !text.contains(|it: char| it.is_control() || it == '\u{fffd}');
    (is_readable && text.chars().count() <= TEXT_MAX).then(|| text.to_owned())
}

/// Whether a link with this text as actor or target is read as it was meant.
pub fn is_searchable(it: &str) -> bool {
    !it.is_empty() && it.trim() == it && text(it).is_some() && !looks_like_credential(it)
}
