//! What the command line says to somebody who does not know it, or mistypes.
use crate::appliance::cli;
use crate::command_line::{TYPED, run};
use crate::site::Site;

#[test]
fn wrong_usage_says_how_it_is_done_and_repeats_nothing() {
    let lines = [
        "zq9w",
        "serve zq9w",
        "serve --zq9w",
        "serve --zq9w=zq9w",
        "serve --demo=zq9w",
        "serve --listen zq9w",
        "serve --data",
        "serve --data zq9w --data zq9w",
        "verify --expect zq9w",
        "verify --data zq9w --database zq9w",
        "backup",
        "backup --to zq9w",
        "backup --data zq9w",
        "backup --data zq9w --to zq9w zq9w",
        "export",
        "export --data zq9w --format zq9w",
        "export --data zq9w --page zq9w",
        "operator zq9w",
        "operator create --data zq9w --email zq9w --name zq9w --role zq9w",
        "operator create --data zq9w --email zq9w --name zq9w --role owner --password zq9w",
        "operator reset-password --data zq9w",
        "operator reset-password --email zq9w",
        "operator reset-password --data zq9w --email zq9w --email zq9w",
        "operator reset-second-factor --data zq9w",
        "pool create --data zq9w --slug zq9w",
        "key create --data zq9w --pool zq9w --pool zq9w",
        "key create --data zq9w --pool zq9w --name zq9w --permission zq9w",
        "routes zq9w",
        "version --zq9w",
        "help zq9w",
        "log rotate-key",
    ];
    for line in lines {
        let words: Vec<_> = line.split(' ').collect();
        let wrong = cli(&words, "").expect(2);
        assert_eq!(wrong.stdout, "", "{line}");
        assert!(!wrong.stderr.contains(TYPED), "{line}: {}", wrong.stderr);
        let said: Vec<_> = wrong.stderr.lines().collect();
        assert!(said[0].starts_with("annals: "), "{line}: {said:?}");
        assert!(said[0].ends_with('.'), "{line}: {said:?}");
        let help = said.last().unwrap();
        assert!(help.starts_with("`annals help"), "{line}: {said:?}");
        assert!(
            said.len() <= 12,
            "{line}: the message scrolls away: {said:?}"
        );
    }
    // A wrong value is no reason to repeat it either.
    let (folder, _) = Site::furnished();
    for line in [
        "export --pool zq9w",
        "export --from zq9w",
        "export --via zq9w",
    ] {
        let wrong = run(&folder, line).expect(2);
        assert_eq!(wrong.stdout, "", "{line}");
        assert!(!wrong.stderr.contains(TYPED), "{line}: {}", wrong.stderr);
    }
}

#[test]
fn help_is_there_for_every_command_and_for_all_of_them() {
    let all = cli(&["help"], "").expect(0).stdout;
    assert_eq!(cli(&["--help"], "").expect(0).stdout, all);
    let bare = cli(&[], "").expect(2);
    assert_eq!(bare.stdout, "");
    assert!(bare.stderr.contains(all.trim()), "{}", bare.stderr);
    for code in [
        "0 done", "1 failed", "2 wrong", "3 verify", "4 the", "74 ", "78 ",
    ] {
        assert!(all.contains(code), "{code}");
    }
    let synopses = all.lines().filter_map(|it| it.strip_prefix("  annals "));
    let mut named = 0;
    for synopsis in synopses {
        let words = synopsis.split(' ');
        let words: Vec<_> = words
            .take_while(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'))
            .take_while(|it| !it.starts_with("--"))
            .collect();
        let asked = cli(&[&words[..], &["--help"]].concat(), "").expect(0);
        assert!(
            asked.stdout.contains(synopsis),
            "{words:?}: {}",
            asked.stdout
        );
        assert_eq!(asked.stderr, "", "{words:?}");
        let helped = cli(&[&["help"], &words[..]].concat(), "").expect(0);
        assert_eq!(helped.stdout, asked.stdout);
        named += 1;
    }
    assert_eq!(named, 12, "{all}");
}
