//! From arguments and variables to what was asked for.
use std::ffi::OsString;
use std::path::PathBuf;

use super::command::{
    Command, Config, CreateKey, CreateOperator, CreatePool, KeyPermission, OperatorRole, Serve,
    Verify, VerifySource,
};
use super::export;
use super::options::{Options, Understood, wrong};
use super::settings::Environment;
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
    let wants_help = args.iter().any(|it| it == "--help" || it == "-h");
    match (first, second) {
        _ if wants_help => Ok(Command::Help),
        (Some("help"), _) => Ok(Command::Help),
        (Some("serve"), _) => serve(after(1), environment),
        (Some("verify"), _) => verify(after(1), environment),
        (Some("export"), _) => export(after(1), environment),
        (Some("operator"), Some("create")) => create_operator(after(2), environment),
        (Some("pool"), Some("create")) => create_pool(after(2), environment),
        (Some("key"), Some("create")) => create_key(after(2), environment),
        (Some("operator" | "pool" | "key"), _) => Err(wrong("This needs the word create.")),
        (Some("routes"), _) => Understood::NOTHING.read(after(1)).map(|_| Command::Routes),
        (Some("version" | "--version" | "-V"), _) => {
            Understood::NOTHING.read(after(1)).map(|_| Command::Version)
        }
        (Some(_), _) => Err(wrong("There is no such command.")),
        (None, _) => Err(wrong("A command is needed.")),
    }
}

fn serve(args: impl Iterator<Item = OsString>, environment: &Environment<'_>) -> Result<Command> {
    let understood = Understood {
        values: &["--data", "--listen"],
        lists: &[],
        flags: &["--demo"],
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
        values: &["--data", "--database", "--expect"],
        lists: &[],
        flags: &["--json"],
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

fn export(args: impl Iterator<Item = OsString>, environment: &Environment<'_>) -> Result<Command> {
    let options = export::UNDERSTOOD.read(args)?;
    let data = existing_data(&options, environment)?;
    export::read(&options, data).map(Command::Export)
}

fn create_operator(
    args: impl Iterator<Item = OsString>,
    environment: &Environment<'_>,
) -> Result<Command> {
    let understood = Understood {
        values: &["--data", "--email", "--name", "--role"],
        lists: &["--pool"],
        flags: &["--password-stdin"],
    };
    let options = understood.read(args)?;
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
        data: existing_data(&options, environment)?,
        email: options.required("--email", "operator create needs --email.")?,
        name: options.required("--name", "operator create needs --name.")?,
        role,
        pools: options.list("--pool")?,
    }))
}

