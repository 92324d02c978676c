//! Command line and environment, read once and checked once.
mod command;
mod export;
mod options;
mod parse;
mod provision;
mod public_url;
mod settings;
#[cfg(test)]
mod tests;
mod topics;
mod usage;

pub use command::{
    Backup, Command, Config, CreateKey, CreateOperator, CreatePool, Export, ExportFormat,
    KeyPermission, OperatorRole, ResetOperator, Serve, Verify, VerifySource,
};
pub use public_url::PublicUrl;
pub use settings::{Log, LogFormat};
pub use usage::{help, hint};
