//! Route tables, addresses, gateways, endpoints and network ACLs in a world file, there and back.
//!
//! What AWS refuses of each is asked of the world itself, in world/ec2/tests.

use serde_json::{Value, json};

use super::client::{Api, inside};
use super::sandbox;
use crate::Seed;

const SEED: &[u8] = br#"{
    "vpcs": [{ "id": "vpc-aaaaaaaa", "cidr": "10.8.0.0/16", "internet_gateway": "igw-aaaaaaaa", "dns_hostnames": true,
               "default_group": "sg-aaaaaaaa",
               "subnets": [{ "id": "subnet-aaaaaaaa", "cidr": "10.8.1.0/24", "public_on_launch": true },
                           { "id": "subnet-bbbbbbbb", "cidr": "10.8.2.0/24", "zone": "eu-central-1b" }] }],
    "addresses": [{ "id": "eipalloc-aaaaaaaa", "ip": "198.18.0.9", "tags": { "a": "b" } },
                  { "id": "eipalloc-bbbbbbbb" }],
    "interfaces": [{ "id": "eni-aaaaaaaa", "subnet": "subnet-aaaaaaaa", "description": "card",
                     "address": "eipalloc-bbbbbbbb" }],
    "nat_gateways": [{ "id": "nat-aaaaaaaa", "subnet": "subnet-aaaaaaaa", "address": "eipalloc-aaaaaaaa" }],
    "route_tables": [
        { "id": "rtb-aaaaaaaa", "vpc": "vpc-aaaaaaaa", "main": true,
          "routes": [{ "destination": "0.0.0.0/0", "target": "igw-aaaaaaaa" }] },
        { "id": "rtb-bbbbbbbb", "vpc": "vpc-aaaaaaaa", "subnets": ["subnet-bbbbbbbb"], "tags": { "c": "d" },
          "routes": [{ "destination": "0.0.0.0/0", "target": "nat-aaaaaaaa" },
                     { "destination": "192.0.2.0/24", "target": "eni-aaaaaaaa" },
                     { "destination": "198.51.100.0/24", "target": "nat-0123456789abcdef0" }] }],
    "vpc_endpoints": [
        { "id": "vpce-aaaaaaaa", "vpc": "vpc-aaaaaaaa", "service": "com.amazonaws.eu-central-1.s3",
          "tables": ["rtb-aaaaaaaa", "rtb-bbbbbbbb"], "policy": "{}" },
        { "id": "vpce-bbbbbbbb", "kind": "interface", "vpc": "vpc-aaaaaaaa", "private_dns": true,
          "service": "com.amazonaws.eu-central-1.sts", "subnets": ["subnet-bbbbbbbb"] }],
    "network_acls": [
        { "id": "acl-aaaaaaaa", "vpc": "vpc-aaaaaaaa", "default": true, "entries": [] },
        { "id": "acl-bbbbbbbb", "vpc": "vpc-aaaaaaaa", "subnets": ["subnet-bbbbbbbb"],
          "entries": [{ "number": 7, "direction": "ingress", "verdict": "deny", "network": "::/0", "protocol": 6,
                        "ports": [80, 81] }] }]
}"#;

async fn ec2(api: &Api, action: &str, form: &str) -> String {
    let body = format!("Action={action}&Version=2016-11-15&{form}");
    let sent = api.send("application/x-www-form-urlencoded", None, body).await;
    let (status, xml) = sent.expect("an answer");
    assert_eq!(status, 200, "{action} {form}: {xml}");
    xml
}

