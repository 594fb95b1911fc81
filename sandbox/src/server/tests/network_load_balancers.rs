//! Network and Gateway Load Balancers over HTTP, and what holds for any load balancer of the newer API.
//!
//! Their interfaces have tests of their own; nothing listens on them.

use super::client::{all, inside};
use super::{Api, sandbox};

async fn create(api: &Api, name: &str, kind: &str) -> String {
    let form = format!("Name={name}&Type={kind}&Subnets.member.1=subnet-11111111");
    api.elb_get("CreateLoadBalancer", &form, "LoadBalancerArn").await
}

#[tokio::test]
async fn the_kind_stands_in_the_arn_and_in_those_of_listeners() {
    let (_sandbox, api) = sandbox().await;
    let network = create(&api, "nlb", "network").await;
    assert!(network.contains(":loadbalancer/net/nlb/"), "{network}");
    let gateway = create(&api, "gwlb", "gateway").await;
    assert!(gateway.contains(":loadbalancer/gwy/gwlb/"), "{gateway}");
    let group = "Name=tcp&Protocol=TCP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip";
    let group = api.elb_get("CreateTargetGroup", group, "TargetGroupArn").await;
    let listener = format!(
        "LoadBalancerArn={network}&Port=80&Protocol=TCP&DefaultActions.member.1.Type=forward\
         &DefaultActions.member.1.TargetGroupArn={group}"
    );
    let listener = api.elb_get("CreateListener", &listener, "ListenerArn").await;
    assert!(listener.contains(":listener/net/nlb/"), "{listener}");
}

#[tokio::test]
async fn a_group_of_another_kind_and_rules_are_refused() {
    let (_sandbox, api) = sandbox().await;
    let network = create(&api, "nlb", "network").await;
    let group = "Name=http&Protocol=HTTP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip";
    let group = api.elb_get("CreateTargetGroup", group, "TargetGroupArn").await;
    let forward =
        format!("DefaultActions.member.1.Type=forward&DefaultActions.member.1.TargetGroupArn={group}");
    let listener = format!("LoadBalancerArn={network}&Port=80&Protocol=TCP&{forward}");
    let (status, xml) = api.elb("CreateListener", &listener).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("InvalidConfigurationRequest"))
    );
    let (status, xml) = api.elb("CreateListener", &listener.replace("TCP", "HTTP")).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("ValidationError")));
}

#[tokio::test]
async fn protection_and_use_keep_what_they_hold_and_what_is_gone_stays_gone() {
    let (_sandbox, api) = sandbox().await;
    let network = create(&api, "nlb", "network").await;
    let group = "Name=tcp&Protocol=TCP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip";
    let group = api.elb_get("CreateTargetGroup", group, "TargetGroupArn").await;
    let listener = format!(
        "LoadBalancerArn={network}&Port=80&Protocol=TCP&DefaultActions.member.1.Type=forward\
         &DefaultActions.member.1.TargetGroupArn={group}"
    );
    api.elb_get("CreateListener", &listener, "ListenerArn").await;
    let described = api.elb("DescribeTargetGroups", "").await.1;
    assert!(inside(&described, "LoadBalancerArns").is_some_and(|it| it.contains(&network)));
    let (status, xml) = api
        .elb("DeleteTargetGroup", &format!("TargetGroupArn={group}"))
        .await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("ResourceInUse")));

    let protect = |on: &str| {
        format!(
            "LoadBalancerArn={network}&Attributes.member.1.Key=deletion_protection.enabled\
             &Attributes.member.1.Value={on}"
        )
    };
    api.elb_get("ModifyLoadBalancerAttributes", &protect("true"), "Key")
        .await;
    let delete = format!("LoadBalancerArn={network}");
    let (status, xml) = api.elb("DeleteLoadBalancer", &delete).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("OperationNotPermitted"))
    );
    api.elb_get("ModifyLoadBalancerAttributes", &protect("false"), "Key")
        .await;
    for _ in 0..2 {
        assert_eq!(api.elb("DeleteLoadBalancer", &delete).await.0, 200);
    }
    let described = api.elb("DescribeTargetGroups", "").await.1;
    assert_eq!(inside(&described, "LoadBalancerArns"), Some(""), "{described}");
    for _ in 0..2 {
        let (status, xml) = api
            .elb("DeleteTargetGroup", &format!("TargetGroupArn={group}"))
            .await;
        assert_eq!(status, 200, "{xml}");
    }
}

