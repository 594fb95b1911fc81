//! EC2 over its own protocol: pages, filters, dry runs, tags, throttling.
//!
//! What blocks what is asked of the world itself, in world/ec2/tests.

use super::client::{Api, all, inside};
use super::sandbox;
use crate::{Fault, FaultRule, Seed};

async fn ec2(api: &Api, action: &str, form: &str) -> (u16, String) {
    let body = format!("Action={action}&Version=2016-11-15&{form}");
    let sent = api.send("application/x-www-form-urlencoded", None, body).await;
    sent.expect("an answer")
}

async fn refused(api: &Api, action: &str, form: &str) -> (u16, String) {
    let (status, xml) = ec2(api, action, form).await;
    assert!(400 <= status, "{action} {form}: {xml}");
    (status, inside(&xml, "Code").unwrap_or_default().to_owned())
}

#[tokio::test]
async fn listings_come_in_pages_of_5_to_1000_behind_opaque_tokens() {
    let (_sandbox, api) = sandbox().await;
    for n in 0..11 {
        let form = format!("GroupName=g{n}&GroupDescription=d&VpcId=vpc-0b1ae6f0c0ffee000");
        assert_eq!(ec2(&api, "CreateSecurityGroup", &form).await.0, 200);
    }
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let form = match &token {
            None => "MaxResults=5".to_owned(),
            Some(token) => format!("MaxResults=5&NextToken={token}"),
        };
        let (_, xml) = ec2(&api, "DescribeSecurityGroups", &form).await;
        found.extend(all(&xml, "groupName").into_iter().map(str::to_owned));
        token = inside(&xml, "nextToken").map(str::to_owned);
        let Some(token) = &token else { break };
        assert!(token.len() == 32 && token.parse::<u64>().is_err(), "{token}");
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 12);
    let (_, xml) = ec2(&api, "DescribeSecurityGroups", "").await;
    assert_eq!(all(&xml, "groupName").len(), 12);
    assert_eq!(inside(&xml, "nextToken"), None);
    for form in [
        "MaxResults=4",
        "MaxResults=1001",
        "MaxResults=5&NextToken=5",
        "Filter.1.Name=colour",
    ] {
        for action in [
            "DescribeSecurityGroups",
            "DescribeNetworkInterfaces",
            "DescribeNatGateways",
        ] {
            let outcome = refused(&api, action, form).await;
            assert_eq!(outcome, (400, "InvalidParameterValue".into()), "{action} {form}");
        }
    }
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_what_is_missing_is_named() {
    let (_sandbox, api) = sandbox().await;
    let dry = "VpcId=vpc-0b1ae6f0c0ffee000&DryRun=true";
    assert_eq!(
        refused(&api, "DeleteVpc", dry).await,
        (412, "DryRunOperation".into())
    );
    assert_eq!(
        refused(&api, "DeleteVpc", "").await,
        (400, "MissingParameter".into())
    );
    assert_eq!(refused(&api, "RunInstances", "").await.1, "InvalidAction");
    let (_, xml) = ec2(&api, "DescribeVpcs", "").await;
    assert_eq!(all(&xml, "vpcId"), ["vpc-0b1ae6f0c0ffee000"]);
}

#[tokio::test]
async fn a_throttled_call_is_told_in_ec2s_words() {
    let (sandbox, api) = sandbox().await;
    let mut rule = FaultRule::new(Fault::Throttle);
    rule.service = Some("ec2".into());
    rule.times = Some(1);
    sandbox.faults().add(rule);
    let throttled = refused(&api, "DescribeVpcs", "").await;
    assert_eq!(throttled, (503, "RequestLimitExceeded".into()));
    assert_eq!(ec2(&api, "DescribeVpcs", "").await.0, 200);
}

#[tokio::test]
async fn at_most_fifty_tags_on_one_thing() {
    let (_sandbox, api) = sandbox().await;
    let tags: String = (1..=51)
        .map(|n| format!("&Tag.{n}.Key=k{n}&Tag.{n}.Value=v"))
        .collect();
    let form = format!("ResourceId.1=vpc-0b1ae6f0c0ffee000{tags}");
    assert_eq!(refused(&api, "CreateTags", &form).await.1, "TagLimitExceeded");
    let reserved = "ResourceId.1=vpc-0b1ae6f0c0ffee000&Tag.1.Key=aws:x&Tag.1.Value=v";
    assert_eq!(
        refused(&api, "CreateTags", reserved).await.1,
        "InvalidParameterValue"
    );
}

#[tokio::test]
async fn a_seed_says_networks_and_says_them_again() {
    let seed = Seed::from_json(
        br#"{
            "vpcs": [{ "id": "vpc-aaaaaaaa", "cidr": "10.8.0.0/16", "owner": "999999999999",
                       "internet_gateway": "igw-aaaaaaaa", "default_group": "sg-aaaaaaaa", "tags": { "a": "b" },
                       "subnets": [{ "id": "subnet-aaaaaaaa", "cidr": "10.8.1.0/24", "zone": "eu-central-1b",
                                     "owner": "999999999999", "tags": {} }] }],
            "security_groups": [
                { "id": "sg-bbbbbbbb", "vpc": "vpc-aaaaaaaa", "name": "lb", "description": "lb", "tags": { "c": "d" },
                  "ingress": [{ "protocol": "tcp", "ports": [80, 80], "peer": "0.0.0.0/0", "description": "all" }],
                  "egress": [] },
                { "id": "sg-cccccccc", "vpc": "vpc-aaaaaaaa", "name": "node", "description": "node",
                  "ingress": [{ "peer": "sg-bbbbbbbb" }], "egress": [] }],
            "instances": [{ "id": "i-aaaaaaaa" }],
            "interfaces": [{ "subnet": "subnet-aaaaaaaa", "description": "aws-K8S-i-aaaaaaaa",
                             "groups": ["sg-cccccccc"], "instance": "i-aaaaaaaa",
                             "instance_owner": "123456789012", "tags": { "e": "f" } }]
        }"#,
    );
    let (one, api) = sandbox().await;
    one.seed(&seed.expect("a valid seed")).expect("applies");
    let (_, xml) = ec2(
        &api,
        "DescribeVpcs",
        "Filter.1.Name=owner-id&Filter.1.Value.1=999999999999",
    )
    .await;
    assert_eq!(all(&xml, "vpcId"), ["vpc-aaaaaaaa"]);
    let form = "Filter.1.Name=ip-permission.group-id&Filter.1.Value.1=sg-bbbbbbbb";
    let (_, xml) = ec2(&api, "DescribeSecurityGroups", form).await;
    assert_eq!(all(&xml, "groupName"), ["node"]);
    let form = "Filter.1.Name=attachment.instance-id&Filter.1.Value.1=i-aaaaaaaa";
    let (_, xml) = ec2(&api, "DescribeNetworkInterfaces", form).await;
    assert!(all(&xml, "status").contains(&"in-use"), "{xml}");
    assert_eq!(
        refused(&api, "DeleteVpc", "VpcId=vpc-aaaaaaaa").await,
        (403, "UnauthorizedOperation".into())
    );

    let (two, _) = sandbox().await;
    two.seed(&one.as_seed()).expect("applies");
    assert_eq!(two.as_seed(), one.as_seed());
    assert_eq!(two.dump()["security_groups"], one.dump()["security_groups"]);
}
