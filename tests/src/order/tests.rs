//! Every rule of the checker, shown to pass on a safe log and to fail on an unsafe one.

mod log;

use super::{Judge, Rule};
use log::{CANARY, LISTENER, Log, MAIN, STRANGER, forward, group, host, only, service};
use serde_json::json;

const CLEAN: [Rule; 0] = [];

fn judge() -> Judge {
    Judge::new([service()])
}

/// Blue serves; green is deployed, scaled, proven, gets everything; blue drains and shrinks.
fn release() -> Log {
    Log::seeded(2, 0)
        .create(MAIN, "service", 100, host("shop.test"), forward(100, 0))
        .update("green", 0, 2)
        .update("green", 2, 2)
        .healthy("green", 2)
        .create(CANARY, "canary/99", 99, host("canary.test"), only("green"))
        .modify(forward(90, 10))
        .modify(forward(0, 100))
        .delete(CANARY)
        .update("blue", 0, 1)
        .healthy("blue", 0)
}

#[test]
fn a_safe_release_is_clean() {
    assert_eq!(judge().judge(&release().events), []);
}

#[test]
fn a_share_may_not_grow_on_a_color_with_too_few_healthy_targets() {
    for (healthy, expected) in [(0, vec![Rule::Raise]), (1, vec![Rule::Raise]), (2, vec![])] {
        let log = Log::released(100, 0)
            .healthy("green", healthy)
            .modify(forward(90, 10));
        assert_eq!(log.found(), expected, "{healthy} healthy");
    }
}

#[test]
fn a_share_that_shrinks_needs_nobody_healthy_on_its_own_color() {
    assert_eq!(
        Log::released(90, 10)
            .healthy("green", 0)
            .modify(forward(100, 0))
            .found(),
        CLEAN
    );
}

#[test]
fn the_candidate_needs_as_many_healthy_targets_as_the_live_color_has() {
    let log = Log::released(100, 0).healthy("blue", 3);
    assert_eq!(log.clone().modify(forward(90, 10)).found(), [Rule::Raise]);
    assert_eq!(log.healthy("green", 3).modify(forward(90, 10)).found(), CLEAN);
}

#[test]
fn a_canary_rule_is_a_share_like_any_other() {
    let log = Log::released(100, 0);
    let canary = |log: Log| log.create(CANARY, "canary/99", 99, host("canary.test"), only("green"));
    assert_eq!(canary(log.clone().healthy("green", 1)).found(), [Rule::Raise]);
    assert_eq!(canary(log).found(), CLEAN);
}

#[test]
fn a_listeners_default_action_is_a_share_like_any_other() {
    let claim = json!({ "ResourceArns": [LISTENER], "Tags": [
        { "Key": "bluegreen:service", "Value": "web" }, { "Key": "bluegreen:resource", "Value": "service" },
    ]});
    let actions = |blue, green| json!({ "ListenerArn": LISTENER, "DefaultActions": forward(blue, green) });
    let modify = |log: Log, blue, green| {
        let answer = json!({ "Listeners": [actions(blue, green)] });
        log.call("elbv2", "ModifyListener", actions(blue, green), answer)
    };
    let log = modify(
        Log::seeded(2, 2).call("elbv2", "AddTags", claim, json!({})),
        100,
        0,
    );
    assert_eq!(modify(log.clone(), 0, 100).found(), CLEAN);
    assert_eq!(modify(log.healthy("green", 1), 0, 100).found(), [Rule::Raise]);
}

#[test]
fn only_the_first_rule_of_a_service_may_point_at_targets_that_are_not_proven() {
    let first = Log::seeded(0, 0).create(MAIN, "service", 100, host("shop.test"), forward(100, 0));
    assert_eq!(first.found(), CLEAN);
    let second = first.create(CANARY, "service", 98, host("new.test"), forward(100, 0));
    assert_eq!(second.found(), [Rule::Raise]);
}

#[test]
fn a_refused_call_raised_nothing_and_a_lost_answer_did() {
    let log = Log::released(100, 0).healthy("green", 0).modify(forward(90, 10));
    let mut lost = log.clone();
    lost.events.last_mut().unwrap()["fault"] = json!("lost_answer");
    assert_eq!(lost.found(), [Rule::Raise]);
    assert_eq!(log.refused().found(), CLEAN);
}

