//! What comes from a plan is text in every form, never markup.

use super::*;
use crate::rules::{Finding, Rule};
use crate::verdict::{Judged, Weight};

fn verdict() -> Verdict {
    let finding = Finding {
        rule: Rule::Drift,
        address: "module.a[\"x|`y`\"].bluegreen_service.web".to_owned(),
        message: "<b>|[x](y)\n@team & \"z\" `q` \u{1}".to_owned(),
    };
    Verdict {
        terraform_version: None,
        format_version: "1.2".to_owned(),
        refused: true,
        findings: vec![Judged {
            finding,
            weight: Weight::Error,
        }],
        services: Vec::new(),
        changing: 0,
    }
}

#[test]
fn markdown_stays_in_its_cell() {
    let out = Format::Markdown.write(&verdict());
    let row = out.lines().find(|line| line.contains("drift")).unwrap();
    let bars = row.replace("\\|", "").matches('|').count();
    assert_eq!(bars, 5, "{row}");
    assert!(row.contains("&lt;b&gt;\\|\\[x\\](y) &#64;team &amp;"), "{row}");
    assert!(row.contains("`` module.a"), "{row}");
}

#[test]
fn xml_holds_only_what_xml_can() {
    let out = Format::Junit.write(&verdict());
    assert!(
        out.contains("&lt;b&gt;|[x](y)&#10;@team &amp; &quot;z&quot;"),
        "{out}"
    );
    assert!(!out.contains('\u{1}'));
}

#[test]
fn the_headline_counts() {
    assert_eq!(headline(&verdict()), "refused: 1 error");
}