fn ids(dump: &Value, kind: &str, id: &str) -> Vec<String> {
    let all = dump[kind].as_array().expect("a list").iter();
    let mut ids: Vec<String> = all.map(|it| it[id].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}

/// Ids of associations are made anew: no file says them.
fn without_associations(text: String) -> String {
    ["rtbassoc-", "eipassoc-"].into_iter().fold(text, |text, prefix| {
        let parts = text.split(prefix).enumerate();
        let kept = parts.map(|(n, part)| {
            if n == 0 {
                part
            } else {
                part.get(17..).unwrap_or_default()
            }
        });
        kept.collect()
    })
}

#[tokio::test]
async fn a_file_says_what_leads_out_of_a_network_and_a_world_says_the_file_again() {
    let (one, api) = sandbox().await;
    one.seed(&Seed::from_json(SEED).expect("a valid seed"))
        .expect("applies");
    let form = "Filter.1.Name=association.subnet-id&Filter.1.Value.1=subnet-bbbbbbbb";
    let xml = ec2(&api, "DescribeRouteTables", form).await;
    assert!(
        xml.contains("rtb-bbbbbbbb") && xml.contains("<state>blackhole</state>"),
        "{xml}"
    );
    assert_eq!(xml.matches("<natGatewayId>").count(), 2, "{xml}");
    let xml = ec2(&api, "DescribeNetworkAcls", form).await;
    assert_eq!(inside(&xml, "networkAclId"), Some("acl-bbbbbbbb"));
    let xml = ec2(&api, "DescribeAddresses", "AllocationId.1=eipalloc-aaaaaaaa").await;
    assert_eq!(inside(&xml, "publicIp"), Some("198.18.0.9"));

    let told = json!(one.as_seed());
    assert_eq!(told["route_tables"].as_array().map(Vec::len), Some(2));
    assert_eq!(told["network_acls"][0]["default"], true);
    let (two, _) = sandbox().await;
    let text = serde_json::to_vec(&told).expect("JSON");
    two.seed(&Seed::from_json(&text).expect("a valid seed"))
        .expect("applies");
    assert_eq!(json!(two.as_seed()), told);
    for kind in ["route_tables", "addresses", "subnets", "vpcs", "tags"] {
        let plain = |it: &Value| without_associations(it[kind].to_string());
        assert_eq!(plain(&one.dump()), plain(&two.dump()), "{kind}");
    }
}

#[tokio::test]
async fn what_a_call_made_is_told_and_what_a_vpc_begins_with_is_not() {
    let (one, api) = sandbox().await;
    assert_eq!(one.as_seed(), Seed::default());
    let made = ec2(&api, "CreateVpc", "CidrBlock=10.7.0.0/16").await;
    let vpc = inside(&made, "vpcId").expect("an id").to_owned();
    let told = one.as_seed();
    assert_eq!((told.route_tables, told.network_acls), (Vec::new(), Vec::new()));
    for (action, id) in [
        ("CreateRouteTable", "routeTableId"),
        ("CreateNetworkAcl", "networkAclId"),
    ] {
        let made = ec2(&api, action, &format!("VpcId={vpc}")).await;
        assert!(inside(&made, id).is_some(), "{made}");
    }
    let told = one.as_seed();
    assert_eq!((told.route_tables.len(), told.network_acls.len()), (1, 1));

    // Ids that the file has taken are given to nothing else, neither by the file nor by a call.
    let (two, api) = sandbox().await;
    two.seed(&told).expect("applies");
    assert_eq!(two.as_seed(), told);
    let other = ec2(&api, "CreateVpc", "CidrBlock=10.6.0.0/16").await;
    let other = inside(&other, "vpcId").expect("an id").to_owned();
    ec2(&api, "CreateRouteTable", &format!("VpcId={other}")).await;
    let dump = two.dump();
    assert_eq!(ids(&dump, "vpcs", "vpcId").len(), 3);
    // A main table each, and two besides.
    assert_eq!(ids(&dump, "route_tables", "routeTableId").len(), 5);
    assert_eq!(ids(&dump, "network_acls", "networkAclId").len(), 4);
}

#[tokio::test]
async fn a_file_that_names_what_is_not_there_is_refused_with_its_path() {
    for (text, path) in [
        (
            r#"{ "nat_gateways": [{ "id": "nat-aaaaaaaa", "subnet": "subnet-99999999" }] }"#,
            "nat_gateways[0] (nat-aaaaaaaa)",
        ),
        (
            r#"{ "route_tables": [{ "id": "rtb-aaaaaaaa",
                 "routes": [{ "destination": "0.0.0.0/0", "target": "vgw-aaaaaaaa" }] }] }"#,
            "route_tables[0] (rtb-aaaaaaaa)",
        ),
        (
            r#"{ "vpc_endpoints": [{ "id": "vpce-aaaaaaaa", "service": "s3", "tables": ["rtb-99999999"] }] }"#,
            "vpc_endpoints[0] (vpce-aaaaaaaa)",
        ),
        (
            r#"{ "network_acls": [{ "id": "acl-aaaaaaaa", "vpc": "vpc-99999999" }] }"#,
            "network_acls[0] (acl-aaaaaaaa)",
        ),
    ] {
        let (one, _) = sandbox().await;
        let seed = Seed::from_json(text.as_bytes()).expect("a valid seed");
        let error = format!("{:#}", one.seed(&seed).expect_err("nothing there"));
        assert!(error.contains(path), "{error}");
    }
}
