//! The options of `annals export`.
use std::path::PathBuf;

use super::command::{Export, ExportFormat};
use super::options::{Options, Understood, opts, wrong};
use crate::base::Result;

/// The filters, and the parameters of the page that they are.
const FILTERS: [(&str, &str); 12] = [
    ("--pool", "pool"),
    ("--outcome", "outcome"),
    ("--action", "action"),
    ("--actor-type", "actor_type"),
    ("--actor", "actor"),
    ("--target", "target"),
    ("--from", "from"),
    ("--to", "to"),
    ("--range", "range"),
    ("--window", "window"),
    ("--via", "via"),
    ("--request", "request"),
];

pub const UNDERSTOOD: Understood = Understood {
    values: opts![
        "--data",
        "--format",
        "--pool",
        "--outcome",
        "--action",
        "--actor-type",
        "--actor",
        "--target",
        "--from",
        "--to",
        "--range",
        "--window",
        "--via",
        "--request",
    ],
    lists: &[],
    flags: &[],
};

pub fn read(options: &Options, data: PathBuf) -> Result<Export> {
    let format = match options.text("--format")?.as_deref() {
        None | Some("ndjson") => ExportFormat::Ndjson,
        Some("csv") => ExportFormat::Csv,
        Some(_) => return Err(wrong("--format is neither ndjson nor csv.")),
    };
    let mut filters = Vec::new();
    for (option, parameter) in FILTERS {
        if let Some(value) = options.text(option)? {
            filters.push((parameter, value));
        }
    }
    Ok(Export {
        data,
        format,
        filters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Export> {
        let args = line.split_whitespace().map(Into::into);
        read(&UNDERSTOOD.read(args)?, "d".into())
    }

    #[test]
    fn filters_are_given_as_on_the_page() {
        let expected = Export {
            data: "d".into(),
            format: ExportFormat::Csv,
            filters: vec![("pool", "x".to_owned()), ("actor_type", "user".to_owned())],
        };
        let line = "--format csv --actor-type user --pool x";
        assert_eq!(parse(line).unwrap(), expected);
        assert_eq!(parse("").unwrap().format, ExportFormat::Ndjson);
        let error = parse("--format xls").unwrap_err();
        assert_eq!(error.message(), "--format is neither ndjson nor csv.");
    }

    #[test]
    fn every_filter_is_an_option_that_is_understood() {
        for (option, parameter) in FILTERS {
            assert!(UNDERSTOOD.values.iter().any(|it| it.name == option));
            assert_eq!(option[2..].replace('-', "_"), parameter);
        }
        assert_eq!(UNDERSTOOD.values.len(), FILTERS.len() + 2);
    }
}
