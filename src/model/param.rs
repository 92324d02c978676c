//! The parameters of a query: their names, and who may use which.

/// One filter, as the address, the form and the chips name it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Field {
    Pool,
    Outcome,
    Action,
    ActorType,
    Actor,
    Target,
    From,
    To,
    Range,
    Window,
    Via,
    Request,
}

/// Everything that may stand in a query: a filter, or the position in what it matches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Param {
    Filter(Field),
    Before,
    After,
    Event,
    Limit,
    AfterSeq,
}

/// Who is asking: it decides which parameters there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Surface {
    Page,
    Api,
}

impl Field {
    /// The order of an address.
    pub const ALL: [Self; 12] = [
        Self::Pool,
        Self::Outcome,
        Self::Action,
        Self::ActorType,
        Self::Actor,
        Self::Target,
        Self::From,
        Self::To,
        Self::Range,
        Self::Window,
        Self::Via,
        Self::Request,
    ];

    /// The name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::Outcome => "outcome",
            Self::Action => "action",
            Self::ActorType => "actor_type",
            Self::Actor => "actor",
            Self::Target => "target",
            Self::From => "from",
            Self::To => "to",
            Self::Range => "range",
            Self::Window => "window",
            Self::Via => "via",
            Self::Request => "request",
        }
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pool => "Pool",
            Self::Outcome => "Outcome",
            Self::Action => "Event",
            Self::ActorType => "Actor type",
            Self::Actor => "Actor",
            Self::Target => "Target",
            Self::From => "From",
            Self::To => "To",
            Self::Range => "Range",
            Self::Window => "Window",
            Self::Via => "Via",
            Self::Request => "Request",
        }
    }
}

impl Param {
    pub const COUNT: usize = Field::ALL.len() + 5;

    /// None: not a parameter of this surface.
    pub fn parse(name: &str, surface: Surface) -> Option<Self> {
        Self::all()
            .find(|it| it.name() == name)
            .filter(|it| it.is_for(surface))
    }

    /// Filters first, in the order of an address.
    pub fn all() -> impl Iterator<Item = Self> {
        let positions = [
            Self::Before,
            Self::After,
            Self::Event,
            Self::Limit,
            Self::AfterSeq,
        ];
        Field::ALL.into_iter().map(Self::Filter).chain(positions)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Filter(field) => field.name(),
            Self::Before => "before",
            Self::After => "after",
            Self::Event => "event",
            Self::Limit => "limit",
            Self::AfterSeq => "after_seq",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Filter(field) => field.label(),
            Self::Before => "Before",
            Self::After => "After",
            Self::Event => "Opened event",
            Self::Limit => "Limit",
            Self::AfterSeq => "After seq",
        }
    }

    fn is_for(self, surface: Surface) -> bool {
        match self {
            Self::Filter(_) | Self::Before | Self::After => true,
            Self::Event => surface != Surface::Api,
            Self::Limit | Self::AfterSeq => surface == Surface::Api,
        }
    }
}
