//! The verdict as SARIF 2.1.0, for code scanning. A plan has no lines, so findings stand at resources by name; waived
//! ones are suppressed.

use crate::policy::Level;
use crate::rules::Rule;
use crate::verdict::{Judged, Verdict, Weight};
use serde_json::{Value, json};

pub fn write(verdict: &Verdict) -> String {
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "bluegreen-plancheck",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": Rule::ALL.map(rule),
            }},
            "columnKind": "unicodeCodePoints",
            "results": verdict.findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    format!("{value:#}\n")
}

fn rule(rule: Rule) -> Value {
    let doc = rule.doc();
    json!({
        "id": doc.id,
        "shortDescription": { "text": doc.demands },
        "fullDescription": { "text": doc.reason },
        "help": { "text": doc.mend },
        "defaultConfiguration": { "level": level(doc.level) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Off => "none",
    }
}

fn result(judged: &Judged) -> Value {
    let finding = &judged.finding;
    let level = match judged.weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
        Weight::Waived(_) => "note",
    };
    let index = Rule::ALL.iter().position(|rule| *rule == finding.rule);
    let mut result = json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": index,
        "level": level,
        "message": { "text": format!("{}: {}", finding.address, finding.message) },
        // Code scanning shows only what has a place in a file; the policy is the file that it answers to.
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": crate::policy::FILE },
                "region": { "startLine": 1 },
            },
            "logicalLocations": [{ "fullyQualifiedName": finding.address, "kind": "resource" }],
        }],
        // The same finding in the next plan is the same alert.
        "partialFingerprints": { "ruleAndResource/v1": format!("{}@{}", finding.rule.id(), finding.address) },
    });
    if let Weight::Waived(label) = &judged.weight {
        result["suppressions"] = json!([{ "kind": "external", "justification": format!("label {label:?}") }]);
    }
    result
}
