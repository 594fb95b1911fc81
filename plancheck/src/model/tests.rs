//! What Terraform does to a resource, in its words and in ours.

use super::*;
use crate::document::{Change, Prior};
use serde_json::json;

fn actions(names: &[&str]) -> Result<Action, Shape> {
    Action::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

#[test]
fn both_orders_of_a_replacement_are_one() {
    assert_eq!(actions(&["delete", "create"]), Ok(Action::Replace));
    assert_eq!(actions(&["create", "delete"]), Ok(Action::Replace));
}

#[test]
fn an_action_that_nobody_knows_is_not_harmless() {
    for names in [&["defer"][..], &[], &["update", "delete"], &["no-op", "delete"]] {
        assert!(actions(names).is_err(), "{names:?}");
    }
}

fn alone(prior: &str) -> Document {
    Document {
        prior: vec![Prior {
            address: prior.to_owned(),
            kind: "bluegreen_vpc_guard".to_owned(),
            ..Prior::default()
        }],
        ..Document::default()
    }
}

#[test]
fn what_has_moved_is_not_left_out() {
    let mut document = alone("bluegreen_vpc_guard.old");
    assert_eq!(Plan::of(&document).unwrap().omitted, ["bluegreen_vpc_guard.old"]);
    let values = json!({"vpc_id": "vpc-1", "cluster_names": []});
    document.changes.push(Entry {
        address: "bluegreen_vpc_guard.new".to_owned(),
        previous: Some("bluegreen_vpc_guard.old".to_owned()),
        kind: "bluegreen_vpc_guard".to_owned(),
        change: Change {
            actions: vec!["no-op".to_owned()],
            before: values.clone(),
            after: values,
            ..Change::default()
        },
        ..Entry::default()
    });
    assert_eq!(Plan::of(&document).unwrap().omitted, [""; 0]);
}
