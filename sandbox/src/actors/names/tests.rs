//! The test vectors of the controllers' own sources.
//!
//! Each is copied from there, none was computed here.

use super::*;

#[test]
fn ingress_hashes_are_those_of_the_load_balancer_controllers_own_tests() {
    assert!(sha256(&["", "awesome-ns/ing-1", "internet-facing"]).starts_with("43b698093c"));
    assert!(sha256(&["", "explicit-group", "internal"]).starts_with("5bf9e53c23"));
    let hash = sha256(&["", "explicit-group", "internal"]);
    assert_eq!(in_two("explicit-group", &hash), "k8s-explicitgroup-5bf9e53c23");
    let hash = sha256(&["", "awesome-ns/ing-1", "internet-facing"]);
    assert_eq!(
        in_three("awesome-ns", "ing-1", &hash),
        "k8s-awesomen-ing1-43b698093c"
    );
}

#[test]
fn the_backend_group_is_named_after_the_cluster_and_its_hash() {
    assert_eq!(backend_group("testCluster"), "k8s-traffic-testCluster-411a1bcdb1");
}

#[test]
fn a_cloud_controllers_name_has_32_characters_and_shows_a_version_4_uid() {
    let uid = uid("main", "shop", "web", 1);
    let name = of_cloud_controller(&uid);
    assert_eq!(name.len(), 32);
    assert_eq!(&name[..1], "a");
    assert_eq!(name.as_bytes()[13], b'4');
    assert!("89ab".contains(char::from(name.as_bytes()[17])), "{name}");
    assert_eq!(classic_group(&name), format!("k8s-elb-{name}"));
}
