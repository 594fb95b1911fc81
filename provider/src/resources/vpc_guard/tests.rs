//! When the guard refuses its place in the graph, and what it makes of what is left.

use super::course::{leftovers, too_early};
use super::model::Guard;
use super::{late_names, objection};
use std::collections::BTreeMap;
use teardown::evidence::{Evidence, Level};
use teardown::judge::{Judged, Judgement, Keep, Subject, Verdict};
use tfplugin::{Attr, Diagnostics, Set};

fn guard(names: Set<String>) -> Guard {
    Guard {
        vpc_id: "vpc-1".to_owned().into(),
        subnet_ids: ["subnet-1".to_owned()].into_iter().collect(),
        cluster_names: names,
        ..Guard::default()
    }
}

fn literal() -> Guard {
    guard(["demo".to_owned()].into_iter().collect())
}

fn left(subject: Subject, verdict: Verdict) -> Judgement {
    Judgement {
        objects: vec![Judged {
            subject,
            id: "the-id".into(),
            name: "the-name".into(),
            claim: None,
            evidence: Evidence {
                level: Level::E2,
                facts: Vec::new(),
                lacks: None,
            },
            verdict,
        }],
        clusters: BTreeMap::new(),
        ghosts: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Errors and warnings.
fn said(judgement: &Judgement) -> (bool, Vec<String>) {
    let mut diags = Diagnostics::new();
    leftovers(judgement, &mut diags);
    let lines = diags.iter().map(|it| format!("{}: {}", it.summary, it.detail));
    (diags.has_errors(), lines.collect())
}

#[test]
fn a_name_that_only_an_apply_tells_is_seen() {
    assert!(!late_names(&literal()));
    assert!(late_names(&guard(Attr::Unknown)));
    let among: Set<String> = [Attr::from("demo".to_owned()), Attr::Unknown]
        .into_iter()
        .collect();
    assert!(late_names(&guard(among)));
}

#[test]
fn a_new_guard_behind_its_cluster_is_refused_and_one_that_stands_is_not() {
    let late = guard(Attr::Unknown);
    assert!(objection(None, &late).has_errors());
    assert!(objection(None, &literal()).is_empty());
    assert!(objection(Some(&literal()), &late).is_empty());
}

#[test]
fn what_may_block_the_network_and_could_not_go_is_an_error() {
    for verdict in [
        Verdict::Orphan,
        Verdict::Blocked(Vec::new()),
        Verdict::Unknown("its tags could not be read".into()),
    ] {
        for subject in [
            Subject::LoadBalancer,
            Subject::SecurityGroup,
            Subject::SharedSecurityGroup,
        ] {
            let (error, lines) = said(&left(subject, verdict.clone()));
            assert!(error, "{verdict:?}");
            assert!(lines[0].contains("the-id"), "{lines:?}");
        }
    }
    let gap = Judgement {
        objects: Vec::new(),
        gaps: vec!["load balancers could be listed: denied".into()],
        ..left(Subject::TargetGroup, Verdict::Orphan)
    };
    assert!(said(&gap).0);
}

#[test]
fn a_target_group_that_stays_is_only_told() {
    let (error, lines) = said(&left(Subject::TargetGroup, Verdict::Blocked(Vec::new())));
    assert!(!error);
    assert_eq!(lines.len(), 1);
}

#[test]
fn somebodys_load_balancer_is_a_warning() {
    let (error, lines) = said(&left(
        Subject::LoadBalancer,
        Verdict::Kept(Keep::Foreign("no controller's tags are on it".into())),
    ));
    assert!(!error);
    assert!(lines[0].contains("no controller's tags"), "{lines:?}");
    let group = left(
        Subject::SecurityGroup,
        Verdict::Kept(Keep::Foreign("the VPC's own".into())),
    );
    assert_eq!(said(&group), (false, Vec::new()));
}

#[test]
fn a_guard_deleted_too_early_says_how_to_turn_the_edge() {
    let mut diags = Diagnostics::new();
    too_early(&["Cluster demo is alive: EKS says ACTIVE".into()], &mut diags);
    let text: Vec<&str> = diags.iter().map(|it| it.detail.as_str()).collect();
    assert!(
        text[0].contains("demo is alive") && text[0].contains("subnet_ids"),
        "{text:?}"
    );
}
