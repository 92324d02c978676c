//! From arguments and variables to what was asked for.
use std::ffi::OsString;
use std::path::PathBuf;

use super::command::{Backup, Command, Config, Serve, Verify, VerifySource};
use super::options::{Options, Understood, opts, wrong};
use super::settings::Environment;
use super::{export, provision, usage};
use crate::base::{Hash, Result, unhex};

impl Config {
    /// Reads the arguments behind the program's name. Wrong usage is `Kind::Usage`.
    pub fn parse(args: Vec<OsString>, variables: &[(String, String)]) -> Result<Self> {
        let environment = Environment::new(variables);
        Ok(Self {
            command: command(args, &environment)?,
            log: environment.log()?,
            warnings: environment.warnings(),
        })
    }
}

fn command(args: Vec<OsString>, environment: &Environment<'_>) -> Result<Command> {
    let mut words = args.iter().map_while(|it| it.to_str());
    let (first, second) = (words.next(), words.next());
    let after = |count: usize| args.iter().skip(count).cloned();
    let data = |options: &Options| existing_data(options, environment);
    if args.iter().any(|it| it == "--help" || it == "-h") {
        return Ok(Command::Help(usage::topic_of(&args)));
    }
    match (first, second) {
        (Some("help"), _) => help(&args[1..]),
        (Some("serve"), _) => serve(after(1), environment),
        (Some("verify"), _) => verify(after(1), environment),
        (Some("backup"), _) => backup(after(1), environment),
        (Some("export"), _) => {
            let options = export::UNDERSTOOD.read(after(1))?;
            export::read(&options, data(&options)?).map(Command::Export)
        }
        (Some("operator"), Some("create")) => provision::operator(after(2), data),
        (Some("operator"), Some("reset-password")) => {
            provision::reset(after(2), data).map(Command::ResetPassword)
        }
        (Some("operator"), Some("reset-second-factor")) => {
            provision::reset(after(2), data).map(Command::ResetSecondFactor)
        }
        (Some("pool"), Some("create")) => provision::pool(after(2), data),
        (Some("key"), Some("create")) => provision::key(after(2), data),
        (Some("operator"), _) => Err(wrong(
            "operator needs a second word: create, reset-password or reset-second-factor.",
        )),
        (Some("pool"), _) => Err(wrong("pool needs a second word: create.")),
        (Some("key"), _) => Err(wrong("key needs a second word: create.")),
        (Some("routes"), _) => Understood::NOTHING.read(after(1)).map(|_| Command::Routes),
        (Some("version" | "--version" | "-V"), _) => {
            Understood::NOTHING.read(after(1)).map(|_| Command::Version)
        }
        (Some("log" | "keys" | "digest-key"), _) => {
            Err(wrong("This command comes with a later release."))
        }
        (Some(_), _) => Err(wrong("There is no such command.")),
        (None, _) => Err(wrong("A command is needed.")),
    }
}

fn help(about: &[OsString]) -> Result<Command> {
    let topic = usage::topic_of(about);
    if topic.is_none() && !about.is_empty() {
        return Err(wrong("There is no such command."));
    }
    Ok(Command::Help(topic))
}

fn serve(args: impl Iterator<Item = OsString>, environment: &Environment<'_>) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--listen"],
        lists: &[],
        flags: opts!["--demo"],
    };
    let options = understood.read(args)?;
    let is_demo = options.has("--demo");
    if is_demo && options.has("--data") {
        return Err(wrong(
            "--demo uses its own data directory: leave out --data.",
        ));
    }
    let listen = match options.text("--listen")? {
        Some(text) => text.parse().or(Err(wrong("--listen is not ADDR:PORT.")))?,
        None => environment.listen()?,
    };
    Ok(Command::Serve(Serve {
        data: (!is_demo).then(|| data(&options, environment)),
        listen,
        public_url: environment.public_url()?,
        trusted_proxies: environment.trusted_proxies()?,
    }))
}

fn verify(args: impl Iterator<Item = OsString>, environment: &Environment<'_>) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--database", "--expect"],
        lists: &[],
        flags: opts!["--json"],
    };
    let options = understood.read(args)?;
    let source = match options.raw("--database") {
        Some(_) if options.has("--data") => {
            return Err(wrong("--data and --database cannot be given together."));
        }
        Some(file) => VerifySource::Database(file.into()),
        None => VerifySource::Data(data(&options, environment)),
    };
    let expect = match options.text("--expect")? {
        Some(text) => Some(expected(&text).ok_or_else(|| wrong("--expect is not SIZE:ROOT."))?),
        None => None,
    };
    Ok(Command::Verify(Verify {
        source,
        expect,
        json: options.has("--json"),
    }))
}

fn backup(args: impl Iterator<Item = OsString>, environment: &Environment<'_>) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--to"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    Ok(Command::Backup(Backup {
        data: existing_data(&options, environment)?,
        to: options.required("--to", "backup needs --to.")?.into(),
    }))
}

fn data(options: &Options, environment: &Environment<'_>) -> PathBuf {
    let given = options.raw("--data").map(PathBuf::from);
    given.unwrap_or_else(|| environment.data())
}

/// What changes an instance or takes something out of it names it: there is no default.
fn existing_data(options: &Options, environment: &Environment<'_>) -> Result<PathBuf> {
    if options.has("--data") || environment.is_data_set() {
        Ok(data(options, environment))
    } else {
        Err(wrong("This needs --data, or ANNALS_DATA."))
    }
}

fn expected(text: &str) -> Option<(u64, Hash)> {
    let (size, root) = text.split_once(':')?;
    let is_plain = !size.is_empty() && size.bytes().all(|it| it.is_ascii_digit());
    let size = size.parse().ok().filter(|_| is_plain)?;
    let root = unhex(root)?.try_into().ok()?;
    Some((size, root))
}