#[test]
fn going_back_within_an_apply_needs_one_healthy_target() {
    let begin = Log::released(100, 0).next_seq();
    let undo = |healthy| {
        Log::released(100, 0)
            .modify(forward(90, 10))
            .healthy("blue", healthy)
            .modify(forward(100, 0))
    };
    let applied = judge().apply_begins(begin);
    assert_eq!(undo(1).found_by(&applied), CLEAN);
    assert_eq!(undo(0).found_by(&applied), [Rule::Raise]);
    assert_eq!(
        undo(1).found(),
        [Rule::Raise],
        "nothing counts as going back unless an apply is declared"
    );
}

#[test]
fn going_further_than_where_the_apply_began_is_not_going_back() {
    let log = Log::released(50, 50);
    let applied = judge().apply_begins(log.next_seq());
    let log = log
        .modify(forward(40, 60))
        .healthy("blue", 1)
        .modify(forward(60, 40));
    assert_eq!(log.found_by(&applied), [Rule::Raise]);
}

#[test]
fn a_later_apply_begins_from_where_the_earlier_one_ended() {
    let log = Log::released(100, 0);
    let first = log.next_seq();
    let log = log.modify(forward(0, 100));
    let second = log.next_seq();
    let log = log.healthy("blue", 1).modify(forward(100, 0));
    assert_eq!(log.found_by(&judge().apply_begins(first)), CLEAN);
    assert_eq!(
        log.found_by(&judge().apply_begins(first).apply_begins(second)),
        [Rule::Raise]
    );
}

#[test]
fn a_color_with_a_share_may_not_shrink() {
    assert_eq!(Log::released(100, 0).update("blue", 1, 1).found(), [Rule::Shrink]);
    assert_eq!(Log::released(99, 1).update("green", 0, 1).found(), [Rule::Shrink]);
    assert_eq!(Log::released(100, 0).update("blue", 3, 1).found(), CLEAN);
    assert_eq!(
        Log::released(100, 0).update("green", 0, 1).found(),
        CLEAN,
        "green never served"
    );
}

#[test]
fn a_stopped_task_and_a_deleted_service_are_shrinking_too() {
    let task = json!({
        "event": "task", "cluster": "main", "service": "web-blue", "task": "arn:task/1", "state": "RUNNING",
    });
    let stop =
        Log::released(100, 0)
            .event(task)
            .call("ecs", "StopTask", json!({ "task": "arn:task/1" }), json!({}));
    assert_eq!(stop.found(), [Rule::Foreign, Rule::Shrink]);
    let input = json!({ "cluster": "main", "service": "web-blue" });
    let delete = Log::released(100, 0).call("ecs", "DeleteService", input, json!({}));
    assert_eq!(delete.found(), [Rule::Foreign, Rule::Shrink]);
}

#[test]
fn a_canary_rule_keeps_its_color_from_shrinking_whoever_made_it() {
    let log = Log::released(100, 0).create(CANARY, "canary/99", 99, host("canary.test"), only("green"));
    assert_eq!(log.clone().update("green", 0, 1).found(), [Rule::Shrink]);
    assert_eq!(log.delete(CANARY).update("green", 0, 1).found(), CLEAN);
    let log = Log::released(100, 0);
    let seq = log.next_seq();
    let log = log.stranger("green").update("green", 0, 1);
    assert_eq!(log.found_by(&judge().by_hand(seq..seq + 1)), [Rule::Shrink]);
}

#[test]
fn a_color_with_a_share_may_not_change_its_version() {
    assert_eq!(Log::released(100, 0).update("blue", 2, 2).found(), [Rule::Deploy]);
    assert_eq!(Log::released(99, 1).update("green", 2, 2).found(), [Rule::Deploy]);
    assert_eq!(Log::released(100, 0).update("green", 2, 2).found(), CLEAN);
    assert_eq!(
        Log::released(100, 0).update("blue", 2, 1).found(),
        CLEAN,
        "the same version again"
    );
}

