//! The controllers' own test vectors, and names that only look like theirs.

use super::*;

#[test]
fn the_controllers_own_vectors_are_reproduced() {
    // aws-load-balancer-controller, model_build_load_balancer_test.go and networking/backend_sg_provider_test.go.
    let implicit = of_ingress("", "awesome-ns/ing-1", "internet-facing");
    assert_eq!(implicit, "k8s-awesomen-ing1-43b698093c");
    assert_eq!(
        of_ingress("", "explicit-group", "internal"),
        "k8s-explicitgroup-5bf9e53c23"
    );
    assert_eq!(
        of_backend_group("testCluster"),
        "k8s-traffic-testCluster-411a1bcdb1"
    );
}

#[test]
fn a_uid_name_is_an_a_and_31_digits_of_a_version_4_uuid() {
    assert!(is_uid_name("a0123456789ab4def8123456789abcde"));
    for (name, why) in [
        ("a0123456789ab4def8123456789abcdef", "one digit too many"),
        ("b0123456789ab4def8123456789abcde", "no a"),
        ("a0123456789ab1def8123456789abcde", "version 1"),
        ("a0123456789ab4def7123456789abcde", "no variant"),
        ("a0123456789AB4def8123456789abcde", "capitals"),
        ("my-load-balancer", "a person's name"),
    ] {
        assert!(!is_uid_name(name), "{why}");
    }
}

#[test]
fn a_name_belongs_to_a_stack_only_with_both_readable_parts_and_a_hash() {
    assert!(is_of_stack(
        "k8s-ingressn-ingressn-0123456789",
        "ingress-nginx/ingress-nginx-controller"
    ));
    for name in [
        "k8s-ingressn-ingressn-012345678",
        "k8s-ingressn-ingressn-012345678g",
        "k8s-ingressn-other-0123456789",
        "k8s-ingressn-ingressn-ab-0123456789",
    ] {
        assert!(
            !is_of_stack(name, "ingress-nginx/ingress-nginx-controller"),
            "{name}"
        );
    }
}

#[test]
fn long_group_names_are_cut_where_the_controller_cuts_them() {
    let name = of_ingress("prod", "a-group-with-a-rather-long-name", "internal");
    assert!(name.starts_with("k8s-agroupwitharather-"), "{name}");
    assert!(name.len() <= 32, "{name}");
}
