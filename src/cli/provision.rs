//! Operators, Pools and keys without a browser. Recorded like the console's changes, by the
//! command line; the directory's lock keeps a server out meanwhile.
use std::io::{self, BufRead};

use zeroize::Zeroizing;

use super::say::say;
use super::store::{with_existing_store, with_store};
use crate::base::{Error, Kind, OrFail, Passwords, Result};
use crate::config::{CreateKey, CreateOperator, CreatePool, KeyPermission, OperatorRole};
use crate::model::safe::{Email, Label};
use crate::model::{By, GateMode, Permission, Role, Scope, check_password};
use crate::store::{NewKey, NewOperator, Origin};

pub fn operator(new: CreateOperator) -> Result<()> {
    let invalid = |message| Error::new(Kind::Invalid, message);
    let email = Email::parse(&new.email)
        .ok()
        .or_fail(Kind::Invalid, "the e-mail address is not one")?;
    let name = Label::gate(&new.name).map_err(|it| invalid(it.sentence()))?;
    let password = password()?;
    check_password(&password, &[email.as_str(), name.as_str()])
        .map_err(|it| invalid(it.sentence()))?;
    with_store(&new.data, async |store| {
        let passwords = Passwords::new();
        let role = match new.role {
            OperatorRole::Owner => Role::Owner,
            OperatorRole::Admin => Role::Admin,
        };
        let operator = NewOperator {
            email,
            name,
            role,
            password: passwords.hash(password).await?,
            origin: Origin::CommandLine,
        };
        let by = By::command_line();
        let operator = store.operators.create(by, operator, new.pools).await?;
        say(&operator.id.to_string())
    })
}

pub fn pool(new: CreatePool) -> Result<()> {
    with_store(&new.data, async |store| {
        let by = By::command_line();
        let pool = store.pools.create(by, new.slug, &new.name).await?;
        say(&pool.id.to_string())
    })
}

/// The key alone on standard output, for a script to keep.
pub fn key(new: CreateKey) -> Result<()> {
    with_existing_store(&new.data, async |store| {
        let permission = match new.permission {
            KeyPermission::Write => Permission::Write,
            KeyPermission::Read => Permission::Read,
        };
        let wanted = NewKey {
            pool_slug: new.pool,
            name: new.name,
            permission,
            mode: if new.is_sealed {
                GateMode::Sealed
            } else {
                GateMode::Gated
            },
            expires_ms: None,
        };
        let host = Scope::of_the_host();
        let by = By::command_line();
        let (_, token) = store.api_keys.create(by, &host, wanted).await?;
        say(token.reveal())
    })
}

/// The first line of standard input.
fn password() -> Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    io::stdin()
        .lock()
        .read_line(&mut line)
        .internal("cannot read the password from standard input")?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    Ok(Zeroizing::new(text.to_owned()))
}
