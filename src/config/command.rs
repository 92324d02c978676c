//! What was asked for on the command line.
use std::net::SocketAddr;
use std::path::PathBuf;

use super::public_url::PublicUrl;
use super::settings::Log;
use super::topics::Topic;
use crate::base::{Hash, Network};

/// Everything that was asked for and set, checked.
#[derive(Debug)]
pub struct Config {
    pub command: Command,
    pub log: Log,
    /// Lines for standard error.
    pub warnings: Vec<String>,
}

#[derive(Debug, Eq, PartialEq)]
pub enum Command {
    Serve(Serve),
    Verify(Verify),
    Backup(Backup),
    Export(Export),
    CreateOperator(CreateOperator),
    ResetPassword(ResetOperator),
    ResetSecondFactor(ResetOperator),
    CreatePool(CreatePool),
    CreateKey(CreateKey),
    Routes,
    Version,
    /// About one command, or about all.
    Help(Option<&'static Topic>),
}

#[derive(Debug, Eq, PartialEq)]
pub struct Serve {
    /// None: a demo, in a fresh directory of its own.
    pub data: Option<PathBuf>,
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    /// None: the settings decide.
    pub trusted_proxies: Option<Vec<Network>>,
}

#[derive(Debug, Eq, PartialEq)]
pub struct Verify {
    pub source: VerifySource,
    /// A size and a root that somebody wrote down.
    pub expect: Option<(u64, Hash)>,
    pub json: bool,
}

#[derive(Debug, Eq, PartialEq)]
pub enum VerifySource {
    Data(PathBuf),
    Database(PathBuf),
}

#[derive(Debug, Eq, PartialEq)]
pub struct Backup {
    pub data: PathBuf,
    pub to: PathBuf,
}

#[derive(Debug, Eq, PartialEq)]
pub struct Export {
    pub data: PathBuf,
    pub format: ExportFormat,
    /// Parameters of the page, and their values as given.
    pub filters: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExportFormat {
    Csv,
    Ndjson,
}

/// The password comes on standard input.
#[derive(Debug, Eq, PartialEq)]
pub struct CreateOperator {
    pub data: PathBuf,
    pub email: String,
    pub name: String,
    pub role: OperatorRole,
    /// Slugs; none for an owner, who sees every Pool.
    pub pools: Vec<String>,
}

/// A password or a second factor that is lost.
#[derive(Debug, Eq, PartialEq)]
pub struct ResetOperator {
    pub data: PathBuf,
    pub email: String,
}

#[derive(Debug, Eq, PartialEq)]
pub struct CreatePool {
    pub data: PathBuf,
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Eq, PartialEq)]
pub struct CreateKey {
    pub data: PathBuf,
    pub pool: String,
    pub name: String,
    pub permission: KeyPermission,
    /// Names and ids of its events are digested, not kept.
    pub is_sealed: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OperatorRole {
    Owner,
    Admin,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyPermission {
    Write,
    Read,
}
