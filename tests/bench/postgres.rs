//! The same events in PostgreSQL, kept and asked as a usual operator console does: one table with
//! a UUID as its key, an index on Pool and time and one on the request, actors joined for their
//! e-mail, `ILIKE` and `count(*)`. It is driven by `psql`, so that nothing here links to it.
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::appliance::{Folder, Keys};
use crate::questions::{Asking, Question, Who};
use crate::report::thousands;
use crate::rounds::{BATCH, BATCH_CONNECTIONS, LARGE_BATCH, Sender};
use crate::world::{self, POOLS, World};

const SCHEMA: &str = "
    create table actor (id text primary key, email text, label text not null);
    create table event (
      id uuid primary key, pool text not null, occurred_at timestamptz not null,
      received_at timestamptz not null default now(), action text not null, outcome text not null,
      reason text, actor_type text not null, actor_id text not null, target_kind text,
      target_id text, target_label text, request_id uuid, ip inet, details jsonb not null,
      changes jsonb);
    create index on event (pool, occurred_at);
    create index on event (request_id);";
const COLUMNS: &str = "id, pool, occurred_at, action, outcome, reason, actor_type, actor_id, \
    target_kind, target_id, target_label, request_id, ip, details, changes";
/// Events whose insertion is measured, of each batch size.
const MEASURED: usize = 50_000;
const CHUNK: usize = 100_000;

/// What is asked, as Annals takes it and as SQL.
struct Pair {
    question: Question,
    condition: String,
}

