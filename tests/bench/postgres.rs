//! The same events in PostgreSQL, kept and asked as a usual operator console does: one table with
//! a UUID as its key, an index on Pool and time and one on the request, actors joined for their
//! e-mail, `ILIKE` and `count(*)`. It is driven by `psql`, so that nothing here links to it.
use crate::options::Options;
use crate::psql::Psql;
use crate::questions::{Asking, Question, Who};
use crate::report::{median, thousands};
use crate::rounds::{BATCH, BATCH_CONNECTIONS, Body, LARGE_BATCH, ROUNDS, Sender};
use crate::targets::Column;
use crate::world::{self, POOLS, Span};

/// Events whose delivery is measured, of each batch size and in each round.
const MEASURED: usize = 100_000;

/// What is asked, as Annals takes it and as SQL.
struct Pair {
    question: Question,
    condition: String,
}

pub fn measure(options: &Options, url: &str) -> Column {
    let mut log = options.log();
    let mut psql = Psql::open(url, log.folder.path(), options.plan);
    let found = psql.fill(options.events);
    println!(
        "{}: {} events were there and are used again.",
        psql.ask("select version()"),
        thousands(found as f64)
    );
    crate::load(&mut log, options.events);
    println!();
    let server = log.folder.start();
    let mut sender = Sender::new(&mut log, &server);
    // As it goes on for long: right after a load, no page needs a full image yet.
    psql.ask("checkpoint");
    println!("| durable events a second | Annals | PostgreSQL | |");
    println!("|---|--:|--:|--:|");
    let delivered = [BATCH, LARGE_BATCH].map(|size| {
        let rounds = [(); ROUNDS].map(|()| {
            let load = sender.batches(MEASURED, size, Body::Lines);
            [load.rate() * size as f64, psql.insert(MEASURED, size)]
        });
        let [ours, theirs] = [0, 1].map(|it| median(&rounds, |round| round[it]));
        let ratio = median(&rounds, |it| it[0] / it[1]);
        println!(
            "| batches of {size}, {BATCH_CONNECTIONS} connections | {} | {} | {ratio:.1} × |",
            thousands(ours),
            thousands(theirs),
        );
        ratio
    });
    psql.ask("vacuum analyze event");
    println!("\n| page of 50 and count | whole page | API | PostgreSQL, execution | ÷ API |");
    println!("|---|--:|--:|--:|--:|");
    let asking = Asking::new(&server.address, &log.keys.read);
    let span = log.world.span();
    let ratios: Vec<f64> = pairs(span)
        .iter()
        .map(|it| compare(&asking, &psql, it, span))
        .collect();
    let logarithms: f64 = ratios.iter().map(|it| it.ln()).sum();
    let mean = (logarithms / ratios.len() as f64).exp();
    println!("| geometric mean | | | | {mean:.0} × |");
    server.stop();
    Column {
        title: "PostgreSQL".to_owned(),
        figures: vec![
            ("T7", delivered[0]),
            ("T7 ", delivered[1]),
            ("T11", ratios.iter().copied().fold(f64::MAX, f64::min)),
            ("T11 ", mean),
        ],
    }
}

fn compare(asking: &Asking, psql: &Psql<'_>, pair: &Pair, span: Span) -> f64 {
    let ours = asking.ask(&pair.question, span);
    let api = ours.api.unwrap_or(f64::NAN);
    let from = "from event e left join actor a on a.id = e.actor_id";
    let condition = &pair.condition;
    let page = format!(
        "select e.*, a.email {from} where {condition} \
         order by e.occurred_at desc, e.id desc limit 50"
    );
    let count = format!("select count(*) {from} where {condition}");
    let rounds = [(); ROUNDS].map(|()| psql.explain(&page) + psql.explain(&count));
    let theirs = median(&rounds, |it| *it);
    let ratio = theirs / api;
    println!(
        "| {} | {:.1} ms | {api:.1} ms | {} ms | {ratio:.0} × |",
        pair.question.name,
        ours.page,
        thousands(theirs),
    );
    ratio
}

fn pairs(span: Span) -> Vec<Pair> {
    let (busy, quiet) = (world::pool_slug(0), world::pool_slug(POOLS - 1));
    let top = world::action(0);
    let (from, to) = (span.day(500), span.day_after(500, 2));
    let pair = |name, query: String, condition: String| Pair {
        question: Question {
            name,
            who: Who::Owner,
            query,
        },
        condition,
    };
    vec![
        pair("no filter", String::new(), "true".to_owned()),
        pair(
            "busiest Pool",
            format!("pool={busy}"),
            format!("e.pool = '{busy}'"),
        ),
        pair(
            "quietest Pool",
            format!("pool={quiet}"),
            format!("e.pool = '{quiet}'"),
        ),
        pair(
            "failures",
            "outcome=failure".to_owned(),
            "e.outcome = 'failure'".to_owned(),
        ),
        pair(
            "one event",
            format!("action={top}"),
            format!("e.action = '{top}'"),
        ),
        pair("actor ~ smith", "actor=smith".to_owned(), actor("smith")),
        pair(
            "actor ~ nobody",
            "actor=nobody-at-all".to_owned(),
            actor("nobody-at-all"),
        ),
        pair("target ~ alert", "target=alert".to_owned(), target("alert")),
        pair("target ~ 777", "target=777".to_owned(), target("777")),
        pair(
            "target ~ nothing",
            "target=nothing-at-all".to_owned(),
            target("nothing-at-all"),
        ),
        pair(
            "3 days in the middle",
            format!("from={from}&to={to}"),
            format!("e.occurred_at >= '{from}' and e.occurred_at < '{to}'::date + 1"),
        ),
        pair(
            "smith, failures, busiest Pool",
            format!("actor=smith&outcome=failure&pool={busy}"),
            format!(
                "{} and e.outcome = 'failure' and e.pool = '{busy}'",
                actor("smith")
            ),
        ),
    ]
}

fn actor(needle: &str) -> String {
    format!("(a.email ilike '%{needle}%' or e.actor_id ilike '%{needle}%')")
}

fn target(needle: &str) -> String {
    format!("(e.target_id ilike '%{needle}%' or e.target_label ilike '%{needle}%')")
}
