//! `/audit-logs`: the filtered log, a page of it, and one event in the drawer.
use super::around::shell;
use super::links::Links;
use super::log_address::Address;
use super::{log_form, log_parts};
use crate::app::App;
use crate::base::{Millis, Result};
use crate::gate::Person;
use crate::http::{Request, Response};
use crate::model::{
    At, Cursor, EventRef, Filter, Known, Outcome, Parsed, Pool, PoolChoice, Surface,
};
use crate::store::{Listed, Newer, Open, PAGE, Page, Question};
use crate::views::Times;
use crate::views::audit_logs::{self, Empty, Guide};
use crate::views::drawer::{Details, Drawer, Place, Step};
use crate::views::table::{Row, Table};

pub async fn home(_: App, _: Request) -> Result<Response> {
    Ok(Response::redirect(audit_logs::HREF))
}

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let pools = app.store().pools.list(&person.scope);
    let seen = app.store().events.seen_actions(&person.scope);
    let parsed = parse(&request, &pools, &seen);
    if let Some(query) = &parsed.clean {
        return Ok(Response::redirect(&Address::of_query(query)));
    }
    let question = Question {
        scope: person.scope.clone(),
        filter: parsed.filter.clone(),
        zone: person.zone.clone(),
        now: app.clock().now(),
    };
    let asked = parsed.at.event;
    let seq = match asked {
        Some(EventRef::Seq(seq)) => Some(seq),
        Some(EventRef::Invalid) | None => None,
    };
    let page = app.store().events.page(&question, parsed.at, seq).await?;
    let is_missing = asked.is_some() && page.open.is_none();
    if let Some(first) = first_page(&parsed, &page).filter(|_| !is_missing) {
        return Ok(Response::redirect(&first));
    }
    let open = page.open.as_ref().map(|it| &it.listed);
    let events = page
        .rows
        .iter()
        .chain(open)
        .filter_map(|it| it.event.as_ref());
    let links = Links::new(&app, &person, &pools)
        .with_targets(events)
        .await?;
    let shown = Shown {
        links,
        address: Address::new(&parsed.filter, parsed.at),
        request: &request,
        person: &person,
        pools: &pools,
        seen: &seen,
        parsed: &parsed,
        page: &page,
        progress: Progress::of(&app, &person, &pools, question.now),
        now: question.now,
    };
    let status = if is_missing { 404 } else { 200 };
    Ok(Response::html(shown.html()).status(status))
}

pub fn parse(request: &Request, pools: &[Pool], seen: &[String]) -> Parsed {
    let choices: Vec<_> = pools.iter().map(PoolChoice::from).collect();
    let known = Known {
        pools: &choices,
        seen,
    };
    Filter::parse(request.query(), &known, Surface::Page)
}

/// The first page has one address, and is the one that looks for new events.
fn first_page(parsed: &Parsed, page: &Page) -> Option<String> {
    let is_first = parsed.at.after.is_some() && page.newer == Newer::Nowhere;
    let at = At {
        after: None,
        ..parsed.at
    };
    is_first.then(|| Address::new(&parsed.filter, at).at(at))
}

/// For the page that waits for the first delivered event.
pub async fn first(app: App, _: Request, person: Person) -> Result<Response> {
    let is_there = app.store().api_keys.has_delivered(&person.scope);
    Ok(Response::text(if is_there { "1" } else { "0" }))
}

/// How far this person's services have come with their first event.
#[derive(Clone, Copy)]
enum Progress {
    NoPool,
    NoKey,
    NoEvent,
    Delivered,
}

impl Progress {
    fn of(app: &App, person: &Person, pools: &[Pool], now: Millis) -> Self {
        let keys = &app.store().api_keys;
        if keys.has_delivered(&person.scope) {
            Self::Delivered
        } else if keys.can_deliver(&person.scope, now) {
            Self::NoEvent
        } else if pools.iter().any(Pool::takes_keys) {
            Self::NoKey
        } else {
            Self::NoPool
        }
    }
}

/// Everything that the page is made of.
struct Shown<'a> {
    request: &'a Request,
    person: &'a Person,
    pools: &'a [Pool],
    seen: &'a [String],
    parsed: &'a Parsed,
    page: &'a Page,
    address: Address<'a>,
    links: Links<'a>,
    progress: Progress,
    now: Millis,
}

