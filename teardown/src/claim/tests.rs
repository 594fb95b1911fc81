//! Every controller's whole set of tags is one claim; less, more or a mixture is not.

use super::*;

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn one(pairs: &[(&str, &str)]) -> Claim {
    match Claims::read(&tags(pairs)) {
        Claims::One(claim) => claim,
        other => panic!("{pairs:?} is {other:?}"),
    }
}

const SERVICE: [(&str, &str); 2] = [
    ("kubernetes.io/cluster/prod", "owned"),
    ("kubernetes.io/service-name", "ingress-nginx/controller"),
];
const INGRESS: [(&str, &str); 3] = [
    ("elbv2.k8s.aws/cluster", "prod"),
    ("ingress.k8s.aws/stack", "shop/web"),
    ("ingress.k8s.aws/resource", "LoadBalancer"),
];

#[test]
fn each_controllers_set_is_its_claim() {
    let claim = one(&SERVICE);
    assert_eq!(
        (claim.writer, claim.source, claim.owned),
        (Writer::CloudController, Source::Service, true)
    );
    assert_eq!(
        (claim.cluster.as_str(), claim.stack.as_str()),
        ("prod", "ingress-nginx/controller")
    );
    assert_eq!(one(&INGRESS).writer, Writer::LoadBalancerController);
    let auto = one(&[
        ("eks:eks-cluster-name", "prod"),
        ("service.eks.amazonaws.com/stack", "shop/web"),
        ("service.eks.amazonaws.com/resource", "LoadBalancer"),
    ]);
    assert_eq!((auto.writer, auto.source), (Writer::AutoMode, Source::Service));
    let old = one(&[
        ("ingress.k8s.aws/cluster", "prod"),
        ("ingress.k8s.aws/stack", "shop/web"),
        ("ingress.k8s.aws/resource", "LoadBalancer"),
    ]);
    assert_eq!(old.writer, Writer::IngressController);
    let backend = one(&[
        ("elbv2.k8s.aws/cluster", "prod"),
        ("elbv2.k8s.aws/resource", "backend-sg"),
    ]);
    assert_eq!(backend.source, Source::Cluster);
}

#[test]
fn a_users_default_tags_ride_along() {
    let mut with = INGRESS.to_vec();
    with.extend([
        ("team", "shop"),
        ("Name", "web"),
        ("kubernetes.io/cluster/prod", "owned"),
    ]);
    assert_eq!(one(&with), one(&INGRESS));
}

#[test]
fn shared_is_read_as_not_owned() {
    let shared = one(&[
        ("kubernetes.io/cluster/prod", "shared"),
        ("kubernetes.io/service-name", "a/b"),
    ]);
    assert!(!shared.owned);
}

#[test]
fn every_tag_that_is_missing_makes_a_set_partial() {
    for set in [&SERVICE[..], &INGRESS[..]] {
        for left_out in 0..set.len() {
            let mut rest = set.to_vec();
            rest.remove(left_out);
            let claims = Claims::read(&tags(&rest));
            assert!(matches!(claims, Claims::Partial(_)), "{rest:?}: {claims:?}");
        }
    }
    assert_eq!(Claims::read(&tags(&[("team", "shop")])), Claims::None);
}

#[test]
fn two_clusters_or_two_controllers_are_a_conflict() {
    let with = |set: &[(&str, &str)], more: &[(&str, &str)]| {
        let all: Vec<_> = set.iter().chain(more).copied().collect();
        Claims::read(&tags(&all))
    };
    for claims in [
        with(&SERVICE, &[("kubernetes.io/cluster/other", "owned")]),
        with(&SERVICE, &[("KubernetesCluster", "other")]),
        with(&INGRESS, &[("kubernetes.io/cluster/other", "owned")]),
        with(&INGRESS, &SERVICE),
        with(&INGRESS, &[("service.k8s.aws/stack", "shop/web")]),
        with(
            &INGRESS,
            &[
                ("service.k8s.aws/stack", "shop/web"),
                ("service.k8s.aws/resource", "LoadBalancer"),
            ],
        ),
    ] {
        assert!(matches!(claims, Claims::Conflicting(_)), "{claims:?}");
    }
}

#[test]
fn values_no_controller_writes_are_not_a_claim() {
    for (key, value) in [
        ("kubernetes.io/cluster/prod", "yes"),
        ("kubernetes.io/service-name", "no-namespace"),
        ("kubernetes.io/service-name", "a/b/c"),
    ] {
        let mut set = tags(&SERVICE);
        set.insert(key.to_owned(), value.to_owned());
        assert!(
            matches!(Claims::read(&set), Claims::Partial(_)),
            "{key} = {value}"
        );
    }
}