#[test]
fn a_forced_deployment_is_a_change_of_version() {
    let mut log = Log::released(100, 0).update("blue", 2, 1);
    log.events.last_mut().unwrap()["input"]["forceNewDeployment"] = json!(true);
    assert_eq!(log.found(), [Rule::Deploy]);
}

#[test]
fn a_canary_rule_without_weight_still_forbids_a_change_of_version() {
    let dormant = json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": [
        { "TargetGroupArn": group("green"), "Weight": 0 },
    ]}}]);
    let log = Log::released(100, 0).create(CANARY, "canary/99", 99, host("canary.test"), dormant);
    assert_eq!(log.update("green", 2, 2).found(), [Rule::Deploy]);
}

#[test]
fn nothing_of_others_is_touched() {
    let other = Log::released(100, 0);
    let seq = other.next_seq();
    let other = other.stranger("blue");
    let judge = judge().by_hand(seq..seq + 1);
    let priorities = json!({ "RulePriorities": [{ "RuleArn": STRANGER, "Priority": 8 }] });
    let tags = json!({ "ResourceArns": [STRANGER], "TagKeys": ["owner"] });
    for (service, action, input) in [
        ("elbv2", "DeleteRule", json!({ "RuleArn": STRANGER })),
        ("elbv2", "SetRulePriorities", priorities),
        ("elbv2", "RemoveTags", tags),
        (
            "elbv2",
            "DeleteTargetGroup",
            json!({ "TargetGroupArn": group("blue") }),
        ),
        ("elbv2", "DeleteLoadBalancer", json!({})),
        (
            "elbv2",
            "DeregisterTargets",
            json!({ "TargetGroupArn": group("blue") }),
        ),
        (
            "elbv2",
            "ModifyTargetGroup",
            json!({ "TargetGroupArn": group("blue") }),
        ),
        ("elbv2", "ModifyListener", json!({ "ListenerArn": LISTENER })),
        ("ecs", "DeleteCluster", json!({})),
        ("ec2", "DeleteVpc", json!({})),
    ] {
        let answer = json!({ "Listeners": [{ "ListenerArn": LISTENER, "DefaultActions": [] }] });
        let log = other.clone().call(service, action, input.clone(), answer);
        assert_eq!(log.found_by(&judge), [Rule::Foreign], "{action}");
        let refused = other.clone().call(service, action, input, json!({})).refused();
        assert_eq!(
            refused.found_by(&judge),
            [Rule::Foreign],
            "{action}, refused by AWS"
        );
    }
    assert_eq!(other.found_by(&judge), CLEAN);
}

#[test]
fn a_rule_without_our_tags_is_not_ours_to_make() {
    assert_eq!(Log::released(100, 0).stranger("blue").found(), [Rule::Foreign]);
}

#[test]
fn removing_our_rule_again_touches_nothing() {
    assert_eq!(
        Log::released(100, 0).delete(MAIN).delete(MAIN).refused().found(),
        CLEAN
    );
}

#[test]
fn another_services_ecs_service_is_left_alone() {
    let mut log = Log::released(100, 0).update("green", 2, 1);
    let call = log.events.last_mut().unwrap();
    call["input"]["service"] = json!("api-green");
    call["output"]["service"]["serviceName"] = json!("api-green");
    assert_eq!(log.found(), [Rule::Foreign]);
}

#[test]
fn both_groups_stay_in_the_services_rule() {
    assert_eq!(Log::released(100, 0).modify(only("blue")).found(), [Rule::Pair]);
    assert_eq!(
        Log::seeded(2, 2)
            .create(MAIN, "service", 100, host("a"), only("blue"))
            .found(),
        [Rule::Pair]
    );
    assert_eq!(Log::released(100, 0).modify(forward(100, 0)).found(), CLEAN);
}

#[test]
fn no_rule_is_made_twice() {
    let again = |resource, host| Log::released(100, 0).create(CANARY, resource, 99, host, forward(100, 0));
    assert_eq!(again("service", host("shop.test")).found(), [Rule::Twice]);
    assert_eq!(
        again("service", host("new.test")).found(),
        CLEAN,
        "another rule for other requests"
    );
    assert_eq!(
        again("canary/99", host("shop.test")).found(),
        CLEAN,
        "of another resource"
    );
}

