//! What the data source tells of a judgement.

use super::{Blockers, told};
use std::collections::BTreeMap;
use teardown::evidence::{Evidence, Level};
use teardown::judge::{Judged, Judgement, Keep, Subject, Verdict};

fn judged(subject: Subject, id: &str, verdict: Verdict) -> Judged {
    Judged {
        subject,
        id: id.into(),
        name: id.into(),
        claim: None,
        evidence: Evidence {
            level: Level::E1,
            facts: Vec::new(),
            lacks: None,
        },
        verdict,
    }
}

fn said(objects: Vec<Judged>, gaps: &[&str]) -> Blockers {
    let config = Blockers {
        vpc_id: "vpc-1".to_owned().into(),
        ..Blockers::default()
    };
    let judgement = Judgement {
        objects,
        clusters: BTreeMap::new(),
        ghosts: Vec::new(),
        gaps: gaps.iter().map(|gap| (*gap).to_owned()).collect(),
    };
    told(config, &judgement)
}

fn foreign() -> Verdict {
    Verdict::Kept(Keep::Foreign("no controller's tags are on it".into()))
}

#[test]
fn load_balancers_are_told_and_groups_that_nobody_claims_are_not() {
    let told = said(
        vec![
            judged(Subject::LoadBalancer, "left", Verdict::Orphan),
            judged(Subject::LoadBalancer, "theirs", foreign()),
            judged(Subject::TargetGroup, "targets", Verdict::Orphan),
            judged(Subject::SecurityGroup, "default", foreign()),
        ],
        &[],
    );
    let ids: Vec<String> = told.blockers.each().map(|it| it.id.known_or_default()).collect();
    assert_eq!(ids, ["left", "theirs"]);
    let summary = told.summary.known_or_default();
    assert_eq!(
        summary,
        "What would block the destroy of vpc-1: 1 foreign, 1 orphan."
    );
    assert!(!told.incomplete.known_or_default());
}

#[test]
fn what_could_not_be_read_is_never_nothing() {
    let told = said(Vec::new(), &["load balancers: denied"]);
    assert!(told.incomplete.known_or_default());
    let summary = told.summary.known_or_default();
    assert!(summary.ends_with("not all of it could be read."), "{summary}");
}