fn create_pool(
    args: impl Iterator<Item = OsString>,
    environment: &Environment<'_>,
) -> Result<Command> {
    let understood = Understood {
        values: &["--data", "--slug", "--name"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    Ok(Command::CreatePool(CreatePool {
        data: existing_data(&options, environment)?,
        slug: options.required("--slug", "pool create needs --slug.")?,
        name: options.required("--name", "pool create needs --name.")?,
    }))
}

fn create_key(
    args: impl Iterator<Item = OsString>,
    environment: &Environment<'_>,
) -> Result<Command> {
    let understood = Understood {
        values: &["--data", "--pool", "--name", "--permission", "--mode"],
        lists: &[],
        flags: &[],
    };
    let options = understood.read(args)?;
    let permission = options.required("--permission", "key create needs --permission.")?;
    Ok(Command::CreateKey(CreateKey {
        data: existing_data(&options, environment)?,
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

fn data(options: &Options, environment: &Environment<'_>) -> PathBuf {
    let given = options.raw("--data").map(PathBuf::from);
    given.unwrap_or_else(|| environment.data())
}

/// Provisioning must not start an instance somewhere by mistake: there is no default.
fn existing_data(options: &Options, environment: &Environment<'_>) -> Result<PathBuf> {
    if options.has("--data") || environment.is_data_set() {
        Ok(data(options, environment))
    } else {
        Err(wrong("This needs --data."))
    }
}

fn expected(text: &str) -> Option<(u64, Hash)> {
    let (size, root) = text.split_once(':')?;
    let is_plain = !size.is_empty() && size.bytes().all(|it| it.is_ascii_digit());
    let size = size.parse().ok().filter(|_| is_plain)?;
    let root = unhex(root)?.try_into().ok()?;
    Some((size, root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Kind;

    fn parse(line: &str, set: &[(&str, &str)]) -> Result<Command> {
        let args = line.split_whitespace().map(OsString::from).collect();
        let set: Vec<_> = set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Config::parse(args, &set).map(|it| it.command)
    }

    fn served(line: &str, set: &[(&str, &str)]) -> Serve {
        match parse(line, set).unwrap() {
            Command::Serve(serve) => serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_option_wins_over_its_variable_and_that_over_the_default() {
        let case = |line: &str, set: &[(&str, &str)], data: &str, listen: &str| {
            let serve = served(line, set);
            assert_eq!(serve.data, Some(PathBuf::from(data)), "{line}");
            assert_eq!(serve.listen.to_string(), listen, "{line}");
        };
        let set = [("ANNALS_DATA", "/srv/a"), ("ANNALS_LISTEN", "[::]:80")];
        case("serve", &[], "./annals-data", "127.0.0.1:8080");
        case("serve", &set, "/srv/a", "[::]:80");
        case(
            "serve --data=/d --listen 0.0.0.0:0",
            &set,
            "/d",
            "0.0.0.0:0",
        );
        assert_eq!(served("serve --demo", &set).data, None);
    }

    #[test]
    fn every_command_is_understood() {
        let ok = |line: &str| parse(line, &[]).unwrap();
        let root = "ab".repeat(32);
        let operator = "operator create --data d --email a@b.org --name Ana \
            --role admin --pool x --pool y --password-stdin";
        assert_eq!(
            ok(&format!("verify --database x.db --expect 7:{root} --json")),
            Command::Verify(Verify {
                source: VerifySource::Database("x.db".into()),
                expect: Some((7, [0xab; 32])),
                json: true,
            })
        );
        assert_eq!(
            ok(operator),
            Command::CreateOperator(CreateOperator {
                data: "d".into(),
                email: "a@b.org".to_owned(),
                name: "Ana".to_owned(),
                role: OperatorRole::Admin,
                pools: vec!["x".to_owned(), "y".to_owned()],
            })
        );
        assert!(matches!(
            ok("pool create --data d --slug s --name N"),
            Command::CreatePool(_)
        ));
        let key = ok("key create --data d --pool s --name N --permission read");
        assert!(matches!(key, Command::CreateKey(it) if it.permission == KeyPermission::Read));
        assert_eq!(ok("routes"), Command::Routes);
        assert_eq!(ok("version"), Command::Version);
        assert_eq!(ok("--version"), Command::Version);
        assert_eq!(ok("help"), Command::Help);
        assert_eq!(ok("serve --help"), Command::Help);
    }

    #[test]
    fn wrong_usage_is_named_and_never_repeated() {
        fn case(line: &str, message: &str) {
            let error = parse(line, &[]).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{line}");
            assert_eq!(error.message(), message, "{line}");
        }
        let twice = "An option was given twice.";
        case("", "A command is needed.");
        case("zebra", "There is no such command.");
        case("operator zebra", "This needs the word create.");
        case("serve zebra", "An argument was not expected.");
        case("serve --zebra", "An option is not known.");
        case("serve --demo=yes", "A flag takes no value.");
        case("serve --data", "An option needs a value.");
        case("serve --data --demo", "An option needs a value.");
        case("serve --data=", "An option needs a value.");
        case("serve --data a --data b", twice);
        case("serve --demo --demo", twice);
        case("serve --listen zebra", "--listen is not ADDR:PORT.");
        case(
            "serve --demo --data d",
            "--demo uses its own data directory: leave out --data.",
        );
        case(
            "verify --data d --database f",
            "--data and --database cannot be given together.",
        );
        case("verify --expect 7:ab", "--expect is not SIZE:ROOT.");
        case("verify --expect +7:ab", "--expect is not SIZE:ROOT.");
        case("export", "This needs --data.");
        case("export --data d --limit 5", "An option is not known.");
        case("routes --json", "An option is not known.");
        case("pool create --slug s --name N", "This needs --data.");
        case("pool create --data d --name N", "pool create needs --slug.");
        case(
            "key create --data d --pool s --name N",
            "key create needs --permission.",
        );
        case(
            "operator create --role zebra",
            "--role is neither owner nor admin.",
        );
        case(
            "operator create --role owner",
            "operator create needs --password-stdin.",
        );
        case(
            "operator create --role owner --pool s",
            "An owner sees every Pool: leave out --pool.",
        );
    }
}
