//! `POST /api/v1/events` · `GET /api/v1/events` · `GET /api/v1/events/{seq}`
use super::answers::{Count, Fault, Feed, Page, Place, Receipt, Receipts, WarningOut};
use crate::app::App;
use crate::base::{Error, Kind, Millis, OrFail, Result};
use crate::gate::{Reader, WriteKey};
use crate::http::{Problem, Request, Response};
use crate::intake::{Format, ItemCode, ItemError, PoolAsserted, Sighting, Submitted};
use crate::model::{
    EventOut, EventRef, Filter, Known, Parsed, PoolChoice, Reason, RecordId, RecordKind, Surface,
    Zone,
};
use crate::store::{Appended, Events, Question, Ready};

const BODY_MAX: usize = 1024 * 1024;
/// A body above this is read off the reactor, so that other connections are not kept waiting.
const SMALL: usize = 8 * 1024;

pub async fn record(app: App, mut request: Request, caller: WriteKey) -> Result<Response> {
    let answer = take(&app, &mut request, &caller).await;
    match &answer {
        Ok(answer) if answer.receipts.rejected > 0 => {
            let rejected = answer.receipts.rejected;
            caller
                .refused(&app, &request, Reason::InvalidItems, rejected)
                .await;
        }
        Err(error) if is_unreadable(error.kind()) => {
            caller
                .refused(&app, &request, Reason::InvalidDocument, 0)
                .await;
        }
        Ok(_) | Err(_) => {}
    }
    answer.map(Answer::finish)
}

pub async fn list(app: App, request: Request, caller: Reader) -> Result<Response> {
    let parsed = parse(&app, &request, &caller);
    let warnings = warnings(&parsed);
    let limit = parsed.limit;
    let question = question(&app, caller, parsed.filter);
    if let Some(after) = parsed.after_seq {
        let events = app.store().events.feed(&question, after, limit).await?;
        let next = events.last().map_or(after, |it| it.seq);
        let events = events.into_iter().map(EventOut::from).collect();
        return Ok(Response::json(&Feed {
            events,
            next,
            warnings,
        }));
    }
    let events = &app.store().events;
    let (events, next, count) = events.list(&question, parsed.at.before, limit).await?;
    Ok(Response::json(&Page {
        events: events.into_iter().map(EventOut::from).collect(),
        next: next.map(|it| it.to_string()),
        warnings,
        count: Count {
            value: count,
            exact: true,
        },
    }))
}

pub async fn one(app: App, request: Request, caller: Reader) -> Result<Response> {
    let nothing = || Error::new(Kind::NotFound, "There is no such event.");
    // One event, one address: `+1` and `007` are none.
    let seq = match request.captured("seq").map(EventRef::parse) {
        Some(EventRef::Seq(seq)) => seq,
        Some(EventRef::Invalid) | None => return Err(nothing()),
    };
    let event = app
        .store()
        .events
        .one(&caller.scope, seq)
        .await?
        .ok_or_else(nothing)?;
    Ok(Response::json(&EventOut::from(event)))
}

async fn take(app: &App, request: &mut Request, caller: &WriteKey) -> Result<Answer> {
    let format = format(request)?;
    let events = &app.store().events;
    events.admit(&caller.key, request.body_length())?;
    let body = request.bytes(BODY_MAX).await?;
    let _under_way = events.begin(&caller.key, body.len())?;
    let arrival = Arrival {
        format,
        delivery: RecordId::parse(RecordKind::Request, request.id())
            .internal("a request has no id of ours")?,
        now: app.clock().now(),
    };
    let taken = if body.len() <= SMALL {
        read(app, &body, caller, &arrival)?
    } else {
        let (key, pool) = (caller.key.clone(), caller.pool.clone());
        let (reader, caller) = (app.clone(), WriteKey { key, pool });
        app.compute(move || read(&reader, &body, &caller, &arrival))
            .await?
    };
    app.count_delivery(&caller.key, taken.items.len());
    let seen = taken.seen;
    let answer = deliver(app, caller, taken.ready, taken.items, arrival.now).await?;
    caller.saw(app, request, &seen).await;
    Ok(answer)
}

/// The body as a whole could not be taken: sent again, it will fail again.
fn is_unreadable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::InvalidJson | Kind::TooLarge | Kind::UnsupportedType
    )
}

fn format(request: &Request) -> Result<Format> {
    let refused = |detail| Err(Error::new(Kind::UnsupportedType, detail));
    if request.has_content_encoding() {
        return refused("Send the body as it is, without a Content-Encoding.");
    }
    match request.content_type().as_deref() {
        Some("application/json") => Ok(Format::Json),
        Some("application/x-ndjson") => Ok(Format::Ndjson),
        _ => refused("Send application/json or application/x-ndjson."),
    }
}

/// How and when a body came.
#[derive(Clone, Copy)]
struct Arrival {
    format: Format,
    delivery: RecordId,
    now: Millis,
}

/// A delivery that only has to be written.
struct Taken {
    ready: Ready,
    /// In the order sent; none: it is among those that are ready.
    items: Vec<Option<Vec<ItemError>>>,
    seen: Vec<Sighting>,
}

