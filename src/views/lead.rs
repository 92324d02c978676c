//! Where the name of a record leads: to its page; and once it is deleted, nowhere any more.
use maud::{Markup, Render, html};

/// What is known today about the records that an event names.
#[derive(Default)]
pub struct Known<'a> {
    pub actor: Lead,
    pub target: Lead,
    pub pool: PoolNow<'a>,
}

/// What became of the Pool under which an event is filed.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub enum PoolNow<'a> {
    #[default]
    Same,
    Renamed(&'a str),
    Deleted,
}

/// A record by its name.
pub struct Named<'a> {
    pub name: &'a str,
    pub lead: Lead,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Lead {
    /// This viewer may open the record.
    To(String),
    /// This viewer could have opened it.
    Deleted,
    #[default]
    Nowhere,
}

impl Lead {
    /// Where it leads, if the record is there; else the record is deleted, if it is known.
    pub fn of(href: Option<String>, is_deleted: bool) -> Self {
        match href {
            Some(href) => Self::To(href),
            None if is_deleted => Self::Deleted,
            None => Self::Nowhere,
        }
    }

    pub fn href(&self) -> Option<&str> {
        match self {
            Self::To(href) => Some(href),
            Self::Deleted | Self::Nowhere => None,
        }
    }

    /// What stands beside the name of that day.
    pub fn mark(&self) -> Markup {
        match self {
            Self::Deleted => deleted(),
            Self::To(_) | Self::Nowhere => Markup::default(),
        }
    }
}

impl Render for Named<'_> {
    fn render(&self) -> Markup {
        html! {
            @if let Some(href) = self.lead.href() {
                a.ql href=(href) { (self.name) }
            } @else {
                (self.name) (self.lead.mark())
            }
        }
    }
}

pub fn deleted() -> Markup {
    html! { " " span.mut { "(deleted)" } }
}
