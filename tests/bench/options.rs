//! What the command line asks for.
use std::path::{Path, PathBuf};

use crate::folder::{Log, Plan};

const EVENTS: usize = 1_000_000;
const QUICK: usize = 20_000;
const GROWN: usize = 10_000_000;

pub const USAGE: &str = "usage: cargo bench -- [--quick] [--events N] [--data DIR] [--slim] \
    [--raw | --growth | --engine | --postgres URL]";

pub struct Options {
    pub events: usize,
    pub plan: Plan,
    /// The folder that stays, so that the next run finds it loaded.
    pub data: Option<PathBuf>,
    pub what: What,
}

pub enum What {
    Everything,
    /// What disk, SQLite and HTTP can give here, and no more.
    Raw,
    /// The same at growing sizes, with a plot.
    Growth,
    /// Without HTTP and SQLite: the index alone, and recording alone.
    Engine,
    /// The same data and questions in the database of this address.
    Postgres(String),
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
            "--engine" => what = What::Engine,
            "--postgres" => what = What::Postgres(arguments.next()?),
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
    })
}