/// All that keeps a processor busy, in one go: what one core took apart, it puts together.
fn read(app: &App, body: &[u8], caller: &WriteKey, arrival: &Arrival) -> Result<Taken> {
    let pool = PoolAsserted {
        id: caller.pool.id.bytes(),
        slug: &caller.pool.slug,
        own_keys: &caller.pool.detail_keys,
    };
    let Arrival {
        format,
        delivery,
        now,
    } = *arrival;
    let read = app.intake().read(body, format, caller.mode(), &pool, now)?;
    let mut events = Vec::with_capacity(read.items.len());
    let mut items = Vec::with_capacity(read.items.len());
    for item in read.items {
        match item {
            Submitted::Event(event) => {
                events.push(*event);
                items.push(None);
            }
            Submitted::Rejected(errors) => items.push(Some(errors)),
        }
    }
    Ok(Taken {
        ready: Events::prepare(&caller.key, &caller.pool, events, delivery, now),
        items,
        seen: read.seen,
    })
}

/// Appends what was not refused, and answers for every item in the order sent.
async fn deliver(
    app: &App,
    caller: &WriteKey,
    ready: Ready,
    items: Vec<Option<Vec<ItemError>>>,
    now: Millis,
) -> Result<Answer> {
    let store = &app.store().events;
    let mut appended = store.deliver(&caller.key, ready, now).await?.into_iter();
    let mut answer = Answer::default();
    for (place, errors) in items.into_iter().enumerate() {
        match errors {
            Some(errors) => answer.reject(errors.iter().map(Fault::from).collect()),
            None => answer.take(place, appended.next().internal("an event was lost")?),
        }
    }
    let Receipts {
        recorded,
        duplicate,
        rejected,
        ..
    } = &answer.receipts;
    app.counters().recorded.add(*recorded);
    app.counters().duplicates.add(*duplicate);
    app.counters().rejected.add(*rejected);
    Ok(answer)
}

#[derive(Default)]
struct Answer {
    receipts: Receipts,
    conflicts: usize,
}

impl Answer {
    fn take(&mut self, place: usize, appended: Appended) {
        match appended {
            Appended::Recorded(it) => {
                self.receipts.recorded += 1;
                let place = Place::new(it.seq, it.recorded_ms, it.leaf, it.redactions);
                self.receipts.results.push(Receipt::Recorded(place));
            }
            Appended::Duplicate(it) => {
                self.receipts.duplicate += 1;
                let place = Place::new(it.seq, it.recorded_ms, it.leaf, it.redactions);
                self.receipts.results.push(Receipt::Duplicate(place));
            }
            Appended::Conflict => {
                self.conflicts += 1;
                self.reject(vec![fault(place, "/id", ItemCode::Conflict)]);
            }
            Appended::TooManyNames => {
                self.reject(vec![fault(place, "/action", ItemCode::TooMany)]);
            }
            Appended::TooLong => self.reject(vec![fault(place, "", ItemCode::TooLong)]),
        }
    }

    fn reject(&mut self, errors: Vec<Fault>) {
        self.receipts.rejected += 1;
        self.receipts.results.push(Receipt::Rejected { errors });
    }

    /// A problem when nothing was taken: a conflict if that is all there is to say.
    fn finish(self) -> Response {
        let Receipts {
            rejected, results, ..
        } = &self.receipts;
        if *rejected < results.len() {
            return Response::json(&self.receipts);
        }
        let all_conflicts = self.conflicts > 0 && self.conflicts == *rejected;
        let (kind, detail) = if all_conflicts {
            (
                Kind::IdConflict,
                "Events with these ids were recorded with other content.",
            )
        } else {
            (Kind::InvalidEvent, "None of the events could be recorded.")
        };
        let faults: Vec<Fault> = self
            .receipts
            .results
            .into_iter()
            .flat_map(|it| match it {
                Receipt::Rejected { errors } => errors,
                Receipt::Recorded(_) | Receipt::Duplicate(_) => Vec::new(),
            })
            .collect();
        Problem::new(kind, detail).with_errors(&faults).into()
    }
}

fn fault(place: usize, pointer: &str, code: ItemCode) -> Fault {
    Fault::from(&ItemError {
        pointer: format!("/{place}{pointer}"),
        code,
    })
}

fn parse(app: &App, request: &Request, caller: &Reader) -> Parsed {
    let seen = app.store().events.seen_actions(&caller.scope);
    let pools: Vec<_> = caller.pools.iter().map(PoolChoice::from).collect();
    let known = Known {
        pools: &pools,
        seen: &seen,
    };
    Filter::parse(request.query(), &known, Surface::Api)
}

fn question(app: &App, caller: Reader, filter: Filter) -> Question {
    Question {
        scope: caller.scope,
        filter,
        zone: Zone::utc(),
        now: app.clock().now(),
    }
}

fn warnings(parsed: &Parsed) -> Vec<WarningOut> {
    parsed
        .warnings
        .iter()
        .map(|it| WarningOut {
            filter: it.filter().to_owned(),
            detail: it.detail().to_owned(),
        })
        .collect()
}
