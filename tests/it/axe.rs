//! axe-core, which finds what keeps people out: a test tool that `tests/run` fetches, no part of
//! the repository. `ANNALS_TEST_AXE` names its file elsewhere.
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::data::say;

const TAGS: [&str; 7] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22a",
    "wcag22aa",
    "best-practice",
];
/// What a theme can change.
const COLORS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// Which of its rules are asked for.
#[derive(Clone, Copy, PartialEq)]
pub enum Rules {
    All,
    Colors,
}

/// The script, or None after saying that the test is skipped. Named and not there is a failure.
pub fn script(test: &str) -> Option<String> {
    if let Some(named) = std::env::var_os("ANNALS_TEST_AXE") {
        return Some(fs::read_to_string(named).unwrap());
    }
    let usual = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../tools/axe.min.js");
    let script = fs::read_to_string(usual).ok();
    if script.is_none() {
        say(&format!(
            "SKIPPED {test}: axe-core is not here; tests/run fetches it"
        ));
    }
    script
}

impl Chromium {
    /// From the next page on.
    pub fn carry(&self, script: &str) {
        let parameters = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &parameters);
    }

    /// What axe objects to on the page as it stands, one line each.
    pub fn objections(&self, rules: Rules) -> Vec<String> {
        let run_only = match rules {
            Rules::All => json!({ "type": "tag", "values": TAGS }),
            Rules::Colors => json!({ "type": "rule", "values": COLORS }),
        };
        let options = json!({ "runOnly": run_only, "resultTypes": ["violations"],
            "preload": false });
        let found = self.run_async(&format!(
            "const done = arguments[0]; axe.run(document, {options}).then((it) => \
             done(it.violations), (it) => done([{{ id: String(it), nodes: [] }}]));"
        ));
        found.as_array().unwrap().iter().flat_map(told).collect()
    }
}

fn told(violation: &Value) -> Vec<String> {
    let rule = violation["id"].as_str().unwrap();
    let nodes = violation["nodes"].as_array().unwrap();
    if nodes.is_empty() {
        return vec![rule.to_owned()];
    }
    let node = |it: &Value| {
        let why = it["failureSummary"].as_str().unwrap_or_default();
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{rule}: {} {}: {why}", it["target"], it["html"])
    };
    nodes.iter().take(3).map(node).collect()
}
