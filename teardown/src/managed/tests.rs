//! Both forms of a state say the same, and what is no state is an error, never an empty one.

use super::*;

const FILE: &str = r#"{
  "version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "0f", "outputs": {},
  "resources": [
    {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [{"attributes": {"id": "vpc-1"}}]},
    {"mode": "managed", "type": "aws_eks_cluster", "name": "main", "instances": [{"attributes": {"name": "prod", "id": "prod"}}]},
    {"mode": "data", "type": "aws_lb", "name": "seen", "instances": [{"attributes": {"arn": "arn:seen"}}]},
    {"module": "module.edge", "mode": "managed", "type": "aws_lb", "name": "web",
     "instances": [{"index_key": "a", "attributes": {"arn": "arn:web", "id": "arn:web", "name": "web"}}]}
  ]
}"#;
const SHOWN: &str = r#"{"format_version": "1.0", "values": {"root_module": {
  "resources": [
    {"address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main", "values": {"id": "vpc-1"}},
    {"address": "aws_eks_cluster.main", "mode": "managed", "type": "aws_eks_cluster", "name": "main", "values": {"name": "prod"}},
    {"address": "data.aws_lb.seen", "mode": "data", "type": "aws_lb", "name": "seen", "values": {"arn": "arn:seen"}}],
  "child_modules": [{"resources": [
    {"address": "module.edge.aws_lb.web[\"a\"]", "mode": "managed", "type": "aws_lb", "name": "web", "values": {"arn": "arn:web", "name": "web"}}]}]}}}"#;

#[test]
fn what_terraform_prints_of_anything_but_a_state_is_no_empty_state() {
    let plan = r#"{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"prior_state":{"format_version":"1.0"}}"#;
    assert!(matches!(Managed::default().add(plan), Err(StateError::Plan)));
    for other in [
        r#"{"format_version":"1.0","valid":true,"error_count":0}"#,
        r#"{"format_version":"1.0","provider_schemas":{}}"#,
    ] {
        assert!(
            matches!(Managed::default().add(other), Err(StateError::Form)),
            "{other}"
        );
    }
}

#[test]
fn a_shown_state_has_a_version_that_changes_with_what_it_holds() {
    let shown = |arn: &str| {
        let text = format!(
            r#"{{"format_version":"1.0","values":{{"root_module":{{"resources":[{{"address":"aws_lb.x","mode":"managed","type":"aws_lb","name":"x","values":{{"arn":"{arn}"}}}}]}}}}}}"#
        );
        let mut managed = Managed::default();
        managed.add(&text).unwrap();
        managed.versions().clone()
    };
    assert_eq!(shown("a"), shown("a"));
    assert_ne!(shown("a"), shown("b"));
}

