//! Every rule has plans that it lets through and plans that it finds something in.

use crate::plans::{folder, found, names, now, text, verdict, verdict_of};
use plancheck::policy::Policy;
use plancheck::rules::Rule;
use plancheck::verdict::{Verdict, Weight};
use std::fmt::Write;

/// Rule, a plan that passes, plans that don't.
const TABLE: &[(Rule, &str, &[&str])] = &[
    (Rule::UnknownOutcome, "warm", &["unknown", "groups-replaced"]),
    (Rule::RefusedByApply, "warm", &["refused", "failed-again"]),
    (
        Rule::PhaseOrder,
        "promote",
        &["straight", "promote-uncanaried", "canary-unwarmed"],
    ),
    (
        Rule::FailedRelease,
        "failed-rewarmed",
        &["failed-again", "failed-retried"],
    ),
    (Rule::ColdRollback, "rollback-warm", &["rollback-cold"]),
    (Rule::OneAtATime, "warm", &["two-services"]),
    (Rule::PromotionAlone, "promote", &["promote-mixed"]),
    (Rule::EcsServiceFields, "promote", &["ecs-fields", "ecs-replaced"]),
    (
        Rule::LiveParts,
        "warm",
        &["groups-replaced", "ecs-replaced", "destroy"],
    ),
    (Rule::CanaryOpenToAll, "canary", &["canary-open"]),
    (Rule::CanaryOverlap, "canary-disjoint", &["canary-overlap"]),
    (
        Rule::CanaryPriorities,
        "canary-disjoint",
        &["canary-same-priority"],
    ),
    (Rule::UnguardedDestroy, "guarded-destroy", &["unguarded-destroy"]),
    (Rule::Drift, "settle", &["drift"]),
    (Rule::PartialPlan, "warm", &["targeted"]),
];

#[test]
fn every_rule_passes_one_plan_and_finds_something_in_another() {
    for (rule, passes, fails) in TABLE {
        assert!(
            !found(&verdict(passes)).contains(rule),
            "{} finds something in {passes}",
            rule.id()
        );
        for plan in *fails {
            assert!(
                found(&verdict(plan)).contains(rule),
                "{} finds nothing in {plan}",
                rule.id()
            );
        }
    }
    // A freeze needs windows, so it has a test of its own.
    let missing = Rule::ALL
        .into_iter()
        .filter(|rule| !TABLE.iter().any(|(listed, ..)| listed == rule));
    assert_eq!(missing.collect::<Vec<_>>(), [Rule::Freeze]);
}

