//! Whatever matters in a plan that passes, changed to something else: the plan does not pass any more. And what is idle
//! may change.

use crate::mutation::{Outcome, entries, outcome, passing};
use crate::plans::{found, now, verdict_of};
use plancheck::policy::Policy;
use plancheck::rules::Rule;
use serde_json::{Value, json};

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