#[test]
fn a_color_drains_before_it_shrinks() {
    let log = Log::released(100, 0).modify(forward(0, 100));
    assert_eq!(
        log.clone().after_ms(499.0).update("blue", 0, 1).found(),
        [Rule::Drain]
    );
    assert_eq!(log.after_ms(500.0).update("blue", 0, 1).found(), CLEAN);
}

#[test]
fn draining_begins_anew_after_a_new_share() {
    let log = Log::released(100, 0)
        .modify(forward(0, 100))
        .modify(forward(1, 99))
        .modify(forward(0, 100));
    assert_eq!(log.after_ms(100.0).update("blue", 0, 1).found(), [Rule::Drain]);
}

#[test]
fn canary_rules_come_before_their_services_rule() {
    let swap = |main: u32, canary: u32| {
        let pairs = json!([{ "RuleArn": MAIN, "Priority": main }, { "RuleArn": CANARY, "Priority": canary }]);
        let log = Log::released(100, 0).create(CANARY, "canary/99", 99, host("canary.test"), only("green"));
        log.call(
            "elbv2",
            "SetRulePriorities",
            json!({ "RulePriorities": pairs }),
            json!({ "Rules": [] }),
        )
    };
    assert_eq!(swap(50, 60).found(), [Rule::Precedence]);
    assert_eq!(swap(60, 50).found(), CLEAN);
    let late = Log::released(100, 0).create(CANARY, "canary/101", 101, host("canary.test"), only("green"));
    assert_eq!(late.found(), [Rule::Precedence]);
}

#[test]
fn what_the_test_does_itself_happened_but_is_nobodys_fault() {
    let log = Log::released(100, 0);
    let seq = log.next_seq();
    let log = log.healthy("green", 0).modify(forward(0, 100));
    assert_eq!(log.found(), [Rule::Raise]);
    assert_eq!(log.found_by(&judge().by_hand(seq..log.next_seq())), CLEAN);
    // It happened: green serves now.
    let log = log.clone().update("green", 0, 1);
    assert_eq!(
        log.found_by(&judge().by_hand(seq..log.next_seq() - 1)),
        [Rule::Shrink]
    );
}

#[test]
fn an_allowed_rule_is_not_reported_and_the_others_are() {
    let log = Log::released(100, 0).update("blue", 1, 2);
    assert_eq!(log.found(), [Rule::Shrink, Rule::Deploy]);
    assert_eq!(log.found_by(&judge().allow(Rule::Shrink)), [Rule::Deploy]);
}

#[test]
fn a_log_that_makes_no_sense_is_never_clean() {
    let no_answer = Log::released(100, 0).call("elbv2", "CreateRule", json!({}), json!(null));
    assert!(no_answer.found().contains(&Rule::Unreadable));
    let mut swapped = release();
    swapped.events.swap(3, 4);
    assert!(swapped.found().contains(&Rule::Unreadable));
    assert_eq!(
        Log::released(100, 0)
            .event(json!({ "event": "surprise" }))
            .found(),
        [Rule::Unreadable]
    );
    let mut lost = Log::released(100, 0);
    lost.events.last_mut().unwrap()["seq"] = json!(null);
    assert!(lost.found().contains(&Rule::Unreadable));
}

#[test]
fn a_violation_names_the_event_and_says_what_is_wrong() {
    let log = Log::released(100, 0).healthy("green", 1).modify(forward(90, 10));
    let found = judge().judge(&log.events);
    assert_eq!(
        found[0].to_string(),
        format!(
            "seq {}: Raise: the share of web-green in {MAIN} grew from 0% to 10% with 1 healthy targets where 2 are needed",
            log.next_seq() - 1
        )
    );
}

#[test]
#[should_panic(expected = "the order was unsafe:\nseq 10: Shrink: web-blue shrank from 2 to 1")]
fn asserting_shows_the_violations() {
    judge().assert(&Log::released(100, 0).update("blue", 1, 1).events);
}
