//! A PostgreSQL with the usual table, driven by `psql`, so that nothing here links to it. It stays
//! as it is left: the next run adds what is missing.
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::folder::Plan;
use crate::rounds::{BATCH_CONNECTIONS, LARGE_BATCH};
use crate::world::{self, World};

const SCHEMA: &str = "
    create table actor (id text primary key, email text, label text not null);
    create table event (
      id uuid not null, pool text not null, occurred_at timestamptz not null,
      received_at timestamptz not null default now(), action text not null, outcome text not null,
      reason text, actor_type text not null, actor_id text not null, target_kind text,
      target_id text, target_label text, request_id uuid, ip inet, details jsonb,
      changes jsonb);
    create table progress (planned bigint, today_ms bigint, random numeric, told bigint,
      even_ms bigint);";
const INDEXES: [&str; 3] = [
    "alter table event add primary key (id)",
    "create index on event (pool, occurred_at)",
    "create index on event (request_id)",
];
const COLUMNS: &str = "id, pool, occurred_at, action, outcome, reason, actor_type, actor_id, \
    target_kind, target_id, target_label, request_id, ip, details, changes";
const CHUNK: usize = 500_000;

pub struct Psql<'a> {
    url: &'a str,
    /// For scripts.
    folder: PathBuf,
    world: World,
}

impl<'a> Psql<'a> {
    /// The table as it was left, or a new one.
    pub fn open(url: &'a str, folder: &Path, plan: Plan) -> Self {
        let mut psql = Self {
            url,
            folder: folder.to_owned(),
            world: World::new(plan.events, plan.today_ms, plan.is_slim),
        };
        if psql.ask("select to_regclass('progress')").is_empty() {
            for statement in SCHEMA.split(';').filter(|it| !it.trim().is_empty()) {
                psql.ask(statement);
            }
            let (events, today_ms) = (plan.events, plan.today_ms);
            psql.ask(&format!(
                "insert into progress values ({events}, {today_ms}, 0, 0, 0)"
            ));
            psql.actors();
            return psql;
        }
        let said = psql.ask("select * from progress");
        let numbers: Vec<u64> = said.split('|').map(|it| it.parse().unwrap()).collect();
        let [planned, today_ms, random, told, even_ms] = numbers.try_into().unwrap();
        psql.world = World::new(planned as usize, today_ms as i64, plan.is_slim);
        if told > 0 {
            psql.world.resume([random, told, even_ms]);
        }
        psql
    }

    pub fn ask(&self, sql: &str) -> String {
        let output = self.command().args(["-c", sql]).output();
        let output = output.expect("there is no psql");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Milliseconds that the server took by its own account.
    pub fn explain(&self, select: &str) -> f64 {
        let plan = self.ask(&format!("explain (analyze, timing off) {select}"));
        let line = plan
            .lines()
            .find_map(|it| it.strip_prefix("Execution Time: "));
        let ms = line.and_then(|it| it.strip_suffix(" ms")?.parse().ok());
        ms.expect("a plan without its time")
    }

    /// Copies what is missing, then makes the indexes if there are none. Says what was there.
    pub fn fill(&mut self, events: usize) -> usize {
        let found = self.world.told();
        while self.world.told() < events {
            eprintln!("copying into PostgreSQL, {} are there …", self.world.told());
            self.copy((events - self.world.told()).min(CHUNK));
        }
        let indexes = self.ask("select count(*) from pg_indexes where tablename = 'event'");
        if indexes == "0" {
            eprintln!("indexing …");
            for index in INDEXES {
                self.ask(index);
            }
            self.ask("vacuum analyze");
        }
        found
    }

    /// Rows a second, each statement a durable commit of `size`.
    pub fn insert(&mut self, events: usize, size: usize) -> f64 {
        let mut scripts = vec![String::new(); BATCH_CONNECTIONS];
        for place in 0..events / size {
            let pool = world::pool_slug(self.world.pool());
            let rows = (0..size).map(|_| self.event(&pool));
            let rows = rows.map(|it| format!("({})", it.map(|it| literal(&it)).join(",")));
            let rows: Vec<_> = rows.collect();
            let script = &mut scripts[place % BATCH_CONNECTIONS];
            let rows = rows.join(",\n");
            writeln!(script, "insert into event ({COLUMNS}) values {rows};").unwrap();
        }
        let began = Instant::now();
        let running: Vec<Child> = (1..)
            .zip(&scripts)
            .map(|(n, it)| self.script(n, it))
            .collect();
        for mut child in running {
            assert!(child.wait().unwrap().success());
        }
        let rate = events as f64 / began.elapsed().as_secs_f64();
        self.ask(&self.progress());
        rate
    }

    fn actors(&self) {
        let people = world::actors();
        let rows = people.iter().map(|[id, email, label]| {
            let email = if email.is_empty() {
                "null"
            } else {
                &format!("'{email}'")
            };
            format!("('{id}', {email}, '{label}')")
        });
        let rows: Vec<_> = rows.collect();
        let script = format!("insert into actor values {};", rows.join(","));
        assert!(self.script(0, &script).wait().unwrap().success());
    }

    /// Rows and how far they came, in one transaction.
    fn copy(&mut self, events: usize) {
        let mut command = self.command();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut script = BufWriter::new(child.stdin.take().unwrap());
        writeln!(script, "begin; copy event ({COLUMNS}) from stdin;").unwrap();
        for _ in 0..events.div_ceil(LARGE_BATCH) {
            let pool = world::pool_slug(self.world.pool());
            for _ in 0..LARGE_BATCH {
                let row = self.event(&pool).map(|it| match it {
                    Value::Null => "\\N".to_owned(),
                    Value::String(text) => text,
                    other => other.to_string(),
                });
                writeln!(script, "{}", row.join("\t")).unwrap();
            }
        }
        writeln!(script, "\\.\n{}; commit;", self.progress()).unwrap();
        drop(script);
        assert!(child.wait().unwrap().success());
    }

    fn progress(&self) -> String {
        let [random, told, even_ms] = self.world.progress();
        format!("update progress set random = {random}, told = {told}, even_ms = {even_ms}")
    }

    /// The next event, column by column.
    fn event(&mut self, pool: &str) -> [Value; 15] {
        let mut text = String::new();
        self.world.tell(&mut text);
        let mut event: Value = serde_json::from_str(&text).unwrap();
        let mut take = |path: &str| event.pointer_mut(path).map(Value::take).unwrap_or_default();
        [
            take("/id"),
            Value::from(pool),
            take("/occurred_at"),
            take("/action"),
            take("/outcome"),
            take("/reason"),
            take("/actor/type"),
            take("/actor/id"),
            take("/target/kind"),
            take("/target/id"),
            take("/target/label"),
            take("/request_id"),
            take("/ip"),
            take("/details"),
            take("/changes"),
        ]
    }

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

    fn script(&self, number: usize, text: &str) -> Child {
        let path = self.folder.join(format!("{number}.sql"));
        fs::write(&path, text).unwrap();
        let mut command = self.command();
        command
            .stdin(File::open(path).unwrap())
            .stdout(Stdio::null());
        command.spawn().unwrap()
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => format!("'{other}'"),
    }
}
