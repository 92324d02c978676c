//! Where a measured log is kept: in a folder of its own that is removed in the end, or in one that
//! stays, so that the next run finds it loaded.
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::questions;
use crate::world::World;

/// What a folder that stays says of itself.
const NOTE: &str = "bench.json";

pub struct Folder {
    path: PathBuf,
    stays: bool,
}

pub struct Keys {
    /// By the rank of their Pool.
    pub write: Vec<String>,
    /// The owner's, which reads everything.
    pub read: String,
}

/// How a log is made.
#[derive(Clone, Copy)]
pub struct Plan {
    /// So many events take two years.
    pub events: usize,
    pub today_ms: i64,
    pub is_slim: bool,
}

/// A log to add to and to ask.
pub struct Log {
    pub folder: Folder,
    pub keys: Keys,
    pub world: World,
    plan: Plan,
}

impl Log {
    /// In a folder of its own below `parent`.
    pub fn passing(parent: &Path, plan: Plan) -> Self {
        let path = parent.join(format!("annals-bench-{}-{}", process::id(), plan.events));
        Self::begin(Folder { path, stays: false }, plan)
    }

    /// What is in `path`, or a new one there. It stays.
    pub fn kept(path: &Path, plan: Plan) -> Self {
        let folder = Folder {
            path: path.to_owned(),
            stays: true,
        };
        let Ok(note) = fs::read(path.join(NOTE)) else {
            let log = Self::begin(folder, plan);
            log.note();
            return log;
        };
        let note: Value = serde_json::from_slice(&note).unwrap();
        let number = |name: &str| note[name].as_u64().unwrap();
        let plan = Plan {
            events: number("planned") as usize,
            today_ms: number("today_ms") as i64,
            is_slim: note["slim"].as_bool().unwrap(),
        };
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let keys = Keys {
            write: note["keys"].as_array().unwrap().iter().map(text).collect(),
            read: text(&note["read_key"]),
        };
        let mut world = World::new(plan.events, plan.today_ms, plan.is_slim);
        world.resume(["random", "told", "even_ms"].map(number));
        Self {
            folder,
            keys,
            world,
            plan,
        }
    }

    fn begin(folder: Folder, plan: Plan) -> Self {
        eprintln!("making Pools, keys and operators …");
        fs::create_dir_all(folder.path()).unwrap();
        let write = folder.furnish();
        let server = folder.start();
        let read = questions::token(&server.address);
        server.stop();
        Self {
            keys: Keys { write, read },
            world: World::new(plan.events, plan.today_ms, plan.is_slim),
            folder,
            plan,
        }
    }

    /// Says how far the world came, before what it tells is sent: what a run does not send any more
    /// is left out, and nothing is sent twice.
    pub fn note(&self) {
        if !self.folder.stays {
            return;
        }
        let [random, told, even_ms] = self.world.progress();
        let note = json!({
            "planned": self.plan.events, "today_ms": self.plan.today_ms,
            "slim": self.plan.is_slim, "random": random, "told": told, "even_ms": even_ms,
            "keys": self.keys.write, "read_key": self.keys.read,
        });
        let new = self.folder.path.join("bench.new");
        fs::write(&new, note.to_string()).unwrap();
        fs::rename(new, self.folder.path.join(NOTE)).unwrap();
    }

    /// Events in the log, those of Annals itself included.
    pub fn events(&self) -> usize {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let conn = Connection::open_with_flags(self.folder.database(), flags).unwrap();
        let last = conn.query_row("select max(seq) from event", [], |it| it.get::<_, i64>(0));
        last.unwrap() as usize
    }
}

impl Folder {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("data/annals.db")
    }

    pub fn wal(&self) -> PathBuf {
        self.path.join("data/annals.db-wal")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.stays {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
