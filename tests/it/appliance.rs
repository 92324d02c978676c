//! The appliance under test: the real binary, on a free port, with a data directory of its own.
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, Reply};

const READY_WITHIN: Duration = Duration::from_secs(30);
/// The contract's ten seconds, and what a busy test machine adds.
const STOPPED_WITHIN: Duration = Duration::from_secs(12);

/// A folder that lasts as long as the value: `data/`, and the process log beside it.
pub struct Folder {
    root: PathBuf,
}

pub struct Appliance {
    child: Child,
    pub address: String,
    pub folder: Folder,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let root = place.join(format!("annals-test-{}-{count}", process::id()));
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.file("log")).unwrap_or_default()).into_owned()
    }

    /// Runs a command of the binary on this data directory.
    pub fn cli(&self, arguments: &[&str], stdin: &str) -> Outcome {
        let data = self.data();
        let mut all = arguments.to_vec();
        all.extend(["--data", data.to_str().unwrap()]);
        cli(&all, stdin)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Appliance {
    /// Starts with an empty data directory; returns once it listens.
    pub fn start() -> Self {
        Self::start_in(Folder::new())
    }

    pub fn start_in(folder: Folder) -> Self {
        Self::start_with(folder, &[])
    }

    pub fn start_with(folder: Folder, environment: &[(&str, &str)]) -> Self {
        let mut child = spawn(&folder, environment);
        let stdout = child.stdout.take().unwrap();
        let mut lines = BufReader::new(stdout);
        let mut line = String::new();
        let started = Instant::now();
        lines.read_line(&mut line).unwrap();
        assert!(started.elapsed() < READY_WITHIN, "not ready in time");
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            let _ = child.kill();
            let ended = child.wait();
            panic!("instead of listening: {line}\n{ended:?}\n{}", folder.log());
        };
        let address = address.to_owned();
        // The promise is exactly one line; whatever follows is drained, and shown by the log.
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self {
            child,
            address,
            folder,
        }
    }

    pub fn connect(&self) -> Connection {
        Connection::open(&self.address)
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }

    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.connect().send(method, path, headers, body)
    }

    /// Kills without warning, as a power cut would.
    pub fn crash(mut self) -> Folder {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.take_folder()
    }

    pub fn crash_and_restart(self) -> Self {
        Self::start_in(self.crash())
    }

    /// Asks to stop, and waits.
    pub fn terminate(mut self) -> (ExitStatus, Folder) {
        signal(self.child.id(), "TERM");
        let status = wait(&mut self.child);
        (status, self.take_folder())
    }

    /// Waits for it to end by itself.
    pub fn ended(mut self) -> (ExitStatus, Folder) {
        let status = wait(&mut self.child);
        (status, self.take_folder())
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn restart(self) -> Self {
        let (status, folder) = self.terminate();
        assert!(status.success(), "{status}\n{}", folder.log());
        Self::start_in(folder)
    }

    fn take_folder(&mut self) -> Folder {
        std::mem::replace(
            &mut self.folder,
            Folder {
                root: PathBuf::from("/nonexistent/annals-test"),
            },
        )
    }
}

impl Drop for Appliance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = self.folder.log();
            let lines: Vec<_> = log.lines().collect();
            for line in &lines[lines.len().saturating_sub(20)..] {
                eprintln!("log: {line}");
            }
        }
    }
}

/// Runs a command of the binary to its end.
pub fn cli(arguments: &[&str], stdin: &str) -> Outcome {
    let mut child = binary()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that takes no input may be gone before it is offered any.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Outcome {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }
}

/// Starts a server and waits for it to give up.
pub fn refused_start(folder: &Folder) -> ExitStatus {
    let mut child = spawn(folder, &[]);
    let status = wait(&mut child);
    let mut printed = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut printed).unwrap();
    assert_eq!(printed, "", "it said that it listens");
    status
}

pub fn signal(process: u32, name: &str) {
    let status = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// Where the binary under test lies; a release build is tested by naming it.
pub fn program() -> PathBuf {
    std::env::var_os("ANNALS_TEST_BIN").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_annals")),
        PathBuf::from,
    )
}

pub fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

fn spawn(folder: &Folder, environment: &[(&str, &str)]) -> Child {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.file("log"));
    binary()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.data())
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.unwrap())
        .spawn()
        .unwrap()
}

/// The settings of whoever runs the tests must not reach the tested process.
fn binary() -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ANNALS_") {
            command.env_remove(name);
        }
    }
    command
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    while started.elapsed() < STOPPED_WITHIN {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    panic!("still running after {STOPPED_WITHIN:?}");
}
