//! The commands as their help describes them.

/// One command.
#[derive(Debug, Eq, PartialEq)]
pub struct Topic {
    pub words: &'static str,
    pub synopsis: &'static str,
    pub about: &'static str,
    /// Those that need a word, and what they mean.
    pub options: &'static [(&'static str, &'static str)],
    /// What else there is to know; blank: nothing.
    pub note: &'static str,
    pub needs: Needs,
}

/// What a command finds or does not find around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Needs {
    Nothing,
    /// Settings of the environment.
    Environment,
    /// A data directory, whether or not a server uses it.
    Data,
    /// A data directory that no server uses.
    Lock,
}

pub const TOPICS: &[Topic] = &[
    Topic {
        words: "serve",
        synopsis: "annals serve [--data DIR] [--listen ADDR:PORT] [--demo]",
        about: "Runs the appliance. --demo fills a directory of its own with invented\n\
            events and removes it on exit.",
        options: &[
            (
                "--data DIR",
                "the data directory, made when it is not there",
            ),
            ("--listen ADDR:PORT", "where to listen, port 0 for any"),
            ("--demo", "a look around: nothing is kept"),
        ],
        note: "One line on standard output says where it listens, everything else goes to\n\
            standard error. SIGTERM and SIGINT stop it in order.",
        needs: Needs::Environment,
    },
    Topic {
        words: "verify",
        synopsis: "annals verify [--data DIR | --database FILE] [--expect SIZE:ROOT]\n\
            [--json]",
        about: "Checks the database and the ledger offline, without writing. Exits with 3\n\
            when it finds something.",
        options: &[
            (
                "--data DIR",
                "the data directory, ./annals-data if not given",
            ),
            ("--database FILE", "a database elsewhere: a backup"),
            (
                "--expect SIZE:ROOT",
                "what an earlier report called the anchor",
            ),
            ("--json", "the report for programs"),
        ],
        note: "",
        needs: Needs::Nothing,
    },
    Topic {
        words: "backup",
        synopsis: "annals backup --data DIR --to FILE",
        about: "Writes a consistent copy of the database to a new file, while the server\n\
            runs or not. The folder keys/ is not in it: keep a copy of that elsewhere.",
        options: &[("--to FILE", "where the copy goes; it replaces nothing")],
        note: "To restore: stop the server, put the copy into the data directory as annals.db,\n\
            remove annals.db-wal and annals.db-shm, and have keys/ beside it.",
        needs: Needs::Data,
    },
    Topic {
        words: "export",
        synopsis: "annals export --data DIR [--format ndjson|csv] [--pool SLUG]\n\
            [--outcome success|failure] [--action NAME] [--actor-type user|system]\n\
            [--actor TEXT] [--target TEXT] [--from DATE] [--to DATE]\n\
            [--range 24h|7d|30d|90d] [--request ID] [--via KIND] [--window MS-MS]",
        about: "Everything that the filters match, to standard output.",
        options: &[
            (
                "--format",
                "lines of JSON (ndjson, if not given) or a table (csv)",
            ),
            ("--action", "a name, or every one of a family: 'api_key.*'"),
            (
                "--from, --to",
                "whole days, 2026-11-26, in the instance's zone",
            ),
            ("--request", "a foreign id needs a span of 7 days or less"),
            ("--via", "web, cli, job, api, mcp, key or upstream"),
            (
                "--window",
                "milliseconds since 1970, as links of the log page have",
            ),
        ],
        note: "The filters are those of the log page. One that cannot be used is an error, and\n\
            nothing is exported.",
        needs: Needs::Lock,
    },
    Topic {
        words: "operator create",
        synopsis: "annals operator create --data DIR --email E --name N --role owner|admin\n\
            [--pool SLUG]... --password-stdin",
        about: "Adds somebody who signs in with the password on standard input. Prints the\n\
            operator's id.",
        options: &[
            ("--pool SLUG", "a Pool that an admin sees, once for each"),
            (
                "--password-stdin",
                "12 to 128 characters, on the first line",
            ),
        ],
        note: NEW,
        needs: Needs::Lock,
    },
    Topic {
        words: "operator reset-password",
        synopsis: "annals operator reset-password --data DIR --email E",
        about: "Prints a temporary password, once. It is good for 72 hours and opens the\n\
            page to choose a new one. Ends the operator's sessions.",
        options: &[],
        note: "",
        needs: Needs::Lock,
    },
    Topic {
        words: "operator reset-second-factor",
        synopsis: "annals operator reset-second-factor --data DIR --email E",
        about: "For somebody who lost the authenticator app and the recovery codes: the\n\
            password alone signs in again. Ends the operator's sessions.",
        options: &[],
        note: "",
        needs: Needs::Lock,
    },
    Topic {
        words: "pool create",
        synopsis: "annals pool create --data DIR --slug S --name N",
        about: "Prints the Pool's id. The slug stays for ever, the name can change.",
        options: &[],
        note: NEW,
        needs: Needs::Lock,
    },
    Topic {
        words: "key create",
        synopsis: "annals key create --data DIR --pool SLUG --name N --permission write|read\n\
            [--mode gated|sealed]",
        about: "Prints the key, once.",
        options: &[(
            "--mode",
            "sealed keeps no name and no free text of a delivery",
        )],
        note: "",
        needs: Needs::Lock,
    },
    Topic {
        words: "routes",
        synopsis: "annals routes",
        about: "Every address, method and who may ask, one a line.",
        options: &[],
        note: "",
        needs: Needs::Nothing,
    },
    Topic {
        words: "version",
        synopsis: "annals version",
        about: "Version, commit and the SQLite inside.",
        options: &[],
        note: "",
        needs: Needs::Nothing,
    },
    Topic {
        words: "help",
        synopsis: "annals help [COMMAND]",
        about: "All of this, or more about one command.",
        options: &[],
        note: "",
        needs: Needs::Nothing,
    },
];

const NEW: &str = "A data directory that is not there yet is made.";