pub fn measure(folder: &Folder, keys: &Keys, events: usize, now_ms: i64, url: &str) {
    let psql = Psql {
        url,
        folder: folder.path(),
    };
    println!("Beside it: {}.\n", psql.ask("select version()"));
    psql.run(SCHEMA);
    let server = folder.start();
    let mut sender = Sender::new(folder, &server, keys, World::new(events, now_ms));
    eprintln!("filling both …");
    sender.batches(events, BATCH);
    let mut world = World::new(events, now_ms);
    psql.fill(&mut world, events);
    println!("| durable events a second | Annals | PostgreSQL | |");
    println!("|---|--:|--:|--:|");
    for size in [BATCH, LARGE_BATCH] {
        let ours = sender.batches(MEASURED, size).rate() * size as f64;
        let theirs = psql.insert(&mut world, size);
        println!(
            "| batches of {size}, {BATCH_CONNECTIONS} connections | {} | {} | {:.0} × |",
            thousands(ours),
            thousands(theirs),
            ours / theirs
        );
    }
    psql.run("vacuum analyze event; analyze actor;");
    println!("\n| page of 50 and exact count | Annals, whole page | PostgreSQL, execution | |");
    println!("|---|--:|--:|--:|");
    let asking = Asking::new(&server.address, &keys.read);
    let ratios = pairs(now_ms)
        .into_iter()
        .map(|it| compare(&asking, &psql, &it));
    let logarithms: Vec<f64> = ratios.map(f64::ln).collect();
    let mean = (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp();
    println!("| geometric mean | | | {mean:.0} × |");
    server.stop();
}

fn compare(asking: &Asking, psql: &Psql<'_>, pair: &Pair) -> f64 {
    let ours = asking.ask(&pair.question).page_median;
    let from = "from event e left join actor a on a.id = e.actor_id";
    let condition = &pair.condition;
    let theirs = psql.explain(&format!(
        "select e.*, a.email {from} where {condition} \
         order by e.occurred_at desc, e.id desc limit 50"
    )) + psql.explain(&format!("select count(*) {from} where {condition}"));
    let ratio = theirs / ours;
    println!(
        "| {} | {ours:.1} ms | {} ms | {ratio:.0} × |",
        pair.question.name,
        thousands(theirs),
    );
    ratio
}

fn pairs(now_ms: i64) -> Vec<Pair> {
    let ago = |days: i64| world::day(now_ms - days * 86_400_000);
    let (busy, quiet) = (world::pool_slug(0), world::pool_slug(POOLS - 1));
    let top = world::action(0);
    let (from, to) = (ago(365), ago(363));
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
            "3 days a year ago",
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

struct Psql<'a> {
    url: &'a str,
    folder: &'a Path,
}

impl Psql<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new("psql");
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            self.url,
        ]);
        command
    }

    fn ask(&self, sql: &str) -> String {
        let output = self.command().args(["-c", sql]).output();
        let output = output.expect("there is no psql");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn run(&self, sql: &str) {
        for statement in sql.split(';').filter(|it| !it.trim().is_empty()) {
            self.ask(statement);
        }
    }

    /// Milliseconds that the server took by its own account.
    fn explain(&self, select: &str) -> f64 {
        let plan = self.ask(&format!("explain (analyze, timing off) {select}"));
        let line = plan
            .lines()
            .find_map(|it| it.strip_prefix("Execution Time: "));
        let ms = line.and_then(|it| it.strip_suffix(" ms")?.parse().ok());
        ms.expect("a plan without its time")
    }

    fn script(&self, number: usize, text: &str) -> Child {
        let path = self.folder.join(format!("{number}.sql"));
        fs::write(&path, text).unwrap();
        let mut command = self.command();
        command
            .stdin(File::open(path).unwrap())
            .stdout(Stdio::null());
        command.spawn().unwrap()
    }

    /// In pieces, by its quickest way in.
    fn fill(&self, world: &mut World, events: usize) {
        let mut left = events;
        while left > 0 {
            let count = left.min(CHUNK);
            let rows: Vec<String> = (0..count).map(|_| row(world)).collect();
            let mut script = String::from("begin;\n");
            for rows in rows.chunks(LARGE_BATCH) {
                statement(&mut script, rows);
            }
            script.push_str("commit;\n");
            assert!(self.script(0, &script).wait().unwrap().success());
            left -= count;
        }
        self.run(
            "insert into actor select distinct on (actor_id) actor_id,
               case when actor_type = 'user' then details ->> 'email' end, actor_id from event
             on conflict do nothing",
        );
    }

    /// Rows a second, each statement a durable commit of `size`.
    fn insert(&self, world: &mut World, size: usize) -> f64 {
        let rows: Vec<String> = (0..MEASURED).map(|_| row(world)).collect();
        let mut scripts = vec![String::new(); BATCH_CONNECTIONS];
        for (at, rows) in rows.chunks(size).enumerate() {
            statement(&mut scripts[at % BATCH_CONNECTIONS], rows);
        }
        let began = Instant::now();
        let running: Vec<Child> = (1..)
            .zip(&scripts)
            .map(|(n, it)| self.script(n, it))
            .collect();
        for mut child in running {
            assert!(child.wait().unwrap().success());
        }
        MEASURED as f64 / began.elapsed().as_secs_f64()
    }
}

fn statement(script: &mut String, rows: &[String]) {
    let rows = rows.join(",\n");
    writeln!(script, "insert into event ({COLUMNS}) values {rows};").unwrap();
}

/// The next event as a row. Its actor's e-mail goes with the details, from where it is taken.
fn row(world: &mut World) -> String {
    let pool = world::pool_slug(world.pool());
    let mut text = String::new();
    world.tell(&mut text);
    let event: Value = serde_json::from_str(&text).unwrap();
    let mut details = event["details"].clone();
    details["email"] = event["actor"]["email"].clone();
    let texts = [
        &event["id"],
        &Value::from(pool),
        &event["occurred_at"],
        &event["action"],
        &event["outcome"],
        &event["reason"],
        &event["actor"]["type"],
        &event["actor"]["id"],
        &event["target"]["kind"],
        &event["target"]["id"],
        &event["target"]["label"],
        &event["request_id"],
        &event["ip"],
        &Value::from(details.to_string()),
        &event["changes"],
    ]
    .map(literal);
    format!("({})", texts.join(","))
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => format!("'{other}'"),
    }
}
