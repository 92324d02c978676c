//! The instance under load: provisioned by the command line, in a folder of its own.
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::http::Connection;

const PASSWORD: &str = "correct-horse-battery";
const EMAIL: &str = "owner@example.org";
/// Each question is asked so often; the median counts.
const TIMES: usize = 21;

pub struct Instance {
    pub folder: PathBuf,
    pub address: String,
    write_key: String,
    read_key: String,
    child: Child,
    seed: AtomicU64,
}

impl Instance {
    pub fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let cli = |arguments: &[&str], input: &str| cli(&folder, arguments, input);
        let who = [
            "--email",
            EMAIL,
            "--name",
            "Olga Ortiz",
            "--role",
            "owner",
            "--password-stdin",
        ];
        cli(&[&["operator", "create"], &who[..]].concat(), PASSWORD);
        cli(
            &["pool", "create", "--slug", "bench", "--name", "Bench"],
            "",
        );
        let key = |name: &str| {
            let key = [
                "key",
                "create",
                "--pool",
                "bench",
                "--name",
                name,
                "--permission",
                name,
            ];
            cli(&key, "")
        };
        let (write_key, read_key) = (key("write"), key("read"));
        let (child, address) = start(&folder);
        Self {
            folder,
            address,
            write_key,
            read_key,
            child,
            seed: AtomicU64::new(1),
        }
    }

    pub fn next_seed(&self) -> u64 {
        self.seed.fetch_add(1, Ordering::Relaxed)
    }

    pub fn write_head(&self, kind: &str) -> String {
        format!(
            "Authorization: Bearer {}\r\nContent-Type: {kind}\r\n",
            self.write_key
        )
    }

    /// Events in the log.
    pub fn size(&self) -> u64 {
        let (_, text) = Connection::open(&self.address).get("/metrics", "");
        let line = text
            .lines()
            .find_map(|it| it.strip_prefix("annals_log_events "));
        line.unwrap().parse().unwrap()
    }

    pub fn ask_api(&self, query: &str) -> Duration {
        let head = format!("Authorization: Bearer {}\r\n", self.read_key);
        let path = format!("/api/v1/events?{query}");
        self.ask(&path, &head)
    }

    pub fn ask_page(&self, query: &str) -> Duration {
        let cookie = Connection::open(&self.address).sign_in(EMAIL, PASSWORD);
        self.ask(
            &format!("/audit-logs?{query}"),
            &format!("Cookie: {cookie}\r\n"),
        )
    }

    /// Stops and starts again: time until ready, resident bytes, bytes of the file an event.
    pub fn restart(&mut self) -> (Duration, f64, f64) {
        let size = self.size();
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        self.child.wait().unwrap();
        let bytes = fs::metadata(self.folder.join("data/annals.db"))
            .unwrap()
            .len();
        let began = Instant::now();
        (self.child, self.address) = start(&self.folder);
        let ready = began.elapsed();
        self.ask_api("outcome=failure");
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let resident = status
            .lines()
            .find_map(|it| it.strip_prefix("VmRSS:"))
            .unwrap();
        let kib: f64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
        (ready, kib * 1024.0, bytes as f64 / size as f64)
    }

    fn ask(&self, path: &str, head: &str) -> Duration {
        let mut connection = Connection::open(&self.address);
        let mut times: Vec<Duration> = (0..TIMES)
            .map(|_| {
                let began = Instant::now();
                let (status, body) = connection.get(path, head);
                let time = began.elapsed();
                assert_eq!(status, 200, "{body}");
                time
            })
            .collect();
        times.sort();
        times[TIMES / 2]
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn start(folder: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.join("data"))
        .env("ANNALS_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    (child, address.to_owned())
}

fn cli(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(arguments)
        .arg("--data")
        .arg(folder.join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
