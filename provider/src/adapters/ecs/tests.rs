//! What ECS's answer says of the deployment that our own call started.

use super::*;

fn one(id: &str, status: &str, at: i64, state: DeploymentRolloutState) -> aws_sdk_ecs::types::Deployment {
    aws_sdk_ecs::types::Deployment::builder()
        .id(id)
        .status(status)
        .created_at(DateTime::from_secs(at))
        .rollout_state(state)
        .running_count(2)
        .build()
}

/// What our deployment of the second 100 is held for, with two tasks wanted.
fn held(deployments: Vec<aws_sdk_ecs::types::Deployment>) -> Deployment {
    let service = Service::builder().set_deployments(Some(deployments)).build();
    let ours = Started {
        id: "ours".into(),
        at: Some(DateTime::from_secs(100)),
    };
    deployment(&service, Some(&ours), 2)
}

#[test]
fn an_answer_from_before_our_call_condemns_nothing() {
    let stale = one("old", "PRIMARY", 50, DeploymentRolloutState::Completed);
    let waits = Deployment::Rolling {
        running: 0,
        wanted: 2,
    };
    assert_eq!(held(vec![stale]), waits);
}

#[test]
fn a_later_deployment_in_place_of_ours_is_a_failure() {
    let later = one("other", "PRIMARY", 101, DeploymentRolloutState::InProgress);
    assert!(matches!(held(vec![later]), Deployment::Failed(_)));
}

#[test]
fn ours_that_failed_is_a_failure_whichever_is_in_its_place() {
    let old = one("old", "PRIMARY", 50, DeploymentRolloutState::Completed);
    let ours = one("ours", "INACTIVE", 100, DeploymentRolloutState::Failed);
    assert!(matches!(held(vec![old, ours]), Deployment::Failed(_)));
}

#[test]
fn ours_that_completed_is_settled() {
    let ours = one("ours", "PRIMARY", 100, DeploymentRolloutState::Completed);
    assert_eq!(held(vec![ours]), Deployment::Settled);
}
