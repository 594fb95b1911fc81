//! The AWS CLI, and the botocore it carries: each call that the sandbox implements is driven, and every raw answer is
//! held against AWS's own model.
//!
//! Never believes a parser that drops what it does not know: see shape.py.

use super::drive::{self, Answering, Told};
use acceptance::wait::eventually;
use acceptance::world::{World, with_world};
use anyhow::{Result, ensure};
use sandbox::{Options, Sandbox, Seed};
use std::collections::BTreeSet;
use std::time::Duration;

/// AWS's seconds in one second here.
const PACE: u32 = 50;
const SOON: Duration = Duration::from_secs(30);

/// A sandbox with the default VPC every account has, a second security group in it and a machine.
pub async fn empty() -> Result<(Sandbox, Answering)> {
    let options = Options {
        time_scale: 1.0 / f64::from(PACE),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await?;
    sandbox.seed(&Seed::from_json(
        br#"{ "security_groups": [{ "id": "sg-22222222", "name": "two" }],
              "instances": [{ "id": "i-11111111" }] }"#,
    )?)?;
    let answering = answering(&sandbox);
    Ok((sandbox, answering))
}

fn answering(sandbox: &Sandbox) -> Answering {
    let names = [
        ("VPC", "vpc-0b1ae6f0c0ffee000"),
        ("SUBNET_1", "subnet-11111111"),
        ("SUBNET_2", "subnet-22222222"),
        ("SUBNET_3", "subnet-33333333"),
        ("GROUP_1", "sg-11111111"),
        ("GROUP_2", "sg-22222222"),
        ("MACHINE", "i-11111111"),
    ];
    Answering {
        endpoint: sandbox.endpoint(),
        names: names
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        pace: PACE,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn botocore_drives_every_call_and_knows_every_member_of_every_answer() -> Result<()> {
    let (sandbox, answering) = empty().await?;
    let mut told = Vec::new();
    for table in ["calls.txt", "networks.txt"] {
        told.extend(drive::drive(&answering, table).await?);
    }
    sandbox.shutdown().await;

    let mut wrong = strays(&told);
    for (told, call) in told
        .iter()
        .flat_map(|it| it.calls.iter().map(move |call| (it, call)))
    {
        let complaints = call.complaints.iter();
        wrong.extend(complaints.map(|it| format!("line {}: {}: {it}", told.line, call.action)));
    }
    wrong.extend(unlike_the_list(&told));
    ensure!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    Ok(())
}

/// Commands that ended otherwise than the table says.
pub fn strays(told: &[Told]) -> Vec<String> {
    told.iter().filter_map(unlike_the_table).collect()
}

/// A command that ended otherwise than its line of the table says.
fn unlike_the_table(told: &Told) -> Option<String> {
    let refusals: Vec<&str> = told.calls.iter().filter_map(|it| it.error.as_deref()).collect();
    let fits = match &told.refusal {
        Some(code) => told.code != 0 && refusals == [code.as_str()],
        // A waiter may look at what is not there yet.
        None => told.code == 0 && (told.command.contains(" wait ") || refusals.is_empty()),
    };
    if !fits {
        let wanted = told.refusal.as_deref().unwrap_or("an answer");
        return Some(format!(
            "line {}: {}: wanted {wanted}, got {refusals:?} and exit code {}: {}",
            told.line, told.command, told.code, told.talk
        ));
    }
    if let Some(kept) = told.keeps.as_ref().filter(|kept| kept.value == "nothing") {
        return Some(format!(
            "line {}: {}: nothing for {}",
            told.line, told.command, kept.name
        ));
    }
    // The CLI turns ECS's pages by itself; ELBv2's are turned by the table, with the marker that it keeps.
    let paged = told.command.starts_with("ecs ") && told.command.contains("--page-size");
    (paged && told.calls.len() < 2).then(|| {
        format!(
            "line {}: {}: everything came on one page",
            told.line, told.command
        )
    })
}

/// Calls that the sandbox implements and nobody made with success, and the other way round.
fn unlike_the_list(told: &[Told]) -> Vec<String> {
    let calls = told.iter().flat_map(|it| &it.calls);
    let made: BTreeSet<(&str, &str)> = calls
        .filter(|it| it.error.is_none())
        .map(|it| (it.service.as_str(), it.action.as_str()))
        .collect();
    let implemented: BTreeSet<(&str, &str)> = sandbox::calls().collect();
    let mut wrong = Vec::new();
    for (service, action) in implemented.symmetric_difference(&made) {
        wrong.push(if made.contains(&(*service, *action)) {
            format!("{service} {action} is answered, but not in the sandbox's list of calls")
        } else {
            format!("{service} {action} is implemented, but no table drives it")
        });
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_pages_waits_and_reads_refusals() -> Result<()> {
    with_world(async |world| {
        routed(world).await?;
        eventually(SOON, async || match world.healthy("web-blue") {
            2 => Ok(()),
            healthy => Err(format!("{healthy} healthy targets")),
        })
        .await?;
        through_the_command_line(world).await
    })
    .await
}

/// A group that no rule names is not health-checked.
async fn routed(world: &World) -> Result<()> {
    let forward = format!(
        "Type=forward,TargetGroupArn={}",
        world.target_group_arn("web-blue")?
    );
    let listener = world.listener_arn()?;
    let create = [
        "elbv2",
        "create-rule",
        "--priority=1",
        "--conditions=Field=path-pattern,Values=/*",
        "--listener-arn",
        &listener,
        "--actions",
        &forward,
    ];
    succeeds(&answering(world.sandbox()), &create).await.map(|_| ())
}

async fn through_the_command_line(world: &World) -> Result<()> {
    let answering = answering(world.sandbox());
    let blue = world.target_group_arn("web-blue")?;
    let query = [
        "ecs",
        "list-services",
        "--cluster=main",
        "--page-size=1",
        "--output=text",
        "--query=serviceArns",
    ];
    let arns = succeeds(&answering, &query).await?;
    let mut names: Vec<&str> = arns
        .split_whitespace()
        .filter_map(|it| it.rsplit('/').next())
        .collect();
    names.sort_unstable();
    ensure!(names == ["web-blue", "web-green"], "found {names:?}");

    // Each of these looks once, sees what it waits for, and ends with 0.
    let group = format!("--target-group-arn={blue}");
    for waiter in [
        ["elbv2", "wait", "target-in-service", &group].as_slice(),
        &["elbv2", "wait", "load-balancer-available", "--names=web-alb"],
        &[
            "ecs",
            "wait",
            "services-stable",
            "--cluster=main",
            "--services",
            "web-blue",
            "web-green",
        ],
    ] {
        succeeds(&answering, waiter).await?;
    }

    let (code, _, talk) = drive::aws(&answering, &["elbv2", "delete-target-group", &group]).await?;
    let refused = "An error occurred (ResourceInUse) when calling the DeleteTargetGroup operation";
    ensure!(code != Some(0) && talk.contains(refused), "{code:?}: {talk}");
    Ok(())
}

async fn succeeds(answering: &Answering, args: &[&str]) -> Result<String> {
    let (code, out, talk) = drive::aws(answering, args).await?;
    ensure!(code == Some(0), "aws {args:?} ended with {code:?}: {talk}");
    Ok(out)
}
