//! The catalogue: ids that a policy and a machine can name, and texts that say something.

use super::*;
use std::collections::BTreeSet;

#[test]
fn ids_are_unique_and_found_again() {
    let ids: BTreeSet<&str> = Rule::ALL.into_iter().map(Rule::id).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert_eq!(Rule::parse(rule.id()), Some(rule));
        assert!(
            rule.id().chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{}",
            rule.id()
        );
    }
}

#[test]
fn every_rule_has_a_demand_a_reason_and_a_way_out() {
    for rule in Rule::ALL {
        let doc = rule.doc();
        for text in [doc.demands, doc.reason, doc.mend] {
            assert!(20 < text.len() && text.ends_with('.'), "{}: {text}", doc.id);
        }
    }
}
