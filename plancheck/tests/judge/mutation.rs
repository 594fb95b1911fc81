//! Whatever matters in a plan that passes: dropped, hidden or changed, the plan does not pass any more.
//!
//! A pass after a mutation would mean that a rule looks past a field, or that a plan which nobody made is judged.

use crate::plans::{found, json, now, verdict_of};
use plancheck::policy::Policy;
use plancheck::rules::Rule;
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
enum Outcome {
    Passed,
    Refused,
    NotJudged,
}

fn outcome(plan: &Value) -> Outcome {
    match verdict_of(&plan.to_string(), &Policy::default(), &[], now()) {
        Ok(verdict) if verdict.refused => Outcome::Refused,
        Ok(_) => Outcome::Passed,
        Err(_) => Outcome::NotJudged,
    }
}

fn passing(name: &str) -> Value {
    let plan = json(name);
    assert_eq!(outcome(&plan), Outcome::Passed, "{name} does not pass as it is");
    plan
}

/// The places of a plan's changes of one type that change something.
fn entries(plan: &Value, kind: &str) -> Vec<usize> {
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

#[test]
fn a_promotion_that_differs_in_anything_that_allows_it_does_not_pass() {
    let plan = passing("promote");
    let at = entries(&plan, "bluegreen_service")[0];
    let flips = [
        ("before", "/phase", json!("stable")),
        ("before", "/phase", json!("warm")),
        ("before", "/phase", json!("promoted")),
        ("before", "/phase", json!(null)),
        ("before", "/release", json!("v0")),
        ("before", "/cycle/stable_color", json!("green")),
        ("before", "/cycle/green/release", json!("v0")),
        ("before", "/cycle/green/task_definition", json!("web:99")),
        ("before", "/cycle/failed_release", json!("v2")),
        ("before", "/alb/priority", json!(99)),
        (
            "before",
            "/alb/listener_arn",
            json!("arn:x:listener/app/other/1/2"),
        ),
        ("before", "/alb/blue_target_group_arn", json!("arn:x")),
        ("before", "/alb/green_target_group_arn", json!("arn:x")),
        ("before", "/ecs/green_service", json!("other")),
        ("after", "/phase", json!("canary")),
        ("after", "/phase", json!("stable")),
        ("after", "/phase", json!("done")),
        ("after", "/release", json!("v0")),
        ("after", "/enable_canary", json!(false)),
        ("after", "/activate_canary", json!(true)),
        ("after", "/promote_to_all", json!(false)),
        ("after", "/live_color", json!("blue")),
        ("after", "/live_color", json!("red")),
        ("after", "/traffic/green", json!(50)),
        ("after", "/traffic", json!({"blue": 100, "green": 0})),
        ("after", "/traffic", json!({"blue": 50, "green": 50})),
        ("after", "/capacity/green", json!(0)),
        ("after", "/capacity/green", json!(1)),
        ("after", "/capacity/green", json!(-1)),
        ("after", "/cycle/stable_color", json!("green")),
        ("after", "/cycle/green/release", json!("v0")),
        ("after", "/cycle/green/task_definition", json!("web:99")),
        ("after", "/change", json!("refused: because")),
        ("after", "/alb/green_target_group_arn", json!("arn:x")),
        ("after", "/alb/priority", json!(null)),
        ("after", "/ecs/blue_service", json!("other")),
    ];
    for (side, pointer, value) in flips {
        let mut mutant = plan.clone();
        let place = mutant["resource_changes"][at]["change"][side].pointer_mut(pointer);
        let place = place.unwrap_or_else(|| panic!("{side}{pointer} is not there"));
        assert_ne!(*place, value, "{side}{pointer} is {value} anyway");
        *place = value.clone();
        assert_ne!(outcome(&mutant), Outcome::Passed, "{side}{pointer} = {value}");
    }
}

#[test]
fn a_step_or_a_way_back_that_differs_in_what_makes_it_one_does_not_pass() {
    let flips = [
        ("warm", "after", "/activate_canary", json!(true)),
        ("warm", "after", "/promote_to_all", json!(true)),
        ("warm", "after", "/phase", json!("promoted")),
        ("warm", "after", "/traffic", json!({"blue": 0, "green": 100})),
        ("warm", "after", "/capacity/green", json!(0)),
        ("warm", "after", "/capacity/blue", json!(0)),
        ("warm", "after", "/live_color", json!("green")),
        ("warm", "after", "/alb/blue_target_group_arn", json!("arn:x")),
        ("canary", "before", "/phase", json!("stable")),
        ("canary", "before", "/release", json!("v0")),
        ("canary", "before", "/cycle/green/release", json!("v0")),
        (
            "canary",
            "before",
            "/cycle/green/task_definition",
            json!("web:99"),
        ),
        ("canary", "before", "/cycle/stable_color", json!("green")),
        ("canary", "after", "/cycle/green/task_definition", json!("web:99")),
        ("canary", "after", "/activate_canary", json!(false)),
        ("canary", "after", "/traffic/blue", json!(99)),
        ("canary", "after", "/capacity/green", json!(1)),
        ("rollback-warm", "before", "/capacity/blue", json!(0)),
        ("rollback-warm", "before", "/capacity/blue", json!(1)),
        ("rollback-warm", "before", "/capacity/blue", json!(null)),
        ("rollback-warm", "after", "/phase", json!("promoted")),
        (
            "rollback-warm",
            "after",
            "/traffic",
            json!({"blue": 0, "green": 100}),
        ),
        ("rollback-warm", "after", "/capacity/blue", json!(0)),
        ("abort", "after", "/live_color", json!("green")),
        ("abort", "after", "/enable_canary", json!(true)),
        ("settle", "after", "/capacity/green", json!(0)),
        ("settle", "after", "/traffic/green", json!(99)),
    ];
    for (name, side, pointer, value) in flips {
        let mut mutant = passing(name);
        let at = entries(&mutant, "bluegreen_service")[0];
        let place = mutant["resource_changes"][at]["change"][side].pointer_mut(pointer);
        let place = place.unwrap_or_else(|| panic!("{name}: {side}{pointer} is not there"));
        assert_ne!(*place, value, "{name}: {side}{pointer} is {value} anyway");
        *place = value.clone();
        assert_ne!(
            outcome(&mutant),
            Outcome::Passed,
            "{name}: {side}{pointer} = {value}"
        );
    }
}

#[test]
fn an_open_canary_that_differs_in_whom_it_lets_in_does_not_pass() {
    let everybody = json!({"x-canary": ["*"]});
    let flips = [
        ("/source_ips", json!(["0.0.0.0/0"])),
        ("/source_ips", json!(["0.0.0.0/1", "128.0.0.0/1"])),
        ("/source_ips", json!(["::/0"])),
        ("/source_ips", json!(["198.51.100.7/32"])),
        ("/source_ips", json!("192.0.2.0/24")),
        ("/priorities", json!([98])),
        ("/priorities", json!([100])),
        ("/priorities", json!([101])),
    ];
    let plan = passing("canary-disjoint");
    let changes = plan["resource_changes"].as_array().unwrap();
    let at = changes
        .iter()
        .position(|entry| entry["address"] == "bluegreen_canary_rule.office")
        .unwrap();
    for (pointer, value) in flips {
        let mut mutant = plan.clone();
        *mutant["resource_changes"][at]["change"]["after"]
            .pointer_mut(pointer)
            .unwrap() = value.clone();
        assert_ne!(outcome(&mutant), Outcome::Passed, "{pointer} = {value}");
    }
    let mut mutant = plan.clone();
    let after = &mut mutant["resource_changes"][at]["change"]["after"];
    after["source_ips"] = Value::Null;
    after["headers"] = everybody;
    assert_eq!(outcome(&mutant), Outcome::Refused, "a header of *");
}

#[test]
fn nothing_around_a_promotion_may_change_or_go() {
    let plan = passing("promote");
    let changes = plan["resource_changes"].as_array().unwrap();
    let around: Vec<usize> = (0..changes.len())
        .filter(|at| {
            let kind = changes[*at]["type"].as_str().unwrap();
            kind.starts_with("aws_") && kind != "aws_ecs_task_definition"
        })
        .collect();
    assert!(5 < around.len());
    for at in around {
        for actions in [
            json!(["update"]),
            json!(["delete", "create"]),
            json!(["create", "delete"]),
            json!(["forget"]),
        ] {
            let mut mutant = plan.clone();
            mutant["resource_changes"][at]["change"]["actions"] = actions.clone();
            let address = &plan["resource_changes"][at]["address"];
            assert_eq!(outcome(&mutant), Outcome::Refused, "{address}: {actions}");
        }
    }
}

#[test]
fn nothing_that_serves_may_go_in_a_plan_that_only_warms_up() {
    let plan = passing("warm");
    let serving = [
        "aws_lb.web",
        "aws_lb_listener.http",
        "aws_lb_target_group.color[\"blue\"]",
        "aws_ecs_service.color[\"blue\"]",
        "aws_ecs_cluster.main",
    ];
    for address in serving {
        let mut mutant = plan.clone();
        let changes = mutant["resource_changes"].as_array_mut().unwrap();
        let entry = changes
            .iter_mut()
            .find(|entry| entry["address"] == address)
            .unwrap();
        entry["change"]["actions"] = json!(["delete"]);
        entry["change"]["after"] = Value::Null;
        assert_eq!(outcome(&mutant), Outcome::Refused, "{address} destroyed");
    }
    // What is idle may go, as far as traffic is concerned.
    let mut mutant = plan.clone();
    let changes = mutant["resource_changes"].as_array_mut().unwrap();
    let idle = changes
        .iter_mut()
        .find(|entry| entry["address"] == "aws_lb_target_group.color[\"green\"]")
        .unwrap();
    idle["change"]["actions"] = json!(["delete"]);
    idle["change"]["after"] = Value::Null;
    assert_eq!(outcome(&mutant), Outcome::Passed);
}

/// The AWS provider may know the rule as well, or the older names of its resources may be used.
#[test]
fn what_serves_is_known_under_every_name_that_it_has() {
    let plan = passing("warm");
    let service = &plan["resource_changes"][entries(&plan, "bluegreen_service")[0]]["change"]["before"];
    let (rule, alb) = (&service["rule_arn"], &service["alb"]);
    for (kind, arn) in [
        ("aws_lb_listener_rule", rule),
        ("aws_alb_listener_rule", rule),
        ("aws_alb_listener", &alb["listener_arn"]),
        ("aws_alb_target_group", &alb["blue_target_group_arn"]),
    ] {
        for (arn, outcome_then) in [
            (arn.clone(), Outcome::Refused),
            (json!("arn:other"), Outcome::Passed),
        ] {
            let mut mutant = plan.clone();
            mutant["resource_changes"].as_array_mut().unwrap().push(json!({
                "address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x",
                "change": {"actions": ["delete"], "before": {"arn": arn}, "after": null},
            }));
            assert_eq!(outcome(&mutant), outcome_then, "{kind} {arn}");
        }
    }
}

#[test]
fn who_is_shown_to_a_canary_serves_and_so_does_who_is_about_to() {
    for name in ["abort", "canary", "promote"] {
        let plan = passing(name);
        let changes = plan["resource_changes"].as_array().unwrap();
        for address in [
            "aws_lb_target_group.color[\"green\"]",
            "aws_ecs_service.color[\"green\"]",
        ] {
            let at = changes
                .iter()
                .position(|entry| entry["address"] == address)
                .unwrap();
            let mut mutant = plan.clone();
            mutant["resource_changes"][at]["change"]["actions"] = json!(["delete"]);
            mutant["resource_changes"][at]["change"]["after"] = Value::Null;
            let verdict = verdict_of(&mutant.to_string(), &Policy::default(), &[], now()).unwrap();
            assert!(
                found(&verdict).contains(&Rule::LiveParts),
                "{name}: {address} destroyed"
            );
        }
    }
}

#[test]
fn a_guard_that_does_not_stand_before_what_goes_is_none() {
    let plan = passing("guarded-destroy");
    let at = entries(&plan, "bluegreen_vpc_guard")[0];
    for (pointer, value) in [
        ("/vpc_id", json!("vpc-other")),
        ("/cluster_names", json!(["other"])),
    ] {
        let mut mutant = plan.clone();
        *mutant["resource_changes"][at]["change"]["before"]
            .pointer_mut(pointer)
            .unwrap() = value;
        assert_eq!(outcome(&mutant), Outcome::Refused, "{pointer}");
    }
    let mut mutant = plan.clone();
    mutant["resource_changes"][at]["change"]["actions"] = json!(["forget"]);
    assert_eq!(outcome(&mutant), Outcome::Refused, "forgotten");
    let mut mutant = plan.clone();
    mutant["resource_changes"].as_array_mut().unwrap().remove(at);
    assert_eq!(outcome(&mutant), Outcome::Refused, "left out");
}
