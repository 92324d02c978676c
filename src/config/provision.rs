//! The options of the commands that people and keys are managed with, without a browser.
use std::ffi::OsString;
use std::path::PathBuf;

use super::command::{
    Command, CreateKey, CreateOperator, CreatePool, KeyPermission, OperatorRole, ResetOperator,
};
use super::options::{Options, Understood, opts, wrong};
use crate::base::Result;

pub fn operator(
    args: impl Iterator<Item = OsString>,
    data: impl Fn(&Options) -> Result<PathBuf>,
) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--email", "--name", "--role", "--password"],
        lists: opts!["--pool"],
        flags: opts!["--password-stdin"],
    };
    let options = understood.read(args)?;
    if options.has("--password") {
        return Err(wrong(
            "Everybody on this host can read a command line: use --password-stdin.",
        ));
    }
    let role = match options
        .required("--role", "operator create needs --role.")?
        .as_str()
    {
        "owner" => OperatorRole::Owner,
        "admin" => OperatorRole::Admin,
        _ => return Err(wrong("--role is neither owner nor admin.")),
    };
    if role == OperatorRole::Owner && options.has("--pool") {
        return Err(wrong("An owner sees every Pool: leave out --pool."));
    }
    if !options.has("--password-stdin") {
        return Err(wrong("operator create needs --password-stdin."));
    }
    Ok(Command::CreateOperator(CreateOperator {
        data: data(&options)?,
        email: options.required("--email", "operator create needs --email.")?,
        name: options.required("--name", "operator create needs --name.")?,
        role,
        pools: options.list("--pool")?,
    }))
}

pub fn reset(
    args: impl Iterator<Item = OsString>,
    data: impl Fn(&Options) -> Result<PathBuf>,
) -> Result<ResetOperator> {
    let understood = Understood {
        values: opts!["--data", "--email"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    Ok(ResetOperator {
        data: data(&options)?,
        email: options.required("--email", "This needs --email.")?,
    })
}

pub fn pool(
    args: impl Iterator<Item = OsString>,
    data: impl Fn(&Options) -> Result<PathBuf>,
) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--slug", "--name"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    Ok(Command::CreatePool(CreatePool {
        data: data(&options)?,
        slug: options.required("--slug", "pool create needs --slug.")?,
        name: options.required("--name", "pool create needs --name.")?,
    }))
}

pub fn key(
    args: impl Iterator<Item = OsString>,
    data: impl Fn(&Options) -> Result<PathBuf>,
) -> Result<Command> {
    let understood = Understood {
        values: opts!["--data", "--pool", "--name", "--permission", "--mode"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    let permission = options.required("--permission", "key create needs --permission.")?;
    Ok(Command::CreateKey(CreateKey {
        data: data(&options)?,
        pool: options.required("--pool", "key create needs --pool.")?,
        name: options.required("--name", "key create needs --name.")?,
        permission: match permission.as_str() {
            "write" => KeyPermission::Write,
            "read" => KeyPermission::Read,
            _ => return Err(wrong("--permission is neither write nor read.")),
        },
        is_sealed: match options.text("--mode")?.as_deref() {
            None | Some("gated") => false,
            Some("sealed") => true,
            Some(_) => return Err(wrong("--mode is neither gated nor sealed.")),
        },
    }))
}