#[test]
fn all_findings_in_all_plans() {
    let mut all = String::new();
    for name in names() {
        let verdict = verdict(&name);
        let word = if verdict.refused { "refused" } else { "allowed" };
        writeln!(all, "{name}: {word}").unwrap();
        for row in verdict
            .services
            .iter()
            .filter(|row| row.movement.name() != "nothing")
        {
            writeln!(all, "  = {}: {}", row.address, row.movement).unwrap();
        }
        for judged in &verdict.findings {
            let finding = &judged.finding;
            writeln!(
                all,
                "  {} {}: {}",
                finding.rule.id(),
                finding.address,
                finding.message
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(all);
}

/// What Terraform 1.15 plans of the same scene is judged the same.
#[test]
fn the_version_of_terraform_makes_no_difference() {
    let folder = folder().join("terraform-1.15");
    let mut compared = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let newer = std::fs::read_to_string(&path).unwrap();
        let newer = verdict_of(&newer, &Policy::default(), &[], now())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let older = verdict(&name);
        let version = |verdict: &Verdict| verdict.terraform_version.clone().unwrap();
        assert!(
            version(&newer).starts_with("1.15.") && version(&older).starts_with("1.11."),
            "{name}"
        );
        assert_eq!(newer.findings, older.findings, "{name}");
        assert_eq!(newer.services, older.services, "{name}");
        compared += 1;
    }
    assert!(10 < compared, "only {compared}");
}

#[test]
fn a_label_of_the_run_waives_what_the_policy_says() {
    let policy = Policy::default();
    let cold = |labels: &[&str]| verdict_of(&text("rollback-cold"), &policy, labels, now()).unwrap();
    assert!(cold(&[]).refused);
    assert!(cold(&["hotfix"]).refused);
    let waived = cold(&["other", "cold-rollback"]);
    assert!(!waived.refused);
    assert_eq!(
        waived.findings[0].weight,
        Weight::Waived("cold-rollback".to_owned())
    );
}

#[test]
fn levels_turn_errors_into_warnings_and_silence() {
    let judged = |level: &str| {
        let policy = Policy::parse(&format!("[rules.phase-order]\nlevel = {level:?}"), "p").unwrap();
        verdict_of(&text("straight"), &policy, &[], now()).unwrap()
    };
    assert!(judged("error").refused);
    assert!(!judged("warn").refused && found(&judged("warn")).contains(&Rule::PhaseOrder));
    assert!(!judged("off").refused && found(&judged("off")).is_empty());
}

#[test]
fn a_policy_may_demand_the_canary_alone_or_neither() {
    let judged = |through: &str, plan: &str| {
        let policy = Policy::parse(&format!("[rules.phase-order]\nthrough = {through}"), "p").unwrap();
        verdict_of(&text(plan), &policy, &[], now()).unwrap().refused
    };
    assert!(!judged("[\"canary\"]", "canary-unwarmed"));
    assert!(judged("[\"canary\"]", "promote-uncanaried"));
    assert!(!judged("[\"warm\"]", "promote-uncanaried"));
    assert!(judged("[\"warm\"]", "straight"));
    assert!(!judged("[]", "straight"));
}

#[test]
fn within_a_freeze_nothing_goes_forward_and_everything_goes_back() {
    let text_of = "[[rules.freeze.windows]]\nname = \"midweek\"\nzone = \"Europe/Berlin\"\nfrom = \"Wed 13:00\"\nto = \"Wed 14:00\"";
    let policy = Policy::parse(text_of, "p").unwrap();
    let frozen = |plan: &str, at: &str| {
        let verdict = verdict_of(&text(plan), &policy, &[], at.parse().unwrap()).unwrap();
        found(&verdict).contains(&Rule::Freeze)
    };
    for plan in ["create", "warm", "canary", "promote", "straight"] {
        assert!(frozen(plan, "2026-03-04T12:00:00Z"), "{plan}");
        assert!(!frozen(plan, "2026-03-04T13:00:00Z"), "{plan}");
    }
    for plan in [
        "rollback-warm",
        "rollback-cold",
        "abort",
        "settle",
        "nothing",
        "destroy",
    ] {
        assert!(!frozen(plan, "2026-03-04T12:00:00Z"), "{plan}");
    }
}

/// The night has an hour less in March and one more in October; the window ends when the clock says so.
#[test]
fn a_freeze_over_a_change_of_the_clock_ends_by_the_clock() {
    let night = "[[rules.freeze.windows]]\nname = \"night\"\nzone = \"Europe/Berlin\"\nfrom = \"Sun 01:00\"\nto = \"Sun 04:00\"";
    let policy = Policy::parse(night, "p").unwrap();
    for (now, frozen) in [
        ("2026-03-28T23:59:59Z", false),
        ("2026-03-29T00:00:00Z", true),
        ("2026-03-29T01:59:59Z", true),
        ("2026-03-29T02:00:00Z", false),
        ("2026-10-24T22:59:59Z", false),
        ("2026-10-24T23:00:00Z", true),
        ("2026-10-25T02:59:59Z", true),
        ("2026-10-25T03:00:00Z", false),
    ] {
        let verdict = verdict_of(&text("warm"), &policy, &[], now.parse().unwrap()).unwrap();
        assert_eq!(found(&verdict).contains(&Rule::Freeze), frozen, "{now}");
    }
}

#[test]
fn more_services_may_move_if_the_policy_says_so() {
    let policy = Policy::parse("[rules.one-at-a-time]\nat_most = 2", "p").unwrap();
    let verdict = verdict_of(&text("two-services"), &policy, &[], now()).unwrap();
    assert!(!found(&verdict).contains(&Rule::OneAtATime));
}

#[test]
fn what_may_change_beside_a_promotion_is_a_matter_of_policy() {
    let policy = Policy::parse("[rules.promotion-alone]\nbeside = [\"aws_l*\"]", "p").unwrap();
    let verdict = verdict_of(&text("promote-mixed"), &policy, &[], now()).unwrap();
    assert!(!verdict.refused, "{:?}", verdict.findings);
}
