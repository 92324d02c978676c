//! `annals verify`: the report, for people or programs.
use serde::Serialize;

use super::say::say;
use crate::base::{OrFail, Result, hex};
use crate::config::{Verify, VerifySource};
use crate::store::{Expected, Report, database, require, verify};

const CLEAN: u8 = 0;
const DAMAGED: u8 = 3;

#[derive(Serialize)]
struct Json<'a> {
    verdict: &'a str,
    size: u64,
    root: String,
    counts: Counts,
    findings: Vec<FindingOut<'a>>,
    findings_total: u64,
}

#[derive(Serialize)]
struct Counts {
    events: u64,
    erased: u64,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    class: &'a str,
    seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
}

pub fn run(asked: &Verify) -> Result<u8> {
    let file = match &asked.source {
        VerifySource::Data(folder) => database(folder),
        VerifySource::Database(file) => file.clone(),
    };
    require(&file)?;
    let expected = asked.expect.map(|(size, root)| Expected { size, root });
    let report = verify(&file, expected.as_ref())?;
    let text = if asked.json {
        json(&report)?
    } else {
        lines(&report)
    };
    say(&text)?;
    Ok(if report.findings_total == 0 {
        CLEAN
    } else {
        DAMAGED
    })
}

fn json(report: &Report) -> Result<String> {
    let clean = report.findings_total == 0;
    serde_json::to_string(&Json {
        verdict: if clean { "clean" } else { "findings" },
        size: report.events,
        root: hex(&report.root),
        counts: Counts {
            events: report.events,
            erased: report.erased,
        },
        findings: report
            .findings
            .iter()
            .map(|it| FindingOut {
                class: it.class.as_str(),
                seq: it.seq,
                table: it.table.as_deref(),
            })
            .collect(),
        findings_total: report.findings_total,
    })
    .internal("cannot write the report")
}

fn lines(report: &Report) -> String {
    let mut lines = vec![
        format!("events    {}", report.events),
        format!("root      {}", hex(&report.root)),
    ];
    for finding in &report.findings {
        let at = finding
            .seq
            .map_or_else(String::new, |it| format!(" at event {it}"));
        let of = finding
            .table
            .as_ref()
            .map_or_else(String::new, |it| format!(" in the table {it}"));
        lines.push(format!("finding   {}{at}{of}", finding.class.as_str()));
    }
    let listed = report.findings.len() as u64;
    if report.findings_total > listed {
        lines.push(format!(
            "          and {} more",
            report.findings_total - listed
        ));
    }
    lines.push(match report.findings_total {
        0 => "verdict   no change found".to_owned(),
        1 => "verdict   1 finding".to_owned(),
        many => format!("verdict   {many} findings"),
    });
    lines.push(format!(
        "anchor    --expect {}:{}",
        report.events,
        hex(&report.root)
    ));
    lines.join("\n")
}