#[test]
fn both_forms_say_the_same() {
    for text in [FILE, SHOWN] {
        let mut managed = Managed::default();
        managed.add(text).unwrap();
        for name in ["arn:web", "web"] {
            assert_eq!(
                managed.address(Class::LoadBalancer, &["another", name]),
                Some("module.edge.aws_lb.web[\"a\"]")
            );
        }
        assert_eq!(managed.address(Class::LoadBalancer, &["arn:seen"]), None);
        assert_eq!(managed.address(Class::TargetGroup, &["web"]), None);
        assert!(managed.has_cluster("prod"));
        assert_eq!(managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    }
}

#[test]
fn lineage_and_serial_of_every_file_are_kept() {
    let mut managed = Managed::default();
    managed.add(FILE).unwrap();
    assert_eq!(managed.versions().get("0f"), Some(&7));
}

#[test]
fn no_state_yet_holds_nothing() {
    let mut managed = Managed::default();
    managed.add("\n").unwrap();
    managed.add(r#"{"format_version": "1.0"}"#).unwrap();
    assert_eq!(managed, Managed::default());
}

#[test]
fn what_is_no_state_is_an_error() {
    for text in [
        "{}",
        "[]",
        "null",
        &FILE[..FILE.len() / 2],
        r#"{"version": 3, "serial": 1, "lineage": "x", "modules": []}"#,
        r#"{"version": 4, "serial": 1, "lineage": "x"}"#,
        r#"{"format_version": "1.0", "values": {}}"#,
        r#"{"format_version": "1.0", "values": {"root_module": {"resources": [{"type": "aws_lb"}]}}}"#,
    ] {
        assert!(Managed::default().add(text).is_err(), "{text}");
    }
}

#[test]
fn a_state_says_where_its_network_and_its_clusters_are() {
    let mut managed = Managed::default();
    let cluster = r#"{"version": 4, "lineage": "a", "serial": 1, "resources": [
      {"mode": "managed", "type": "aws_eks_cluster", "name": "main", "instances": [{"attributes":
        {"name": "prod", "arn": "arn:aws:eks:eu-central-1:123456789012:cluster/prod", "vpc_config": [{"vpc_id": "vpc-2"}]}}]}]}"#;
    assert_eq!(managed.add(cluster).unwrap(), Form::File);
    let place = Place {
        account: "123456789012".into(),
        region: "eu-central-1".into(),
    };
    assert_eq!(managed.places().collect::<Vec<_>>(), [&place]);
    // Only the cluster is in this state: its network is somebody else's, but it is the one in question.
    assert_eq!(managed.vpcs().collect::<Vec<_>>(), ["vpc-2"]);
    assert_eq!(managed.add(SHOWN).unwrap(), Form::Shown);
    assert_eq!(managed.vpcs().collect::<Vec<_>>(), ["vpc-1"]);
    assert_eq!(managed.count(), 1);
    assert_eq!(managed.add(" \n").unwrap(), Form::Empty);
}

#[test]
fn an_older_version_says_which_clusters_there_were_and_what_else_to_spare() {
    let now = r#"{"version": 4, "lineage": "0f", "serial": 9, "resources": []}"#;
    let mut managed = Managed::default();
    managed.add(now).unwrap();
    let taken = Former::Taken {
        clusters: 1,
        objects: 1,
    };
    assert_eq!(managed.recall(FILE).unwrap(), taken);
    assert!(managed.has_cluster("prod") && managed.has_lost_cluster("prod"));
    assert_eq!(managed.clusters().collect::<Vec<_>>(), ["prod"]);
    let address = managed.address(Class::LoadBalancer, &["arn:web"]).unwrap();
    assert!(address.ends_with("before Terraform's last run"), "{address}");
    assert_eq!(managed.vpcs().count(), 0, "where to look is not taken from it");
    assert_eq!(
        managed.versions().get("0f"),
        Some(&9),
        "a plan is bound to the state itself"
    );
}

#[test]
fn what_the_state_still_has_is_said_of_the_state() {
    let mut managed = Managed::default();
    managed.add(FILE).unwrap();
    let before = managed.clone();
    let nothing = Former::Taken {
        clusters: 0,
        objects: 0,
    };
    assert_eq!(managed.recall(FILE).unwrap(), nothing);
    assert_eq!(managed, before);
    assert!(!managed.has_lost_cluster("prod"));
}

#[test]
fn another_state_a_newer_one_or_none_is_not_taken_for_an_older_version() {
    let mut managed = Managed::default();
    managed.add(FILE).unwrap();
    let before = managed.clone();
    let mine = FILE.replace("prod", "other");
    for text in [
        mine.replace("\"0f\"", "\"1f\""),
        mine.replace("\"serial\": 7", "\"serial\": 8"),
    ] {
        assert_eq!(managed.recall(&text).unwrap(), Former::Unrelated);
    }
    for text in ["", "{}", SHOWN, &mine[..80]] {
        assert!(managed.recall(text).is_err(), "{text}");
    }
    assert_eq!(managed, before);
}
