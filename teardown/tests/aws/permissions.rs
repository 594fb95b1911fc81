//! The published IAM policy allows what a run calls, and no more.

use crate::Applied;
use crate::cloud::{Cloud, alb};
use crate::wire::Wire;
use std::collections::BTreeSet;
use teardown::judge::Policy;

const POLICY: &str = include_str!("../../../examples/iam/teardown.json");
/// Calls for which this world has no occasion: a network load balancer, a rule the other way.
const ELSEWHERE: [&str; 2] = [
    "ec2:DescribeVpcEndpointServiceConfigurations",
    "ec2:RevokeSecurityGroupEgress",
];

fn allowed(sid: Option<&str>) -> BTreeSet<String> {
    let policy: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let wanted = statements.filter(|it| sid.is_none_or(|sid| it["Sid"] == sid));
    let actions = wanted.flat_map(|it| it["Action"].as_array().unwrap());
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_scan_and_a_run_call_exactly_what_the_policy_allows() {
    let mut cloud = Cloud::left();
    cloud.modern[0].protected = true;
    let wire = Wire::new(cloud);
    let policy = Policy {
        unprotect: [alb()].into(),
        ..Policy::default()
    };
    let applied = Applied::planned(&wire, &policy).await;
    // Everybody may ask who they are.
    let called = |wire: &Wire| -> BTreeSet<String> {
        let calls = wire.calls().into_iter();
        calls.filter(|call| call != "sts:GetCallerIdentity").collect()
    };
    assert!(
        called(&wire).is_subset(&allowed(Some("Scan"))),
        "a scan only reads"
    );
    applied.done(&wire).await;
    let with_others = called(&wire).into_iter().chain(ELSEWHERE.map(str::to_owned));
    assert_eq!(with_others.collect::<BTreeSet<_>>(), allowed(None));
}
