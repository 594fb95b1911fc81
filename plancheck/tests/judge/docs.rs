//! The page about this program says of every rule what the program says of it. Run with `BLESS=1`, or as `cargo xtask
//! docs`, the rules in it are written anew.
//!
//! Writes nothing but what stands between the marks.

use plancheck::policy::Policy;
use plancheck::rules::Rule;
use std::path::Path;

const BEGIN: &str = "<!-- rules: written by cargo xtask docs -->\n";
const END: &str = "<!-- end of rules -->\n";

fn page() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/plancheck.md")
}

/// An overview, then each rule with its reason.
fn rules() -> String {
    let mut out = String::from("\n| rule | level | waived by a label | demands |\n|---|---|---|---|\n");
    for rule in Rule::ALL {
        let doc = rule.doc();
        let label = doc
            .label
            .map_or("if the policy names one".to_owned(), |label| format!("`{label}`"));
        out += &format!(
            "| [`{id}`](#{id}) | {} | {label} | {} |\n",
            doc.level.name(),
            doc.demands,
            id = doc.id
        );
    }
    for rule in Rule::ALL {
        let doc = rule.doc();
        out += &format!(
            "\n### {}\n\n{}\n\n**What to do.** {}\n",
            doc.id, doc.reason, doc.mend
        );
    }
    out + "\n"
}

#[test]
fn the_page_has_every_rule_as_the_program_explains_it() {
    let text = std::fs::read_to_string(page()).unwrap();
    let (before, rest) = text
        .split_once(BEGIN)
        .expect("the page has a place for the rules");
    let (there, after) = rest.split_once(END).expect("the rules on the page have an end");
    let rules = rules();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(page(), format!("{before}{BEGIN}{rules}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(there, rules, "run cargo xtask docs");
}

/// What the page shows of a policy can be copied.
#[test]
fn every_policy_on_the_page_is_one() {
    let text = std::fs::read_to_string(page()).unwrap();
    let blocks: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(!blocks.is_empty(), "the page shows no policy");
    for block in blocks {
        Policy::parse(block, "docs/plancheck.md").unwrap();
    }
}
