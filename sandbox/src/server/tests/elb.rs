//! Classic load balancers over HTTP: names, batches, pages, deletes.
//!
//! Their interfaces have tests of their own.

use super::client::{all, inside};
use super::{Api, eventually, sandbox};

const LISTENER: &str = "Listeners.member.1.Protocol=tcp&Listeners.member.1.LoadBalancerPort=80\
                        &Listeners.member.1.InstancePort=30080";

async fn create(api: &Api, name: &str) -> String {
    let form = format!("LoadBalancerName={name}&Subnets.member.1=subnet-11111111&{LISTENER}");
    let xml = api.classic_ok("CreateLoadBalancer", &form).await;
    inside(&xml, "DNSName").expect("a host name").to_owned()
}

#[tokio::test]
async fn deleting_a_name_that_nobody_has_succeeds() {
    let (_sandbox, api) = sandbox().await;
    api.classic_ok("DeleteLoadBalancer", "LoadBalancerName=never")
        .await;
    create(&api, "once").await;
    for _ in 0..2 {
        api.classic_ok("DeleteLoadBalancer", "LoadBalancerName=once")
            .await;
    }
    let (status, xml) = api
        .classic("DescribeLoadBalancers", "LoadBalancerNames.member.1=once")
        .await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("LoadBalancerNotFound"))
    );
}

#[tokio::test]
async fn a_name_that_is_used_again_has_another_host_name_and_no_old_tags() {
    let (_sandbox, api) = sandbox().await;
    let first = create(&api, "again").await;
    let tag = "LoadBalancerNames.member.1=again&Tags.member.1.Key=a&Tags.member.1.Value=b";
    api.classic_ok("AddTags", tag).await;
    api.classic_ok("DeleteLoadBalancer", "LoadBalancerName=again")
        .await;
    let second = create(&api, "again").await;
    assert_ne!(first, second);
    let tags = api
        .classic_ok("DescribeTags", "LoadBalancerNames.member.1=again")
        .await;
    assert_eq!(all(&tags, "Key"), Vec::<&str>::new());
}

#[tokio::test]
async fn one_missing_name_fails_every_tag_of_the_batch() {
    let (_sandbox, api) = sandbox().await;
    create(&api, "there").await;
    let both = "LoadBalancerNames.member.1=there&LoadBalancerNames.member.2=gone";
    let (status, xml) = api.classic("DescribeTags", both).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("LoadBalancerNotFound"))
    );
    let (status, xml) = api.classic("DescribeTags", "").await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("ValidationError")));
    let twenty_one: Vec<String> = (1..=21)
        .map(|n| format!("LoadBalancerNames.member.{n}=there"))
        .collect();
    let (status, xml) = api.classic("DescribeTags", &twenty_one.join("&")).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("ValidationError")));
    let (status, _) = api.classic("DescribeTags", &twenty_one[..20].join("&")).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn pages_hold_1_to_400_and_go_on_where_their_marker_says() {
    let (_sandbox, api) = sandbox().await;
    for name in ["one", "three", "two"] {
        create(&api, name).await;
    }
    let first = api.classic_ok("DescribeLoadBalancers", "PageSize=2").await;
    assert_eq!(all(&first, "LoadBalancerName"), ["one", "three"]);
    let marker = inside(&first, "NextMarker").expect("there is more");
    assert_ne!(marker, "three", "a marker is opaque");
    let rest = api
        .classic_ok("DescribeLoadBalancers", &format!("PageSize=2&Marker={marker}"))
        .await;
    assert_eq!(all(&rest, "LoadBalancerName"), ["two"]);
    assert_eq!(inside(&rest, "NextMarker"), None);
    for size in ["0", "401"] {
        let (status, xml) = api
            .classic("DescribeLoadBalancers", &format!("PageSize={size}"))
            .await;
        assert_eq!(
            (status, inside(&xml, "Code")),
            (400, Some("ValidationError")),
            "{size}"
        );
    }
}

#[tokio::test]
async fn the_same_creation_again_succeeds_and_another_is_refused() {
    let (_sandbox, api) = sandbox().await;
    let first = create(&api, "same").await;
    assert_eq!(create(&api, "same").await, first);
    let other = format!("LoadBalancerName=same&Subnets.member.1=subnet-22222222&{LISTENER}");
    let (status, xml) = api.classic("CreateLoadBalancer", &other).await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("DuplicateLoadBalancerName"))
    );
}

#[tokio::test]
async fn an_instance_is_in_service_after_its_checks() {
    let (sandbox, api) = sandbox().await;
    create(&api, "work").await;
    let check = "LoadBalancerName=work&HealthCheck.Target=HTTP:30080/healthz&HealthCheck.Interval=5\
                 &HealthCheck.Timeout=2&HealthCheck.UnhealthyThreshold=2&HealthCheck.HealthyThreshold=2";
    api.classic_ok("ConfigureHealthCheck", check).await;
    let instance = "LoadBalancerName=work&Instances.member.1.InstanceId=i-0123456789abcdef0";
    api.classic_ok("RegisterInstancesWithLoadBalancer", instance)
        .await;
    eventually(&sandbox, "in service", async || {
        let xml = api
            .classic_ok("DescribeInstanceHealth", "LoadBalancerName=work")
            .await;
        (inside(&xml, "State") == Some("InService")).then_some(())
    })
    .await;
    api.classic_ok("DeregisterInstancesFromLoadBalancer", instance)
        .await;
    let (status, xml) = api.classic("DescribeInstanceHealth", instance).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("InvalidInstance")));
}

#[tokio::test]
async fn a_listener_is_added_once_per_port() {
    let (_sandbox, api) = sandbox().await;
    create(&api, "ports").await;
    let same = format!("LoadBalancerName=ports&{LISTENER}");
    api.classic_ok("CreateLoadBalancerListeners", &same).await;
    let other = same.replace("30080", "30081");
    let (status, xml) = api.classic("CreateLoadBalancerListeners", &other).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("DuplicateListener")));
    let away = "LoadBalancerName=ports&LoadBalancerPorts.member.1=80&LoadBalancerPorts.member.2=81";
    api.classic_ok("DeleteLoadBalancerListeners", away).await;
    let shown = api.classic_ok("DescribeLoadBalancers", "").await;
    assert_eq!(inside(&shown, "ListenerDescriptions"), Some(""));
}

#[tokio::test]
async fn at_most_fifty_tags_on_one_load_balancer_of_either_version() {
    let (_sandbox, api) = sandbox().await;
    create(&api, "old").await;
    let form = "Name=new&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";
    let arn = api.elb_get("CreateLoadBalancer", form, "LoadBalancerArn").await;
    let tags = |first: usize, last: usize| -> String {
        let tags = (first..=last).map(|n| format!("&Tags.member.{n}.Key=k{n}&Tags.member.{n}.Value=v"));
        tags.collect()
    };
    let classic = async |tags: String| {
        let form = format!("LoadBalancerNames.member.1=old{tags}");
        api.classic("AddTags", &form).await
    };
    let newer = async |tags: String| {
        api.elb("AddTags", &format!("ResourceArns.member.1={arn}{tags}"))
            .await
    };
    assert_eq!(
        (classic(tags(1, 50)).await.0, newer(tags(1, 50)).await.0),
        (200, 200)
    );
    for (status, xml) in [classic(tags(51, 51)).await, newer(tags(51, 51)).await] {
        assert_eq!((status, inside(&xml, "Code")), (400, Some("TooManyTags")));
    }
}
