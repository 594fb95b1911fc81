//! Targets: registered, probed, unhealthy, drained, and unused while no rule names their group.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::client::{Api, inside};
use super::{eventually, sandbox};
use crate::Sandbox;
use crate::dataplane::backend::{self, Backend, BackendSpec};

const HOST: &str = "Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=/x";

fn server(broken: bool) -> Backend {
    let env = BTreeMap::from([("FORCE_ERROR".to_owned(), broken.to_string())]);
    backend::start(BackendSpec {
        env,
        port: 8080,
        task: "test".into(),
    })
    .expect("a server")
}

async fn group_with(api: &Api, targets: &[SocketAddr]) -> String {
    let form = "Name=g&Protocol=HTTP&Port=8080&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip&HealthCheckPath=/health\
                &HealthCheckIntervalSeconds=5&HealthCheckTimeoutSeconds=2&UnhealthyThresholdCount=2";
    let arn = api.elb_get("CreateTargetGroup", form, "TargetGroupArn").await;
    let delay = "Attributes.member.1.Key=deregistration_delay.timeout_seconds&Attributes.member.1.Value=10";
    api.elb_get(
        "ModifyTargetGroupAttributes",
        &format!("TargetGroupArn={arn}&{delay}"),
        "Key",
    )
    .await;
    api.elb_get("RegisterTargets", &targets_form(&arn, targets), "")
        .await;
    arn
}

fn targets_form(arn: &str, targets: &[SocketAddr]) -> String {
    let targets: String = targets
        .iter()
        .zip(1..)
        .map(|(it, n)| {
            format!(
                "&Targets.member.{n}.Id={}&Targets.member.{n}.Port={}",
                it.ip(),
                it.port()
            )
        })
        .collect();
    format!("TargetGroupArn={arn}{targets}")
}

async fn route_to(api: &Api, group: &str) -> String {
    let form = "Name=lb&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";
    let balancer = api.elb_get("CreateLoadBalancer", form, "LoadBalancerArn").await;
    let form = format!(
        "LoadBalancerArn={balancer}&Protocol=HTTP&Port=80&DefaultActions.member.1.Type=fixed-response\
         &DefaultActions.member.1.FixedResponseConfig.StatusCode=404"
    );
    let listener = api.elb_get("CreateListener", &form, "ListenerArn").await;
    let form = format!(
        "ListenerArn={listener}&Priority=1&{HOST}&Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={group}"
    );
    api.elb_get("CreateRule", &form, "RuleArn").await
}

/// State and reason of the first target.
async fn health(api: &Api, group: &str) -> (String, String) {
    let (_, xml) = api
        .elb("DescribeTargetHealth", &format!("TargetGroupArn={group}"))
        .await;
    let text = |name| inside(&xml, name).unwrap_or_default().to_owned();
    (text("State"), text("Reason"))
}

async fn reaches(sandbox: &Sandbox, api: &Api, group: &str, state: &str, reason: &str) {
    let wanted = (state.to_owned(), reason.to_owned());
    eventually(sandbox, &format!("{state} {reason}"), async || {
        (health(api, group).await == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_target_lives_from_unused_to_gone() {
    let (sandbox, api) = sandbox().await;
    let up = server(false);
    let group = group_with(&api, &[up.addr()]).await;
    assert_eq!(
        health(&api, &group).await,
        ("unused".into(), "Target.NotInUse".into())
    );

    let rule = route_to(&api, &group).await;
    reaches(&sandbox, &api, &group, "healthy", "").await;
    api.elb_get("DeleteRule", &format!("RuleArn={rule}"), "").await;
    assert_eq!(
        health(&api, &group).await,
        ("unused".into(), "Target.NotInUse".into())
    );
    let (_, xml) = api.elb("DescribeLoadBalancers", "").await;
    let listener = api
        .elb_get(
            "DescribeListeners",
            &format!("LoadBalancerArn={}", inside(&xml, "LoadBalancerArn").unwrap()),
            "ListenerArn",
        )
        .await;
    let weightless = format!(
        "ListenerArn={listener}&Priority=2&{HOST}&Actions.member.1.Type=forward\
         &Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn={group}\
         &Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=0"
    );
    api.elb_get("CreateRule", &weightless, "RuleArn").await;
    reaches(&sandbox, &api, &group, "healthy", "").await;

    api.elb_get("DeregisterTargets", &targets_form(&group, &[up.addr()]), "")
        .await;
    assert_eq!(
        health(&api, &group).await,
        ("draining".into(), "Target.DeregistrationInProgress".into())
    );
    reaches(&sandbox, &api, &group, "", "").await;

    let states: Vec<String> = sandbox
        .events()
        .iter()
        .filter(|event| event.json["event"] == "target")
        .map(|event| event.json["state"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        states,
        [
            "unused", "initial", "healthy", "unused", "initial", "healthy", "draining", "gone"
        ],
        "a weight of 0 is use enough"
    );
}

#[tokio::test]
async fn names_why_a_target_is_unhealthy() {
    let (sandbox, api) = sandbox().await;
    let broken = server(true);
    let group = group_with(&api, &[broken.addr()]).await;
    route_to(&api, &group).await;
    reaches(&sandbox, &api, &group, "unhealthy", "Target.ResponseCodeMismatch").await;
    let (_, xml) = api
        .elb("DescribeTargetHealth", &format!("TargetGroupArn={group}"))
        .await;
    assert_eq!(
        inside(&xml, "Description"),
        Some("Health checks failed with these codes: [500]")
    );

    broken.stop(std::time::Duration::ZERO).await;
    reaches(&sandbox, &api, &group, "unhealthy", "Target.FailedHealthChecks").await;
}

#[tokio::test]
async fn taking_a_draining_target_back_checks_it_anew() {
    let (sandbox, api) = sandbox().await;
    let up = server(false);
    let group = group_with(&api, &[up.addr()]).await;
    route_to(&api, &group).await;
    reaches(&sandbox, &api, &group, "healthy", "").await;
    api.elb_get("DeregisterTargets", &targets_form(&group, &[up.addr()]), "")
        .await;
    api.elb_get("RegisterTargets", &targets_form(&group, &[up.addr()]), "")
        .await;
    reaches(&sandbox, &api, &group, "healthy", "").await;
    let states: Vec<_> = sandbox
        .events()
        .iter()
        .filter_map(|it| it.json["state"].as_str().map(str::to_owned))
        .collect();
    assert!(
        states
            .windows(3)
            .any(|it| it == ["draining", "initial", "healthy"]),
        "{states:?}"
    );
}

#[tokio::test]
async fn an_asked_for_target_that_is_not_registered_is_unused() {
    let (_sandbox, api) = sandbox().await;
    let group = group_with(&api, &[SocketAddr::from(([127, 0, 0, 9], 8080))]).await;
    let form = format!("TargetGroupArn={group}&Targets.member.1.Id=127.0.0.8");
    let (_, xml) = api.elb("DescribeTargetHealth", &form).await;
    assert_eq!(inside(&xml, "State"), Some("unused"));
    assert_eq!(inside(&xml, "Reason"), Some("Target.NotRegistered"));
    assert_eq!(
        inside(&xml, "Port"),
        Some("8080"),
        "the group's port is the default"
    );
}
