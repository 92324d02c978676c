//! What a person types on the host.
mod backup;
mod check;
mod demo;
mod export;
mod history;
mod kinds;
mod log;
mod provision;
mod reset;
mod say;
mod script;
mod serve;
mod store;

use std::env;

use self::say::{say, say_to_stderr};
use crate::base::{Kind, Result};
use crate::config::{Command, Config, help, hint};
use crate::routes;

const USAGE: u8 = 2;

/// Does what the command line says. Returns the exit code (`contract.md` §1).
pub fn run() -> u8 {
    let args: Vec<_> = env::args_os().skip(1).collect();
    let hint = hint(&args);
    let variables: Vec<_> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let config = match Config::parse(args, &variables) {
        Ok(config) => config,
        Err(error) => {
            say_to_stderr(&format!("annals: {}\n\n{hint}", error.message()));
            return USAGE;
        }
    };
    log::start(&config.log);
    for warning in &config.warnings {
        say_to_stderr(warning);
    }
    match command(config.command) {
        Ok(code) => code,
        Err(error) => {
            say_to_stderr(&format!("annals: {}", error.message()));
            tracing::debug!(?error, "the command failed");
            code(error.kind())
        }
    }
}

fn command(command: Command) -> Result<u8> {
    match command {
        Command::Serve(serve) => serve::run(serve).map(|()| 0),
        Command::Verify(verify) => check::run(&verify),
        Command::Backup(asked) => backup::run(asked).map(|()| 0),
        Command::Export(asked) => export::run(&asked),
        Command::CreateOperator(new) => provision::operator(new).map(|()| 0),
        Command::ResetPassword(asked) => reset::password(asked).map(|()| 0),
        Command::ResetSecondFactor(asked) => reset::second_factor(asked).map(|()| 0),
        Command::CreatePool(new) => provision::pool(new).map(|()| 0),
        Command::CreateKey(new) => provision::key(new).map(|()| 0),
        Command::Routes => say(&route_table()).map(|()| 0),
        Command::Version => say(&version()).map(|()| 0),
        Command::Help(topic) => say(&help(topic)).map(|()| 0),
    }
}

fn route_table() -> String {
    routes::router()
        .routes()
        .iter()
        .map(|it| format!("{:4} {} {}", it.method.as_str(), it.pattern, it.who))
        .collect::<Vec<_>>()
        .join("\n")
}

fn version() -> String {
    format!(
        "annals {} (commit {}, SQLite {})",
        env!("CARGO_PKG_VERSION"),
        option_env!("ANNALS_COMMIT").unwrap_or("unknown"),
        crate::store::sqlite_version(),
    )
}

fn code(kind: Kind) -> u8 {
    match kind {
        Kind::Usage => USAGE,
        Kind::Damaged => 3,
        Kind::InUse => 4,
        Kind::StorageFailed => 74,
        Kind::WrongVersion => 78,
        _ => 1,
    }
}
