//! Command line and environment, read once and checked once.
mod address;
mod command;
mod options;
mod parse;
mod settings;
mod usage;

pub use address::{Network, PublicUrl};
pub use command::{
    Command, Config, CreateKey, CreateOperator, CreatePool, KeyPermission, OperatorRole, Serve,
    Verify, VerifySource,
};
pub use settings::{Log, LogFormat};
pub use usage::usage;
