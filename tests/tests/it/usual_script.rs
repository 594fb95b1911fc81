//! The usual clean-up script, really run, and `bluegreen-teardown` in the same world: nine ways in which the script does
//! harm, and what the command does instead.
//!
//! Believes neither's words: what was deleted and refused is read from the event log.

mod place;

use anyhow::{Result, ensure};
use place::{Place, Ran};
use sandbox::{Fault, FaultRule, Options, ServiceClass};
use serde_json::json;

/// Another team's load balancer, in another VPC.
async fn of_the_bank(place: &Place<'_>, name: &str) -> Result<()> {
    let seed = json!({ "classic_load_balancers": [{
        "name": name, "subnets": ["subnet-bank-a"], "security_groups": ["sg-bank-default"], "tags": { "team": "bank" },
    }] });
    place
        .world
        .sandbox()
        .seed(&serde_json::from_value(seed)?)
        .map(|_| ())
}

async fn usual(place: &Place<'_>) -> Result<Ran> {
    place.run("sh cleanup.sh").await
}

/// The command, and the same destroy after it, only where the command says that nothing is in the way.
const OURS: &str = "bluegreen-teardown apply --vpc-id vpc-shop --state network.tfstate --yes && terraform destroy -auto-approve";

async fn ours(place: &Place<'_>) -> Result<Ran> {
    place.run(OURS).await
}

