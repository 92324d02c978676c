//! The release binary: furnished by its command line, started, measured from outside, stopped.
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::folder::Folder;
use crate::world::{self, POOLS};

pub const PASSWORD: &str = "correct horse battery";
pub const OWNER: &str = "olga@example.org";
/// Assigned to the three busiest Pools.
pub const BUSY_ADMIN: &str = "ana@example.org";
/// Assigned to the three quietest Pools.
pub const QUIET_ADMIN: &str = "nils@example.org";

pub struct Running {
    child: Child,
    pub address: String,
    /// From the start of the process until it listens.
    pub ready: Duration,
}

impl Folder {
    /// Makes Pools, operators and keys, and returns the keys.
    pub fn furnish(&self) -> Vec<String> {
        let slugs: Vec<_> = (0..POOLS).map(world::pool_slug).collect();
        for slug in &slugs {
            self.cli(&["pool", "create", "--slug", slug, "--name", slug]);
        }
        self.operator(OWNER, "owner", &[]);
        self.operator(BUSY_ADMIN, "admin", &slugs[..3]);
        self.operator(QUIET_ADMIN, "admin", &slugs[POOLS - 3..]);
        let keys = slugs.iter().map(|it| self.key(it)).collect();
        // Agents may read: without that, a program sees one Pool at most.
        let conn = Connection::open(self.database()).unwrap();
        let allow = "insert into setting (name, value, recorded_seq)
                     values ('mcp_enabled', 'yes', (select max(seq) from event))";
        conn.execute(allow, []).unwrap();
        keys
    }

    pub fn start(&self) -> Running {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path().join("log"));
        let began = Instant::now();
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let ready = began.elapsed();
        let address = line.trim().strip_prefix("listening on http://");
        Running {
            address: address.expect("it does not listen").to_owned(),
            child,
            ready,
        }
    }

    fn operator(&self, email: &str, role: &str, pools: &[String]) {
        let mut arguments = vec!["operator", "create", "--email", email, "--name", "Somebody"];
        arguments.extend(["--role", role, "--password-stdin"]);
        for pool in pools {
            arguments.extend(["--pool", pool]);
        }
        self.cli(&arguments);
    }

    fn key(&self, pool: &str) -> String {
        let arguments = ["key", "create", "--pool", pool, "--name", pool];
        self.cli(&[&arguments[..], &["--permission", "write"]].concat())
    }

    fn cli(&self, arguments: &[&str]) -> String {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that takes no input may be gone before it is offered any.
        let _ = writeln!(child.stdin.take().unwrap(), "{PASSWORD}");
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", output.status);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The settings of whoever measures must not reach the measured process.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ANNALS_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .arg("--data")
            .arg(self.path().join("data"));
        command
    }
}

impl Running {
    pub fn resident_bytes(&self) -> f64 {
        1024.0 * self.proc_number("status", "VmRSS:")
    }

    /// What the process made the disk write so far.
    pub fn written_bytes(&self) -> f64 {
        self.proc_number("io", "write_bytes:")
    }

    /// Seconds of processor time that the process took so far, in all its threads.
    pub fn cpu_seconds(&self) -> f64 {
        const TICKS_A_SECOND: f64 = 100.0;
        let path = format!("/proc/{}/stat", self.child.id());
        let text = fs::read_to_string(path).unwrap_or_default();
        // User and system time are the 14th and 15th fields; the second one ends with this.
        let fields = text.rsplit(") ").next().unwrap_or_default();
        let ticks = fields.split(' ').skip(11).take(2);
        ticks.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND
    }

    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status();
        assert!(status.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    fn proc_number(&self, file: &str, name: &str) -> f64 {
        let path = format!("/proc/{}/{file}", self.child.id());
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|it| it.strip_prefix(name));
        let number = line.and_then(|it| it.split_whitespace().next()?.parse().ok());
        number.unwrap_or(f64::NAN)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn program() -> PathBuf {
    std::env::var_os("ANNALS_TEST_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_annals")),
        PathBuf::from,
    )
}
