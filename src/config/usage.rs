//! What `annals help` says: of all commands, or of one.
use std::ffi::OsString;

use super::settings::SETTINGS;
use super::topics::{Needs, TOPICS, Topic};

const TITLE: &str = "Annals, the audit log for self-hosted teams.";

const DATA: &str = "ANNALS_DATA may stand in for --data.";
const LOCK: &str = "\
ANNALS_DATA may stand in for --data. The server must be stopped: while one holds
the directory, this exits with 4 and changes nothing. The log says what was done
by the command line.";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 verify found damage, 4 the data
directory is in use, 74 the storage failed, 78 the database is older than its
anchors or newer than this program.";

/// All there is to say about one command, or about all of them together.
pub fn help(topic: Option<&Topic>) -> String {
    let paragraphs = match topic {
        Some(topic) => one(topic),
        None => vec![all(), environment(), EXIT_CODES.to_owned()],
    };
    paragraphs.join("\n\n")
}

/// What follows a message about wrong usage: how this command is used, or what there is.
pub fn hint(args: &[OsString]) -> String {
    match topic_of(args) {
        Some(topic) => format!(
            "Usage:\n{}\n\n`annals help {}` says more.",
            synopsis(topic),
            topic.words
        ),
        None if args.is_empty() => help(None),
        None => "`annals help` says which commands there are.".to_owned(),
    }
}

/// The command that the arguments begin with.
pub fn topic_of(args: &[OsString]) -> Option<&'static Topic> {
    let begins = |topic: &&Topic| {
        let mut given = args.iter().map(|it| it.to_str());
        let mut words = topic.words.split(' ');
        words.all(|it| given.next() == Some(Some(it)))
    };
    TOPICS.iter().find(begins)
}

fn one(topic: &Topic) -> Vec<String> {
    let mut paragraphs = vec![format!("Usage:\n{}\n{}", synopsis(topic), about(topic))];
    if !topic.options.is_empty() {
        paragraphs.push(options(topic));
    }
    if !topic.note.is_empty() {
        paragraphs.push(topic.note.to_owned());
    }
    match topic.needs {
        Needs::Nothing => {}
        Needs::Data => paragraphs.push(DATA.to_owned()),
        Needs::Lock => paragraphs.push(LOCK.to_owned()),
        Needs::Environment => paragraphs.push(environment()),
    }
    paragraphs.push(EXIT_CODES.to_owned());
    paragraphs
}

fn all() -> String {
    let topics = TOPICS
        .iter()
        .map(|it| format!("{}\n{}", synopsis(it), about(it)));
    let topics: Vec<_> = topics.collect();
    format!("{TITLE}\n\nUsage:\n{}", topics.join("\n"))
}

fn synopsis(topic: &Topic) -> String {
    format!("  {}", topic.synopsis.replace('\n', "\n      "))
}

fn about(topic: &Topic) -> String {
    format!("      {}", topic.about.replace('\n', "\n      "))
}

/// In two columns.
fn options(topic: &Topic) -> String {
    let widths = topic.options.iter().map(|(name, _)| name.len());
    let width = widths.max().unwrap_or_default();
    let lines = topic.options.iter();
    let lines = lines.map(|(name, meaning)| format!("  {name:width$}  {meaning}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn environment() -> String {
    let mut text = String::from("Environment:");
    for setting in &SETTINGS {
        text.push_str("\n  ");
        text.push_str(setting.name);
        if !setting.default.is_empty() {
            text.push_str(" (");
            text.push_str(setting.default);
            text.push(')');
        }
        text.push_str("\n      ");
        text.push_str(setting.meaning);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_command_and_setting_and_fits_a_terminal() {
        let text = help(None);
        for setting in &SETTINGS {
            assert!(text.contains(setting.name));
            assert!(text.contains(setting.meaning));
        }
        for topic in TOPICS {
            assert!(text.contains(&synopsis(topic)) && text.contains(&about(topic)));
            assert!(
                topic
                    .synopsis
                    .starts_with(&format!("annals {}", topic.words))
            );
            let own = one(topic);
            let settings = environment();
            for line in own.iter().filter(|it| **it != settings) {
                for line in line.lines() {
                    assert!(line.len() <= 80, "{line}");
                }
            }
        }
    }

    #[test]
    fn arguments_are_about_the_command_they_begin_with() {
        fn case(line: &str, words: Option<&str>) {
            let args: Vec<_> = line.split_whitespace().map(OsString::from).collect();
            assert_eq!(topic_of(&args).map(|it| it.words), words, "{line}");
        }
        case("serve --zebra", Some("serve"));
        case("operator create --name serve", Some("operator create"));
        case("operator reset-password", Some("operator reset-password"));
        case("operator", None);
        case("operator zebra", None);
        case("--data serve", None);
        case("", None);
    }
}
