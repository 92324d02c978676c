//! What the command line asks for.
use std::path::PathBuf;

const EVENTS: usize = 1_000_000;
const QUICK: usize = 20_000;
const GROWN: usize = 10_000_000;

pub const USAGE: &str = "usage: cargo bench -- [--quick] [--events N] [--data DIR] [--raw] \
    [--growth] [--postgres URL]";

pub struct Options {
    pub events: usize,
    /// Where the data directory is made, and on which disk.
    pub parent: PathBuf,
    pub what: What,
}

pub enum What {
    Everything,
    /// What disk, SQLite and HTTP can give here, and no more.
    Raw,
    /// The same at growing sizes, with a plot.
    Growth,
    /// The same data and questions in the database of this address.
    Postgres(String),
}

/// None: not understood.
pub fn options() -> Option<Options> {
    let mut events = None;
    let mut parent = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
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
            "--data" => parent = PathBuf::from(arguments.next()?),
            "--raw" => what = What::Raw,
            "--growth" => what = What::Growth,
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
    (events >= 1_000).then_some(Options {
        events,
        parent,
        what,
    })
}