#[tokio::test]
async fn one_arn_that_is_gone_fails_the_whole_batch() {
    let (_sandbox, api) = sandbox().await;
    let live = create(&api, "live", "network").await;
    let dead = format!("{live}0");
    let both = format!("LoadBalancerArns.member.1={live}&LoadBalancerArns.member.2={dead}");
    let (status, xml) = api.elb("DescribeLoadBalancers", &both).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("LoadBalancerNotFound"))
    );
    let both = format!("ResourceArns.member.1={live}&ResourceArns.member.2={dead}");
    let (status, xml) = api.elb("DescribeTags", &both).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("LoadBalancerNotFound"))
    );
    let group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/none/0123456789abcdef";
    let both = format!("ResourceArns.member.1={live}&ResourceArns.member.2={group}");
    let (status, xml) = api.elb("DescribeTags", &both).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("TargetGroupNotFound")));
}

#[tokio::test]
async fn twenty_is_the_most_in_a_batch_and_400_on_a_page() {
    let (_sandbox, api) = sandbox().await;
    let live = create(&api, "live", "network").await;
    let batch = |name: &str, count: usize| -> String {
        let members: Vec<String> = (1..=count).map(|n| format!("{name}.member.{n}={live}")).collect();
        members.join("&")
    };
    for (action, name) in [
        ("DescribeLoadBalancers", "LoadBalancerArns"),
        ("DescribeTags", "ResourceArns"),
    ] {
        assert_eq!(api.elb(action, &batch(name, 20)).await.0, 200, "{action}");
        let (status, xml) = api.elb(action, &batch(name, 21)).await;
        assert_eq!(
            (status, inside(&xml, "Code")),
            (400, Some("ValidationError")),
            "{action}"
        );
    }
    for action in ["DescribeLoadBalancers", "DescribeTargetGroups"] {
        assert_eq!(api.elb(action, "PageSize=400").await.0, 200, "{action}");
        let (status, xml) = api.elb(action, "PageSize=401").await;
        assert_eq!(
            (status, inside(&xml, "Code")),
            (400, Some("ValidationError")),
            "{action}"
        );
    }
    create(&api, "other", "network").await;
    let first = api.elb("DescribeLoadBalancers", "PageSize=1").await.1;
    let marker = inside(&first, "NextMarker").expect("there is more");
    let second = api
        .elb("DescribeLoadBalancers", &format!("PageSize=1&Marker={marker}"))
        .await
        .1;
    assert_ne!(all(&first, "LoadBalancerName"), all(&second, "LoadBalancerName"));
}

#[tokio::test]
async fn an_endpoint_service_holds_its_load_balancer() {
    let (_sandbox, api) = sandbox().await;
    let network = create(&api, "nlb", "network").await;
    let ec2 = async |action: &str, form: String| {
        let body = format!("Action={action}&Version=2016-11-15&{form}");
        let sent = api.send("application/x-www-form-urlencoded", None, body).await;
        sent.expect("an answer")
    };
    let held = format!("NetworkLoadBalancerArn.1={network}");
    let (status, xml) = ec2("CreateVpcEndpointServiceConfiguration", held).await;
    assert_eq!(status, 200, "{xml}");
    let service = inside(&xml, "serviceId").expect("an id").to_owned();
    let delete = format!("LoadBalancerArn={network}");
    let (status, xml) = api.elb("DeleteLoadBalancer", &delete).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("ResourceInUse")));
    let (status, xml) = ec2(
        "DeleteVpcEndpointServiceConfigurations",
        format!("ServiceId.1={service}"),
    )
    .await;
    assert_eq!(status, 200, "{xml}");
    assert_eq!(api.elb("DeleteLoadBalancer", &delete).await.0, 200);
}
