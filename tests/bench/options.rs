//! What the command line asks for.
use std::path::{Path, PathBuf};

use crate::folder::{Log, Plan};

const EVENTS: usize = 1_000_000;
const QUICK: usize = 20_000;
const GROWN: usize = 10_000_000;

pub const USAGE: &str = "usage: cargo bench -- [--quick] [--events N] [--data DIR] [--slim] \
    [--engine] [--postgres URL] [--only] [--raw | --growth]";

pub struct Options {
    pub events: usize,
    pub plan: Plan,
    /// The folder that stays, so that the next run finds it loaded.
    pub data: Option<PathBuf>,
    pub what: What,
    /// Also without HTTP and SQLite: the index alone, and recording alone.
    pub engine: bool,
    /// Also the same data and questions in the database of this address.
    pub postgres: Option<String>,
}

pub enum What {
    Everything,
    /// No more than what is asked for besides.
    Only,
    /// What disk, SQLite and HTTP can give here, and no more.
    Raw,
    /// The same at growing sizes, with a plot.
    Growth,
}

impl Options {
    pub fn log(&self) -> Log {
        match &self.data {
            Some(path) => Log::kept(path, self.plan),
            None => Log::passing(Path::new(env!("CARGO_TARGET_TMPDIR")), self.plan),
        }
    }
}

/// None: not understood.
pub fn options(today_ms: i64) -> Option<Options> {
    let mut events = None;
    let mut data = None;
    let mut is_slim = false;
    let mut what = What::Everything;
    let (mut engine, mut postgres) = (false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What cargo tells every benchmark.
            "--bench" => {}
            "--quick" => events = Some(QUICK),
            "--events" => {
                events = Some(arguments.next()?.replace(['_', ','], "").parse().ok()?);
            }
            "--data" => data = Some(PathBuf::from(arguments.next()?)),
            "--slim" => is_slim = true,
            "--raw" => what = What::Raw,
            "--growth" => what = What::Growth,
            "--only" => what = What::Only,
            "--engine" => engine = true,
            "--postgres" => postgres = Some(arguments.next()?),
            _ => return None,
        }
    }
    let usual = if matches!(what, What::Growth) {
        GROWN
    } else {
        EVENTS
    };
    let events = events.unwrap_or(usual);
    (events >= QUICK).then_some(Options {
        events,
        plan: Plan {
            events,
            today_ms,
            is_slim,
        },
        data,
        what,
        engine,
        postgres,
    })
}
