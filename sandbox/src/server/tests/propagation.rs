//! A changed rule reaches the nodes of a load balancer one after the other; the API shows it at once.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use std::collections::BTreeSet;
use std::time::Duration;

use super::client::{Api, all};
use super::eventually;
use crate::{Options, Sandbox};

const ANSWER: &str = "Type=fixed-response&Actions.member.1.FixedResponseConfig.StatusCode=";

async fn slow(propagation: Duration) -> (Sandbox, Api) {
    let options = Options {
        time_scale: 0.02,
        propagation,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a sandbox starts");
    let api = Api::new(sandbox.endpoint());
    (sandbox, api)
}

/// A rule for every path that answers 201, and its listener.
async fn ruled(api: &Api) -> (String, String) {
    let form = "Name=lb&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";
    let balancer = api.elb_get("CreateLoadBalancer", form, "LoadBalancerArn").await;
    let form = format!(
        "LoadBalancerArn={balancer}&Protocol=HTTP&Port=80&DefaultActions.member.1.Type=fixed-response\
         &DefaultActions.member.1.FixedResponseConfig.StatusCode=404"
    );
    let listener = api.elb_get("CreateListener", &form, "ListenerArn").await;
    let form = format!(
        "ListenerArn={listener}&Priority=1&Conditions.member.1.Field=path-pattern\
         &Conditions.member.1.Values.member.1=/x&Actions.member.1.{ANSWER}201"
    );
    let rule = api.elb_get("CreateRule", &form, "RuleArn").await;
    (listener, rule)
}

/// What new connections are answered: they take turns on the nodes.
async fn answers(sandbox: &Sandbox, listener: &str) -> BTreeSet<u16> {
    let addr = sandbox.listener_addr(listener).expect("it listens");
    let mut seen = BTreeSet::new();
    for _ in 0..6 {
        // A client of its own has a connection of its own.
        let client = Api::new(format!("http://{addr}/x"));
        let sent = client.send("text/plain", None, String::new()).await;
        seen.insert(sent.expect("an answer").0);
    }
    seen
}

fn arrivals(sandbox: &Sandbox) -> usize {
    let events = sandbox.events();
    events
        .iter()
        .filter(|it| it.json["event"] == "propagation")
        .count()
}

#[tokio::test]
async fn nodes_follow_one_after_the_other_and_the_api_is_ahead_of_them() {
    // Four real seconds between the first and the second node.
    let (sandbox, api) = slow(Duration::from_secs(400)).await;
    let (listener, rule) = ruled(&api).await;
    eventually(&sandbox, "both nodes know the rule", async || {
        (arrivals(&sandbox) == 2).then_some(())
    })
    .await;
    assert_eq!(answers(&sandbox, &listener).await, BTreeSet::from([201]));

    let form = format!("RuleArn={rule}&Actions.member.1.{ANSWER}202");
    api.elb_get("ModifyRule", &form, "").await;
    let (_, described) = api
        .elb("DescribeRules", &format!("RuleArns.member.1={rule}"))
        .await;
    assert_eq!(all(&described, "StatusCode"), ["202"]);
    assert_eq!(answers(&sandbox, &listener).await, BTreeSet::from([201]));
    eventually(&sandbox, "the first node follows", async || {
        (arrivals(&sandbox) == 3).then_some(())
    })
    .await;
    assert_eq!(answers(&sandbox, &listener).await, BTreeSet::from([201, 202]));
}

#[tokio::test]
async fn without_propagation_the_next_connection_follows() {
    let (sandbox, api) = slow(Duration::ZERO).await;
    let (listener, rule) = ruled(&api).await;
    let form = format!("RuleArn={rule}&Actions.member.1.{ANSWER}202");
    api.elb_get("ModifyRule", &form, "").await;
    assert_eq!(answers(&sandbox, &listener).await, BTreeSet::from([202]));
    assert_eq!(arrivals(&sandbox), 0);
}
