//! Everything that is measured of a log of one size: standing, delivering, and both at once.
use std::fs;

use crate::chance;
use crate::folder::{Log, Plan};
use crate::mixed::{self, Mixed};
use crate::questions::{self, Asking};
use crate::report::{self, median, thousands};
use crate::rounds::{ROUNDS, Round, Sender};

/// Filters combined by chance.
const CHANCES: usize = 4_000;
/// Events that a round delivers at most.
const ROUND: usize = 250_000;

pub struct Station {
    pub events: usize,
    pub standing: Standing,
    pub rounds: Vec<Round>,
    pub mixed: Vec<Mixed>,
}

pub struct Standing {
    pub start_ms: f64,
    pub resident: f64,
    pub bytes_each: f64,
    /// Milliseconds of a page with filters by chance: median, 99th percentile, slowest.
    pub chance: [f64; 3],
}

/// A log without events, and how it takes its first.
pub struct Empty {
    pub resident: f64,
    pub rounds: Vec<Round>,
}

/// Measures a log. With `empty`, each round is measured beside one in a log without events.
pub fn measure(log: &mut Log, mut empty: Option<(&mut Empty, Plan)>) -> Station {
    let events = log.events();
    println!("\n## At {} events\n", thousands(events as f64));
    let standing = standing(log, CHANCES, true);
    report::process(&standing);
    let per_round = (events / 4).min(ROUND);
    let server = log.folder.start();
    let parent = log.folder.path().to_owned();
    let mut sender = Sender::new(log, &server);
    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        eprintln!("delivering, round {number} of {ROUNDS} …");
        if let Some((empty, plan)) = &mut empty {
            let mut log = Log::passing(&parent, *plan);
            let server = log.folder.start();
            empty.resident = server.resident_bytes();
            let round = Sender::new(&mut log, &server).round(per_round);
            empty.rounds.push(round);
            server.stop();
        }
        rounds.push(sender.round(per_round));
    }
    report::rates(&rounds);
    eprintln!("asking and delivering at once …");
    let asking = Asking::new(&server.address, &sender.log.keys.read);
    let mixed: Vec<_> = (0..ROUNDS)
        .map(|_| mixed::measure(&mut sender, &asking, per_round))
        .collect();
    mixed::report(&mixed);
    let [bytes, sent] = sender.sent;
    println!("An event was {} B long as it was sent.\n", bytes / sent);
    server.stop();
    Station {
        events,
        standing,
        rounds,
        mixed,
    }
}

/// What is measured of a log that nobody adds to.
pub fn standing(log: &Log, chances: usize, is_told: bool) -> Standing {
    let mut starts: Vec<f64> = (0..ROUNDS).map(|_| start(log)).collect();
    starts.sort_by(f64::total_cmp);
    let bytes = fs::metadata(log.folder.database()).unwrap().len() as f64;
    let bytes_each = bytes / log.events() as f64;
    let server = log.folder.start();
    let resident = server.resident_bytes();
    eprintln!("asking …");
    let asking = Asking::new(&server.address, &log.keys.read);
    let span = log.world.span();
    if is_told {
        let ask = |it| asking.all(it, span);
        report::questions("one filter", &ask(questions::each_filter(span)));
        report::questions("combined", &ask(questions::combinations(span)));
    }
    let asked = chance::questions(chances, span);
    let mut connection = asking.connect();
    let passes = [(); ROUNDS].map(|()| {
        let pages = asked.iter().map(|it| asking.once(&mut connection, it));
        let mut pages: Vec<f64> = pages.collect();
        pages.sort_by(f64::total_cmp);
        [chances / 2, chances * 99 / 100, chances - 1].map(|it| pages[it])
    });
    server.stop();
    Standing {
        start_ms: starts[ROUNDS / 2],
        resident,
        bytes_each,
        chance: [0, 1, 2].map(|it| median(&passes, |pass| pass[it])),
    }
}

/// Milliseconds from the start of the process until it listens.
fn start(log: &Log) -> f64 {
    let server = log.folder.start();
    let ms = server.ready.as_secs_f64() * 1e3;
    server.stop();
    ms
}
