//! The verdict as JUnit's XML: one test per rule, so that whatever shows tests shows which rules were asked.
//!
//! Warnings pass, with their text in the test's output; what a label waives is skipped.

use crate::rules::Rule;
use crate::verdict::{Judged, Verdict, Weight};

pub fn write(verdict: &Verdict) -> String {
    let of = |rule: Rule| {
        verdict
            .findings
            .iter()
            .filter(move |judged| judged.finding.rule == rule)
    };
    let weighs = |rule: Rule, wanted: fn(&Weight) -> bool| of(rule).any(|judged| wanted(&judged.weight));
    let failed = |rule: Rule| weighs(rule, |weight| *weight == Weight::Error);
    let waived = |rule: Rule| weighs(rule, |weight| matches!(weight, Weight::Waived(_)));
    let failures = Rule::ALL.into_iter().filter(|rule| failed(*rule)).count();
    let skipped = Rule::ALL.into_iter().filter(|rule| waived(*rule)).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\"",
        Rule::ALL.len()
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"bluegreen-plancheck\" {counts}>\n"
    );
    for rule in Rule::ALL {
        let findings: Vec<&Judged> = of(rule).collect();
        out += &format!(
            "    <testcase classname=\"bluegreen-plancheck\" name=\"{}\"",
            rule.id()
        );
        let Some(first) = findings.first() else {
            out += "/>\n";
            continue;
        };
        let lines: Vec<String> = findings
            .iter()
            .map(|judged| format!("{}: {}", judged.finding.address, judged.finding.message))
            .collect();
        let text = escaped(&lines.join("\n"));
        out += ">\n";
        out += &match &first.weight {
            Weight::Error => format!(
                "      <failure message=\"{}\">{text}</failure>\n",
                escaped(rule.doc().demands)
            ),
            Weight::Waived(label) => {
                let why = format!("waived by label {label}: {}", lines.join("; "));
                format!("      <skipped message=\"{}\"/>\n", escaped(&why))
            }
            Weight::Warning => format!("      <system-out>{text}</system-out>\n"),
        };
        out += "    </testcase>\n";
    }
    out + "  </testsuite>\n</testsuites>\n"
}

/// Text or an attribute's value. Characters that XML can't hold at all are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || ['\u{fffe}', '\u{ffff}'].contains(&c) => {}
            c => out.push(c),
        }
    }
    out
}
