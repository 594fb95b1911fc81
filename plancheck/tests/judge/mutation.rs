//! Whatever matters in a plan that passes: dropped or hidden, the plan does not pass any more.
//!
//! A pass after a mutation would mean that a rule looks past a field, or that a plan which nobody made is judged.

use crate::plans::{json, now, verdict_of};
use plancheck::policy::Policy;
use serde_json::{Value, json};

/// Plans that pass, and move something.
const PASSING: [&str; 7] = [
    "warm",
    "canary",
    "canary-disjoint",
    "promote",
    "rollback-warm",
    "abort",
    "settle",
];

/// What is read of a service, as JSON pointers into one side of its change.
const SERVICE: &[&str] = &[
    "/name",
    "/release",
    "/enable_canary",
    "/activate_canary",
    "/promote_to_all",
    "/canary_weight",
    "/retry_token",
    "/rollback_window",
    "/alb",
    "/alb/listener_arn",
    "/alb/priority",
    "/alb/blue_target_group_arn",
    "/alb/green_target_group_arn",
    "/ecs",
    "/ecs/cluster",
    "/ecs/blue_service",
    "/ecs/green_service",
    "/ecs/desired_count",
    "/rollout",
    "/phase",
    "/live_color",
    "/traffic",
    "/traffic/blue",
    "/traffic/green",
    "/capacity",
    "/capacity/blue",
    "/capacity/green",
    "/cycle",
    "/cycle/stable_color",
    "/cycle/blue/release",
    "/cycle/blue/task_definition",
    "/cycle/green/release",
    "/cycle/green/task_definition",
    "/cycle/failed_release",
    "/rule_arn",
    "/rule_intact",
    "/change",
];
const CANARY: &[&str] = &[
    "/route",
    "/route/service",
    "/route/listener_arn",
    "/route/priority",
    "/route/host_headers",
    "/active",
    "/source_ips",
    "/path_patterns",
    "/headers",
    "/cookies",
    "/query_strings",
    "/priority",
    "/priorities",
    "/change",
];
/// What tells which of the AWS provider's resources is whose.
const AROUND: &[(&str, &[&str])] = &[
    ("aws_lb", &["/arn"]),
    ("aws_lb_listener", &["/arn"]),
    ("aws_lb_target_group", &["/arn"]),
    (
        "aws_ecs_service",
        &["/name", "/cluster", "/desired_count", "/task_definition"],
    ),
    ("aws_ecs_cluster", &["/name"]),
    ("aws_vpc", &["/id"]),
    ("aws_eks_cluster", &["/name", "/vpc_config"]),
];
/// What hides the outcome while it is unknown.
const HIDES: &[&str] = &[
    "/release",
    "/enable_canary",
    "/activate_canary",
    "/promote_to_all",
    "/alb/listener_arn",
    "/alb/blue_target_group_arn",
    "/alb/green_target_group_arn",
    "/ecs/blue_service",
    "/ecs/green_service",
    "/phase",
    "/live_color",
    "/traffic/blue",
    "/traffic/green",
    "/capacity/blue",
    "/cycle/stable_color",
];

#[derive(Debug, PartialEq)]
pub enum Outcome {
    Passed,
    Refused,
    NotJudged,
}

pub fn outcome(plan: &Value) -> Outcome {
    match verdict_of(&plan.to_string(), &Policy::default(), &[], now()) {
        Ok(verdict) if verdict.refused => Outcome::Refused,
        Ok(_) => Outcome::Passed,
        Err(_) => Outcome::NotJudged,
    }
}

pub fn passing(name: &str) -> Value {
    let plan = json(name);
    assert_eq!(outcome(&plan), Outcome::Passed, "{name} does not pass as it is");
    plan
}

/// The places of a plan's changes of one type that change something.
pub fn entries(plan: &Value, kind: &str) -> Vec<usize> {
    let changes = plan["resource_changes"].as_array().unwrap();
    let of_kind = |entry: &Value| entry["type"] == kind && entry["change"]["actions"] != json!(["no-op"]);
    (0..changes.len()).filter(|at| of_kind(&changes[*at])).collect()
}

/// Takes what a pointer names away, and returns whether it was there.
fn drop_at(value: &mut Value, pointer: &str) -> bool {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.and_then(|parent| parent.remove(name)).is_some()
}

/// Marks what a pointer names as unknown.
fn hide_at(unknown: &mut Value, pointer: &str) {
    let mut place = unknown;
    for name in pointer.split('/').skip(1) {
        place = place
            .as_object_mut()
            .unwrap()
            .entry(name.to_owned())
            .or_insert_with(|| json!({}));
    }
    *place = json!(true);
}

