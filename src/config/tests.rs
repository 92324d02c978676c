//! What a command line and its environment are read as.
use std::ffi::OsString;
use std::path::PathBuf;

use super::command::{
    Backup, Command, Config, CreateOperator, KeyPermission, OperatorRole, ResetOperator, Serve,
    Verify, VerifySource,
};
use crate::base::{Kind, Result};

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
    let reset = ResetOperator {
        data: "d".into(),
        email: "a@b.org".to_owned(),
    };
    assert_eq!(
        ok("operator reset-password --data d --email a@b.org"),
        Command::ResetPassword(reset)
    );
    assert!(matches!(
        ok("operator reset-second-factor --data d --email a@b.org"),
        Command::ResetSecondFactor(_)
    ));
    assert_eq!(
        ok("backup --data d --to f.db"),
        Command::Backup(Backup {
            data: "d".into(),
            to: "f.db".into(),
        })
    );
}

#[test]
fn help_is_about_the_command_that_it_is_asked_for() {
    fn case(line: &str, words: Option<&str>) {
        let Command::Help(topic) = parse(line, &[]).unwrap() else {
            panic!("{line} is no help");
        };
        assert_eq!(topic.map(|it| it.words), words, "{line}");
    }
    case("help", None);
    case("--help", None);
    case("-h", None);
    case("operator --help", None);
    case("help serve", Some("serve"));
    case("serve --zebra --help", Some("serve"));
    case("key create -h", Some("key create"));
    case("help operator create", Some("operator create"));
}

#[test]
fn wrong_usage_is_named_and_never_repeated() {
    fn case(line: &str, message: &str) {
        let error = parse(line, &[]).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage, "{line}");
        assert_eq!(error.message(), message, "{line}");
    }
    case("", "A command is needed.");
    case("zebra", "There is no such command.");
    case("help zebra", "There is no such command.");
    case(
        "operator zebra",
        "operator needs a second word: create, reset-password or reset-second-factor.",
    );
    case("pool", "pool needs a second word: create.");
    case("key --data d", "key needs a second word: create.");
    case("keys renew", "This command comes with a later release.");
    case("serve zebra", "An argument was not expected.");
    case("serve --zebra", "An option is not known.");
    case("serve --demo=yes", "--demo takes no value.");
    case("serve --data", "--data needs a value.");
    case("serve --data --demo", "--data needs a value.");
    case("serve --data=", "--data needs a value.");
    case("serve --data a --data b", "--data was given twice.");
    case("serve --demo --demo", "--demo was given twice.");
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
    case("export", "This needs --data, or ANNALS_DATA.");
    case("export --data d --limit 5", "An option is not known.");
    case("routes --json", "An option is not known.");
    case("backup --to f", "This needs --data, or ANNALS_DATA.");
    case("backup --data d", "backup needs --to.");
    case("operator reset-password --data d", "This needs --email.");
    case(
        "pool create --slug s --name N",
        "This needs --data, or ANNALS_DATA.",
    );
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
        "key create --data d --pool s --pool s",
        "--pool was given twice.",
    );
    case(
        "operator create --role owner --password hunter2",
        "Everybody on this host can read a command line: use --password-stdin.",
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
