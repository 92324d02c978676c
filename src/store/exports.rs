//! Exports: everything that a question matches, cut at one moment of the log and read piece by
//! piece. Nothing is held between two pieces but the index of that moment.
use std::sync::Arc;

use rusqlite::Connection;

use super::cut::Cuts;
use super::db::Db;
use super::event_rows;
use super::export_places::{self, Places};
use super::questions::{Asked, Question};
use crate::base::{Millis, Result};
use crate::index::{Place, Plan};
use crate::ledger::Checkpoint;
use crate::model::{Action, By, Digester, ExportFormat, Filter, OwnEvent, Reason};

/// Rows of one piece, so that no read lasts.
const ROWS_MAX: usize = 1000;
/// Bytes after which a piece is full, whatever rows are missing: a row may have many thousands.
const BYTES_FULL: usize = 128 * 1024;

#[derive(Clone)]
pub struct Exports {
    db: Db,
    cuts: Cuts,
    digester: Arc<Digester>,
    places: Places,
}

/// An export that is recorded, and of which the rows up to `last` were read.
pub struct Export {
    db: Db,
    plan: Arc<Plan>,
    format: ExportFormat,
    rows: u64,
    checkpoint: Checkpoint,
    last: Option<Place>,
    is_over: bool,
    _place: export_places::Place,
}

/// Rows as text, and how far they go.
struct Piece {
    text: String,
    last: Option<Place>,
    is_last: bool,
}

impl Exports {
    pub fn new(db: Db, cuts: Cuts, digester: Arc<Digester>) -> Self {
        Self {
            db,
            cuts,
            digester,
            places: Places::default(),
        }
    }

    /// Cuts the log, counts, and records the export; an error of any of them means that nothing
    /// was exported. What is recorded from here on, this export's own event first, is not in it.
    pub async fn begin(&self, by: By, question: Question, format: ExportFormat) -> Result<Export> {
        let place = self.places.take(&by)?;
        let (snapshot, checkpoint) = self.cuts.cut();
        let digester = Arc::clone(&self.digester);
        let (asked, plan, rows) = self
            .db
            .read(move |conn| {
                let asked = Asked::new(conn, snapshot, question, digester)?;
                let plan = asked.plan(&asked.question.filter);
                let rows = plan.count();
                Ok((asked, plan, rows))
            })
            .await?;
        let filter = &asked.question.filter;
        let (from, until) = asked.span(filter);
        let event = self
            .event(format, filter)
            .count("row_count", i64::try_from(rows).unwrap_or(i64::MAX))
            .names("filters", &names(filter))
            .time("from_at", (from > Millis::MIN).then_some(from))
            // As people read it: the last millisecond, not the first one after it.
            .time("to_at", (until < Millis::MAX).then(|| until - 1));
        self.record(by, event).await?;
        Ok(Export {
            db: self.db.clone(),
            plan: Arc::new(plan),
            format,
            rows,
            checkpoint,
            last: None,
            is_over: false,
            _place: place,
        })
    }

    /// Records an export that was refused. `filter` is what of the question could be understood.
    pub async fn refuse(
        &self,
        by: By,
        filter: &Filter,
        format: ExportFormat,
        reason: Reason,
    ) -> Result<()> {
        let event = self.event(format, filter).failed(reason);
        self.db.refuse(by, event).await
    }

    fn event(&self, format: ExportFormat, filter: &Filter) -> OwnEvent {
        let event = OwnEvent::new(Action::AuditExport).word("format", format.as_str());
        let standing = self.db.standing();
        let pool = filter.pool.as_ref().and_then(|it| standing.pool(it.no));
        match pool {
            Some(pool) => event.in_pool(pool),
            None => event,
        }
    }

    async fn record(&self, by: By, event: OwnEvent) -> Result<()> {
        self.db
            .change(by, move |proposal| Ok(proposal.record(event)?.done(())))
            .await
    }
}

impl Export {
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Of the log that this export was cut from.
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// What comes next, head and trailer included; None at the end.
    pub async fn next(&mut self) -> Result<Option<String>> {
        if self.is_over {
            return Ok(None);
        }
        let (plan, last, format) = (Arc::clone(&self.plan), self.last, self.format);
        let mut piece = self
            .db
            .read_piece(move |conn| read(conn, &plan, last, format))
            .await?;
        if self.last.is_none() {
            piece.text.insert_str(0, &format.head());
        }
        if piece.is_last {
            format.end(&self.checkpoint.to_string(), &mut piece.text);
        }
        self.last = piece.last.or(self.last);
        self.is_over = piece.is_last;
        Ok(Some(piece.text))
    }
}

/// The filters that are used, as an address names them.
fn names(filter: &Filter) -> Vec<&'static str> {
    let used = filter.active().into_iter();
    used.map(|it| it.field.name()).collect()
}

/// The rows older than `last`, each with a read of its own: none of them keeps the write-ahead
/// log from being moved to the database.
fn read(
    conn: &Connection,
    plan: &Plan,
    last: Option<Place>,
    format: ExportFormat,
) -> Result<Piece> {
    let places = plan.older(last, ROWS_MAX);
    let mut piece = Piece {
        text: String::with_capacity(2 * BYTES_FULL),
        last: None,
        is_last: places.len() < ROWS_MAX,
    };
    for (place, left) in places.iter().zip((0..places.len()).rev()) {
        let event = event_rows::readable(conn, place.seq)?;
        format.row(place.seq, place.occurred_ms, event, &mut piece.text);
        piece.last = Some(*place);
        if piece.text.len() >= BYTES_FULL && left > 0 {
            piece.is_last = false;
            break;
        }
    }
    Ok(piece)
}
