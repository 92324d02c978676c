//! The addresses of the log page: one filter, the places in it, the event that is open.
use crate::model::{At, Field, Filter, Range};
use crate::views::audit_logs::HREF;

pub struct Address<'a> {
    filter: &'a Filter,
    at: At,
}

impl<'a> Address<'a> {
    pub fn new(filter: &'a Filter, at: At) -> Self {
        Self { filter, at }
    }

    pub fn of_query(query: &str) -> String {
        if query.is_empty() {
            HREF.to_owned()
        } else {
            format!("{HREF}?{query}")
        }
    }

    /// Any filter from its first page on.
    pub fn of(filter: &Filter) -> String {
        Self::of_query(&filter.query(&At::default()))
    }

    /// How many events of a filter have come after the last one of the log as it was read.
    pub fn newer(filter: &Filter, last_seq: i64) -> String {
        let query = filter.query(&At::default());
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{HREF}/newer?{query}{joint}after={last_seq}")
    }

    pub fn first_page(&self) -> String {
        self.at(At::default())
    }

    pub fn at(&self, at: At) -> String {
        Self::of_query(&self.filter.query(&at))
    }

    /// This page with an event open; the fragment moves the focus to its title.
    pub fn open(&self, seq: i64) -> String {
        self.at_event(self.at, seq)
    }

    pub fn at_event(&self, at: At, seq: i64) -> String {
        format!("{}#event", self.at(at.with_event(seq)))
    }

    /// This page with nothing open; the fragment moves the focus back to the row.
    pub fn closed(&self, seq: Option<i64>) -> String {
        let page = self.at(self.at.closed());
        match seq {
            Some(seq) => format!("{page}#t-{seq}"),
            None => page,
        }
    }

    pub fn without(&self, field: Field) -> String {
        Self::of(&self.filter.without(field))
    }

    pub fn with_range(filter: &Filter, range: Option<Range>) -> String {
        match range {
            Some(range) => Self::of(&filter.with_range(range)),
            None => Self::of(&filter.of_any_time()),
        }
    }
}