impl Shown<'_> {
    fn html(&self) -> String {
        let filter = &self.parsed.filter;
        let times = Times {
            now: self.now,
            zone: &self.person.zone,
        };
        let scope = self.person.scope.pools();
        let values = log_form::Values::of(filter);
        let choices = log_form::Choices::of(&self.page.options, self.seen);
        let base_url = self.request.base_url();
        let here = self.here();
        let newer = match self.page.newer {
            Newer::Nowhere => None,
            Newer::FirstPage => Some(self.address.first_page()),
            Newer::After(cursor) => Some(self.address.at(At::after(cursor))),
        };
        let older = self.page.older.map(|it| self.address.at(At::before(it)));
        audit_logs::page(&audit_logs::Page {
            shell: shell(self.request, self.person, &here),
            form: log_form::form(self.person, self.pools, &choices, &values, &self.links),
            query: &filter.query(&At::default()),
            chips: log_parts::chips(filter, &self.address, times),
            warnings: log_parts::warnings(self.parsed, &self.page.options),
            export: log_parts::export(filter, self.page.total),
            live: log_parts::live(filter, self.parsed.at, self.page),
            panel: log_parts::panel(self.page, filter),
            before: self.page.skipped,
            table: Table {
                times,
                rows: self.page.rows.iter().map(|it| self.row(it)).collect(),
                is_one_outcome: filter.outcome == Some(Outcome::Failure),
                has_newer: newer.is_some(),
                has_older: older.is_some(),
            },
            newer_href: newer,
            older_href: older,
            empty: self.empty(),
            fewer: log_parts::fewer(&self.page.without, filter, &self.address, times),
            scope: scope.map(|_| self.pools.iter().map(|it| it.name.as_str()).collect()),
            guide: self.guide(base_url),
            drawer: self.drawer(),
        })
    }

    /// Until a key has delivered something, the page says what is next.
    fn guide<'b>(&self, base_url: &'b str) -> Option<Guide<'b>> {
        if !self.parsed.filter.is_empty() || self.parsed.at != At::default() {
            return None;
        }
        match self.progress {
            Progress::NoPool => self.person.is_owner().then_some(Guide::CreatePool),
            Progress::NoKey => Some(Guide::CreateKey),
            Progress::NoEvent => Some(Guide::Send { base_url }),
            Progress::Delivered => None,
        }
    }

    /// Where the theme form leads back to. An event that is not there leaves no trace in it.
    fn here(&self) -> String {
        match &self.page.open {
            Some(_) => self.address.at(self.parsed.at),
            None => self.address.closed(None),
        }
    }

    fn empty(&self) -> Empty {
        let scope = self.person.scope.pools();
        if scope.is_some_and(std::collections::BTreeSet::is_empty) {
            return Empty::NoPool;
        }
        if self.page.total > 0 {
            return Empty::NoOlder;
        }
        if self.parsed.filter.is_empty() {
            return Empty::NoEvents;
        }
        Empty::NoMatch
    }

    fn row<'b>(&'b self, listed: &'b Listed) -> Row<'b> {
        let event = listed.event.as_ref();
        Row {
            seq: listed.seq,
            event,
            href: self.address.open(listed.seq),
            known: event.map(|it| self.links.known(it)).unwrap_or_default(),
            is_current: self.parsed.at.event == Some(EventRef::Seq(listed.seq)),
        }
    }

    fn drawer(&self) -> Option<Drawer<'_>> {
        self.parsed.at.event?;
        let open = self.page.open.as_ref();
        let found = open.and_then(|it| Some((it, it.listed.event.as_ref()?)));
        let Some((open, event)) = found else {
            return Some(Drawer::NotFound {
                close_href: self.address.closed(None),
            });
        };
        let place = match open.rank {
            Some(rank) => Place::Of {
                number: rank + 1,
                total: self.page.total,
            },
            None => Place::Outside,
        };
        Some(Drawer::Event(Box::new(Details {
            event,
            place,
            close_href: self.address.closed(Some(open.listed.seq)),
            newer: self.step(open, true),
            older: self.step(open, false),
            known: self.links.known(event),
            near: log_parts::near(open),
            json: log_parts::json(event),
        })))
    }

    /// A neighbour on this page changes the drawer alone; one beyond its edge turns the page.
    fn step(&self, open: &Open, is_newer: bool) -> Option<Step> {
        let to = if is_newer { open.newer } else { open.older }?;
        let rows = &self.page.rows;
        if rows.iter().any(|it| it.seq == to.seq) {
            return Some(Step {
                href: self.address.open(to.seq),
                turns_page: false,
            });
        }
        let edge = if is_newer { rows.first() } else { rows.last() };
        let is_at_edge = edge.is_some_and(|it| it.seq == open.listed.seq) && rows.len() == PAGE;
        let at = match (is_at_edge, is_newer) {
            (true, true) => At::after(log_parts::cursor(&open.listed)),
            (true, false) => At::before(log_parts::cursor(&open.listed)),
            // Opened from elsewhere: the page that begins with the neighbour.
            (false, _) => At::before(Cursor {
                ms: to.ms,
                seq: to.seq.saturating_add(1),
            }),
        };
        Some(Step {
            href: self.address.at_event(at, to.seq),
            turns_page: true,
        })
    }
}
