//! What Terraform does to a resource, in its words and in ours.

use super::*;

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
