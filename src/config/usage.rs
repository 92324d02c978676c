//! The text of `annals help`.
use super::settings::SETTINGS;

const COMMANDS: &str = "\
Annals, the audit log for self-hosted teams.

Usage:
  annals serve [--data DIR] [--listen ADDR:PORT] [--demo]
      Runs the appliance. --demo fills a directory of its own with invented
      events and removes it on exit.
  annals verify [--data DIR | --database FILE] [--expect SIZE:ROOT] [--json]
      Checks the database and the ledger offline, without writing.
  annals export --data DIR [--format ndjson|csv] [--pool SLUG]
      [--outcome success|failure] [--action NAME] [--actor-type user|system]
      [--actor TEXT] [--target TEXT] [--from DATE] [--to DATE]
      [--range 24h|7d|30d|90d]
      Everything that the filters match, to standard output.
  annals operator create --data DIR --email E --name N --role owner|admin
      [--pool SLUG]... --password-stdin
  annals pool create --data DIR --slug S --name N
  annals key create --data DIR --pool SLUG --name N --permission write|read
      [--mode gated|sealed]
      Prints the key, once.
  annals routes
      Every address, method and who may ask, one a line.
  annals version
  annals help

Environment:
";

const EXIT_CODES: &str = "
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 verify found damage, 4 the data
directory is in use, 74 the storage failed, 78 the database is older than its
anchors or newer than this program.
";

pub fn usage() -> String {
    let mut text = String::from(COMMANDS);
    for setting in &SETTINGS {
        text.push_str("  ");
        text.push_str(setting.name);
        if !setting.default.is_empty() {
            text.push_str(" (");
            text.push_str(setting.default);
            text.push(')');
        }
        text.push_str("\n      ");
        text.push_str(setting.meaning);
        text.push('\n');
    }
    text.push_str(EXIT_CODES);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_setting() {
        let text = usage();
        for setting in &SETTINGS {
            assert!(text.contains(setting.name));
            assert!(text.contains(setting.meaning));
        }
    }
}
