//! The network interfaces of load balancers: their looks by kind, their groups, and how they outlive their owner.
//!
//! Asks the dump, which shows interfaces as EC2 does.

use serde_json::Value;

use super::{Api, eventually, sandbox};
use crate::Sandbox;

const SUBNETS: &str = "Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";

/// Interfaces whose description begins so.
fn interfaces(sandbox: &Sandbox, description: &str) -> Vec<Value> {
    let dump = sandbox.dump();
    let all = dump["interfaces"].as_array().cloned().unwrap_or_default();
    let mut found = all;
    found.retain(|it| {
        it["description"]
            .as_str()
            .is_some_and(|it| it.starts_with(description))
    });
    found
}

async fn classic(api: &Api) {
    let listener = "Listeners.member.1.Protocol=tcp&Listeners.member.1.LoadBalancerPort=80\
                    &Listeners.member.1.InstancePort=30080";
    let form = format!("LoadBalancerName=old&{SUBNETS}&{listener}");
    api.classic_ok("CreateLoadBalancer", &form).await;
}

async fn newer(api: &Api, kind: &str, more: &str) -> String {
    let form = format!("Name=new&Type={kind}&{SUBNETS}{more}");
    api.elb_get("CreateLoadBalancer", &form, "LoadBalancerArn").await
}

#[tokio::test]
async fn a_classic_load_balancer_has_one_in_each_subnet_which_aws_keeps() {
    let (sandbox, api) = sandbox().await;
    classic(&api).await;
    let found = interfaces(&sandbox, "ELB old");
    assert_eq!(found.len(), 2);
    for it in &found {
        assert_eq!(it["description"], "ELB old");
        assert_eq!(it["interfaceType"], "interface");
        assert_eq!(it["requesterId"], "amazon-elb");
        assert_eq!(it["requesterManaged"], true);
        assert_eq!(it["attachment"]["instanceOwnerId"], "amazon-elb");
        assert_eq!(it["association"]["ipOwnerId"], "amazon-elb");
        assert_eq!(it["groupSet"][0]["groupName"], "default");
    }
}

#[tokio::test]
async fn newer_ones_are_described_by_the_end_of_their_arn() {
    for (kind, short, interface, owner, prefix) in [
        ("application", "app", "interface", "amazon-elb", "eni-attach-"),
        (
            "network",
            "net",
            "network_load_balancer",
            "amazon-aws",
            "ela-attach-",
        ),
        (
            "gateway",
            "gwy",
            "gateway_load_balancer",
            "amazon-aws",
            "ela-attach-",
        ),
    ] {
        let (sandbox, api) = sandbox().await;
        let arn = newer(&api, kind, "").await;
        let tail = arn.split_once("loadbalancer/").expect("an ARN").1.to_owned();
        assert!(tail.starts_with(&format!("{short}/new/")), "{tail}");
        let found = interfaces(&sandbox, &format!("ELB {tail}"));
        assert_eq!(found.len(), 2, "{kind}");
        assert_eq!(found[0]["interfaceType"], interface);
        assert_eq!(found[0]["attachment"]["instanceOwnerId"], owner);
        let attachment = found[0]["attachment"]["attachmentId"].as_str();
        assert!(
            attachment.is_some_and(|it| it.starts_with(prefix)),
            "{kind}: {attachment:?}"
        );
        assert_eq!(found[0]["association"].is_object(), kind != "gateway");
        let groups = found[0]["groupSet"].as_array().map_or(0, Vec::len);
        assert_eq!(groups, usize::from(kind == "application"), "{kind}");
    }
}

#[tokio::test]
async fn an_internal_one_has_no_public_address() {
    let (sandbox, api) = sandbox().await;
    newer(&api, "application", "&Scheme=internal").await;
    let found = interfaces(&sandbox, "ELB app/new/");
    assert!(found.iter().all(|it| !it["association"].is_object()), "{found:?}");
}

#[tokio::test]
async fn they_follow_the_subnets() {
    let (sandbox, api) = sandbox().await;
    classic(&api).await;
    let third = "LoadBalancerName=old&Subnets.member.1=subnet-33333333";
    api.classic_ok("AttachLoadBalancerToSubnets", third).await;
    assert_eq!(interfaces(&sandbox, "ELB old").len(), 3);
    api.classic_ok("DetachLoadBalancerFromSubnets", third).await;
    eventually(&sandbox, "the third is gone", async || {
        (interfaces(&sandbox, "ELB old").len() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn they_outlive_a_delete_first_in_use_then_available_and_still_the_services_own() {
    let (sandbox, api) = sandbox().await;
    classic(&api).await;
    let arn = newer(&api, "application", "").await;
    api.classic_ok("DeleteLoadBalancer", "LoadBalancerName=old").await;
    api.elb_get("DeleteLoadBalancer", &format!("LoadBalancerArn={arn}"), "")
        .await;
    let left = interfaces(&sandbox, "ELB ");
    assert_eq!(left.len(), 4);
    assert!(left.iter().all(|it| it["status"] == "in-use"));
    eventually(&sandbox, "one is available", async || {
        let left = interfaces(&sandbox, "ELB ");
        let free = left.iter().find(|it| it["status"] == "available")?;
        assert_eq!(free["requesterManaged"], true);
        Some(())
    })
    .await;
    eventually(&sandbox, "all are gone", async || {
        interfaces(&sandbox, "ELB ").is_empty().then_some(())
    })
    .await;
}