#[test]
fn a_field_that_is_dropped_leaves_no_verdict() {
    let mut mutants = 0;
    for name in PASSING {
        let plan = passing(name);
        for (kind, pointers) in [("bluegreen_service", SERVICE), ("bluegreen_canary_rule", CANARY)] {
            for at in entries(&plan, kind) {
                for side in ["before", "after"] {
                    for pointer in pointers {
                        let mut mutant = plan.clone();
                        if !drop_at(&mut mutant["resource_changes"][at]["change"][side], pointer) {
                            continue;
                        }
                        mutants += 1;
                        assert_eq!(
                            outcome(&mutant),
                            Outcome::NotJudged,
                            "{name}: {side}{pointer} of {kind} dropped"
                        );
                    }
                }
            }
        }
    }
    assert!(500 < mutants, "only {mutants} mutants");
}

#[test]
fn what_tells_a_neighbour_may_not_be_missing() {
    let mut mutants = 0;
    for name in ["warm", "promote", "guarded-destroy"] {
        let plan = passing(name);
        let changes = plan["resource_changes"].as_array().unwrap();
        for (at, entry) in changes.iter().enumerate() {
            let known = AROUND.iter().find(|(kind, _)| entry["type"] == *kind);
            for pointer in known.map_or(&[][..], |(_, pointers)| pointers) {
                let mut mutant = plan.clone();
                assert!(drop_at(
                    &mut mutant["resource_changes"][at]["change"]["before"],
                    pointer
                ));
                mutants += 1;
                assert_eq!(
                    outcome(&mutant),
                    Outcome::NotJudged,
                    "{name}: {pointer} of {}",
                    entry["address"]
                );
            }
        }
    }
    assert!(20 < mutants, "only {mutants} mutants");
}

#[test]
fn a_field_that_decides_and_is_unknown_is_refused() {
    let mut mutants = 0;
    for name in PASSING {
        let plan = passing(name);
        for at in entries(&plan, "bluegreen_service") {
            for pointer in HIDES {
                let mut mutant = plan.clone();
                let change = &mut mutant["resource_changes"][at]["change"];
                drop_at(&mut change["after"], pointer);
                hide_at(&mut change["after_unknown"], pointer);
                mutants += 1;
                assert_eq!(outcome(&mutant), Outcome::Refused, "{name}: {pointer} hidden");
            }
        }
        for at in entries(&plan, "bluegreen_canary_rule") {
            for pointer in ["/active", "/source_ips", "/headers"] {
                let mut mutant = plan.clone();
                let change = &mut mutant["resource_changes"][at]["change"];
                drop_at(&mut change["after"], pointer);
                hide_at(&mut change["after_unknown"], pointer);
                mutants += 1;
                assert_eq!(
                    outcome(&mutant),
                    Outcome::Refused,
                    "{name}: canary's {pointer} hidden"
                );
            }
        }
    }
    assert!(80 < mutants, "only {mutants} mutants");
}

#[test]
fn members_of_the_plan_itself_are_all_needed() {
    for name in PASSING {
        let plan = passing(name);
        for member in ["format_version", "resource_changes"] {
            let mut mutant = plan.clone();
            drop_at(&mut mutant, &format!("/{member}"));
            assert_eq!(outcome(&mutant), Outcome::NotJudged, "{name}: {member} dropped");
        }
        let mut mutant = plan.clone();
        mutant["errored"] = json!(true);
        assert_eq!(outcome(&mutant), Outcome::Refused, "{name}: errored");
        for at in entries(&plan, "bluegreen_service") {
            let mut mutant = plan.clone();
            mutant["resource_changes"].as_array_mut().unwrap().remove(at);
            assert_eq!(
                outcome(&mutant),
                Outcome::Refused,
                "{name}: the service is left out"
            );
            for member in ["address", "type", "change"] {
                let mut mutant = plan.clone();
                drop_at(&mut mutant["resource_changes"][at], &format!("/{member}"));
                assert_eq!(outcome(&mutant), Outcome::NotJudged, "{name}: {member} dropped");
            }
            for member in ["actions", "before", "after"] {
                let mut mutant = plan.clone();
                drop_at(
                    &mut mutant["resource_changes"][at]["change"],
                    &format!("/{member}"),
                );
                assert_eq!(outcome(&mutant), Outcome::NotJudged, "{name}: {member} dropped");
            }
            for actions in [
                json!(["no-op"]),
                json!(["create"]),
                json!(["delete"]),
                json!(["tickle"]),
                json!([]),
            ] {
                let mut mutant = plan.clone();
                mutant["resource_changes"][at]["change"]["actions"] = actions.clone();
                assert_eq!(outcome(&mutant), Outcome::NotJudged, "{name}: {actions}");
            }
            let mut mutant = plan.clone();
            mutant["resource_changes"][at]["change"]["actions"] = json!(["delete", "create"]);
            assert_eq!(outcome(&mutant), Outcome::Refused, "{name}: replaced");
        }
    }
}
