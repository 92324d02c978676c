//! `annals export`: everything that the filters match, on standard output. Recorded like the
//! page's exports, by the command line.
use std::io::{self, ErrorKind, Write};

use super::say::say_to_stderr;
use super::store::with_existing_store;
use crate::base::{Clock, Error, Kind, Result};
use crate::config::{Export as Asked, ExportFormat as Form};
use crate::model::{
    By, ExportFormat, Filter, Known, Parsed, PoolChoice, Reason, Scope, Surface, Zone,
};
use crate::store::{Export, Question, Store};

const DONE: u8 = 0;
const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;

pub fn run(asked: &Asked) -> Result<u8> {
    let format = match asked.format {
        Form::Csv => ExportFormat::Csv,
        Form::Ndjson => ExportFormat::Ndjson,
    };
    with_existing_store(&asked.data, async |store| {
        export(store, asked, format).await
    })
}

async fn export(store: &Store, asked: &Asked, format: ExportFormat) -> Result<u8> {
    let by = By::command_line();
    let parsed = parse(store, asked);
    if parsed.warnings.count() > 0 {
        let faults: Vec<_> = parsed.warnings.iter().map(|it| it.fault()).collect();
        store
            .exports
            .refuse(by, &parsed.filter, format, Reason::InvalidItems)
            .await?;
        say_to_stderr(&format!(
            "annals: Nothing was exported. {}.",
            faults.join(". ")
        ));
        return Ok(WRONG_USAGE);
    }
    let settings = store.settings.current();
    let question = Question {
        scope: Scope::of_the_host(),
        filter: parsed.filter,
        zone: Zone::parse(&settings.time_zone).unwrap_or_else(Zone::utc),
        now: Clock::system().now(),
    };
    let mut export = store.exports.begin(by, question, format).await?;
    match print(&mut export).await {
        Ok(()) => {
            say_to_stderr(&format!(
                "{} events, cut at {}",
                export.rows(),
                export.checkpoint()
            ));
            Ok(DONE)
        }
        Err(Stopped::Unread) => Ok(FAILED),
        Err(Stopped::Failed(error)) => Err(error),
    }
}

fn parse(store: &Store, asked: &Asked) -> Parsed {
    let scope = Scope::of_the_host();
    let pools = store.pools.list(&scope);
    let pools: Vec<_> = pools.iter().map(PoolChoice::from).collect();
    let seen = store.events.seen_actions(&scope);
    let known = Known {
        pools: &pools,
        seen: &seen,
    };
    let given = asked
        .filters
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    Filter::parse(given, &known, Surface::Page)
}

enum Stopped {
    /// Whoever read the pipe has enough. They know, and need not be told.
    Unread,
    Failed(Error),
}

async fn print(export: &mut Export) -> Result<(), Stopped> {
    let mut out = io::stdout().lock();
    while let Some(text) = export.next().await.map_err(Stopped::Failed)? {
        out.write_all(text.as_bytes()).map_err(stopped)?;
    }
    out.flush().map_err(stopped)
}

fn stopped(error: io::Error) -> Stopped {
    match error.kind() {
        ErrorKind::BrokenPipe => Stopped::Unread,
        _ => Stopped::Failed(
            Error::new(Kind::Internal, "cannot write to standard output").with_source(error),
        ),
    }
}
