//! Command line and environment, read once and checked once.
mod command;
mod export;
mod options;
mod parse;
mod public_url;
mod settings;
mod usage;

pub use command::{
    Command, Config, CreateKey, CreateOperator, CreatePool, Export, ExportFormat, KeyPermission,
    OperatorRole, Serve, Verify, VerifySource,
};
pub use public_url::PublicUrl;
pub use settings::{Log, LogFormat};
pub use usage::usage;