/// Both in worlds of the same making.
async fn both(
    name: &str,
    options: &Options,
    made: impl AsyncFn(&Place<'_>) -> Result<()>,
    harm: impl Fn(&Place<'_>, &Ran) -> Result<()>,
    better: impl Fn(&Place<'_>, &Ran) -> Result<()>,
) -> Result<()> {
    let mut story = String::new();
    Place::through(options, async |place| {
        made(place).await?;
        let ran = usual(place).await?;
        story += &format!("# The usual script\n{}\n", place.story(&ran));
        harm(place, &ran)
    })
    .await?;
    Place::through(options, async |place| {
        made(place).await?;
        let ran = ours(place).await?;
        story += &format!("# bluegreen-teardown\n{}", place.story(&ran));
        better(place, &ran)
    })
    .await?;
    insta::assert_snapshot!(format!("usual_script_{name}"), story);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_the_only_load_balancer_of_another_team_is_deleted() -> Result<()> {
    both(
        "f1",
        &place::options(),
        async |place| of_the_bank(place, "payments").await,
        |place, ran| {
            ensure!(place.balancers().is_empty(), "the script spared it: {ran:?}");
            Ok(())
        },
        |place, ran| {
            ensure!(place.balancers() == ["payments"], "deleted: {ran:?}");
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_with_two_load_balancers_the_list_is_no_name_and_nothing_is_deleted() -> Result<()> {
    both(
        "f2",
        &place::options(),
        async |place| {
            place.orphan(ServiceClass::Classic).await?;
            of_the_bank(place, "payments").await
        },
        |place, ran| {
            ensure!(place.balancers().len() == 2, "one was deleted: {ran:?}");
            ensure!(ran.code == Some(1) && !place.destroyed(), "{ran:?}");
            Ok(())
        },
        |place, ran| {
            ensure!(place.balancers() == ["payments"], "{ran:?}");
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_with_none_left_the_script_fails_where_there_is_nothing_to_do() -> Result<()> {
    both(
        "f3",
        &place::options(),
        async |_| Ok(()),
        |_, ran| {
            ensure!(
                ran.stderr.contains("expected one argument"),
                "the script knew what to do: {ran:?}"
            );
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            ensure!(place.by_the_command().is_empty(), "{:?}", place.by_the_command());
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_network_and_application_load_balancers_and_target_groups_are_not_seen() -> Result<()> {
    both(
        "f4",
        &place::options(),
        async |place| {
            place.orphan(ServiceClass::External).await?;
            place.orphan_ingress().await
        },
        |place, ran| {
            ensure!(!place.destroyed() && ran.code == Some(1), "{ran:?}");
            ensure!(
                place.modern() == (2, 2),
                "load balancers and target groups: {:?}",
                place.modern()
            );
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            ensure!(
                place.modern() == (0, 0),
                "load balancers and target groups: {:?}",
                place.modern()
            );
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_the_security_group_stays_and_holds_the_vpc() -> Result<()> {
    // Interfaces go at once: nothing but the group is in the way.
    let options = Options {
        release_times: 0.0,
        ..place::options()
    };
    both(
        "f5",
        &options,
        async |place| place.orphan(ServiceClass::Classic).await,
        |place, ran| {
            ensure!(place.balancers().is_empty(), "{ran:?}");
            ensure!(!place.destroyed() && ran.code == Some(1), "{ran:?}");
            let refused = place.refused();
            ensure!(refused == ["DeleteVpc DependencyViolation"], "{refused:?}");
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            ensure!(place.refused().is_empty(), "{:?}", place.refused());
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_thirty_seconds_are_over_before_the_interfaces_are_released() -> Result<()> {
    // Some take half an hour; and no start of a process may be as long as the wait.
    let options = Options {
        release_tail: 1.0,
        time_scale: 0.02,
        ..place::options()
    };
    both(
        "f6",
        &options,
        async |place| place.orphan(ServiceClass::Classic).await,
        |place, ran| {
            ensure!(place.balancers().is_empty(), "{ran:?}");
            ensure!(!place.destroyed() && ran.code == Some(1), "{ran:?}");
            let subnet = place
                .refused()
                .iter()
                .any(|it| it == "DeleteSubnet DependencyViolation");
            ensure!(subnet, "{:?}", place.refused());
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(0) && place.destroyed(), "{ran:?}");
            ensure!(place.refused().is_empty(), "{:?}", place.refused());
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f7_nothing_is_shown_asked_or_written_down() -> Result<()> {
    Place::through(&place::options(), async |place| {
        place.orphan(ServiceClass::Classic).await?;
        // Nobody is asked and nobody can read afterwards what went and why.
        let ran = place.run("sh cleanup.sh < /dev/null").await?;
        ensure!(place.balancers().is_empty(), "it asked: {ran:?}");
        ensure!(
            !(ran.stdout.clone() + &ran.stderr).contains(place::BALANCER),
            "it said what it deleted: {ran:?}"
        );
        Ok(())
    })
    .await?;
    Place::through(&place::options(), async |place| {
        place.orphan(ServiceClass::Classic).await?;
        let there = "--vpc-id vpc-shop --state network.tfstate";
        let shown = place
            .run(&format!("bluegreen-teardown scan {there} --output table"))
            .await?;
        ensure!(
            shown.code == Some(2) && shown.stdout.contains(place::BALANCER),
            "{shown:?}"
        );
        let asked = place
            .run(&format!("bluegreen-teardown apply {there} < /dev/null"))
            .await?;
        ensure!(asked.code == Some(5), "{asked:?}");
        ensure!(place.by_the_command().is_empty(), "{:?}", place.by_the_command());

        let done = place
            .run(&format!(
                "bluegreen-teardown apply {there} --yes --audit audit.jsonl"
            ))
            .await?;
        ensure!(done.code == Some(0), "{done:?}");
        let log = place.run("bluegreen-teardown audit verify audit.jsonl").await?;
        ensure!(log.code == Some(0), "{log:?}");
        ensure!(
            place.read("audit.jsonl")?.contains(place::BALANCER),
            "the log names what went"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_a_living_controller_makes_it_again() -> Result<()> {
    both(
        "f8",
        &place::options(),
        async |place| place.living().await,
        |place, ran| {
            ensure!(
                place
                    .by_the_script()
                    .iter()
                    .any(|it| it.action == "DeleteLoadBalancer"),
                "{ran:?}"
            );
            ensure!(!place.destroyed(), "{ran:?}");
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(3), "{ran:?}");
            ensure!(place.by_the_command().is_empty(), "{:?}", place.by_the_command());
            ensure!(place.balancers() == [place::BALANCER], "{ran:?}");
            ensure!(place.refused().is_empty(), "the destroy began: {ran:?}");
            Ok(())
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f9_the_destroy_begins_though_nobody_could_look() -> Result<()> {
    let blind = async |place: &Place<'_>| {
        place.orphan(ServiceClass::Classic).await?;
        place.world.sandbox().faults().add(FaultRule {
            service: Some("elb".into()),
            action: Some("DescribeLoadBalancers".into()),
            ..FaultRule::new(Fault::ServerError)
        });
        Ok(())
    };
    both(
        "f9",
        &place::options(),
        blind,
        |place, ran| {
            ensure!(
                !place.refused().is_empty(),
                "the destroy was not even tried: {ran:?}"
            );
            Ok(())
        },
        |place, ran| {
            ensure!(ran.code == Some(3), "{ran:?}");
            ensure!(
                place.by_the_script().is_empty() && place.by_the_command().is_empty(),
                "{ran:?}"
            );
            Ok(())
        },
    )
    .await
}
