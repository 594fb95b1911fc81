//! Security groups and their rules, as both controllers handle them.
//!
//! Finds groups by name and VPC; never changes a rule it did not write.

use serde_json::{Value, json};

use super::aws::{Aws, unless};
use crate::world::{Refusal, Ruled};

/// A rule that a controller writes into a group: each refusal that it is there already is no refusal.
pub fn allow(aws: &mut Aws<'_>, group: &str, permission: Value) -> Ruled<()> {
    let input = json!({ "GroupId": group, "IpPermissions": [permission] });
    let answer = aws.ec2("AuthorizeSecurityGroupIngress", input);
    unless(answer, &["InvalidPermission.Duplicate"])
}

/// The rule away again; that it is gone, or its group, is no refusal.
pub fn forbid(aws: &mut Aws<'_>, group: &str, permission: Value) -> Ruled<()> {
    let input = json!({ "GroupId": group, "IpPermissions": [permission] });
    let answer = aws.ec2("RevokeSecurityGroupIngress", input);
    unless(answer, &["InvalidPermission.NotFound", "InvalidGroup.NotFound"])
}

/// Every protocol and port from a group.
pub fn all_from(group: &str) -> Value {
    json!({ "IpProtocol": "-1", "Groups": [{ "GroupId": group }] })
}

/// TCP ports from a network.
pub fn tcp_from(cidr: &str, ports: (u16, u16), description: Option<&str>) -> Value {
    let mut range = json!({ "CidrIp": cidr });
    if let Some(description) = description {
        range["Description"] = json!(description);
    }
    json!({
        "IpProtocol": "tcp", "FromPort": ports.0.to_string(), "ToPort": ports.1.to_string(),
        "IpRanges": [range],
    })
}

/// The id of a group by its name, if it is there.
pub fn find(aws: &mut Aws<'_>, vpc: &str, name: &str) -> Ruled<Option<String>> {
    let filters = json!([
        { "Name": "group-name", "Value": [name] },
        { "Name": "vpc-id", "Value": [vpc] },
    ]);
    let found = aws.ec2("DescribeSecurityGroups", json!({ "Filter": filters }))?;
    Ok(found["securityGroupInfo"][0]["groupId"]
        .as_str()
        .map(str::to_owned))
}

/// The group of that name, made with these tags if it is not there.
pub fn ensure(
    aws: &mut Aws<'_>,
    vpc: &str,
    name: &str,
    description: &str,
    tags: &[(String, String)],
) -> Ruled<String> {
    if let Some(id) = find(aws, vpc, name)? {
        return Ok(id);
    }
    let input = json!({ "GroupName": name, "GroupDescription": description, "VpcId": vpc });
    let made = aws.ec2("CreateSecurityGroup", input)?;
    let id = made["groupId"].as_str().map(str::to_owned);
    let id = id.ok_or_else(|| Refusal::new("InternalError", "a group without an id"))?;
    let tags: Vec<Value> = tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    aws.ec2("CreateTags", json!({ "ResourceId": [id], "Tag": tags }))?;
    Ok(id)
}

/// Refused for as long as an interface or a rule holds it.
pub fn remove(aws: &mut Aws<'_>, id: &str) -> Ruled<()> {
    let answer = aws.ec2("DeleteSecurityGroup", json!({ "GroupId": id }));
    unless(answer, &["InvalidGroup.NotFound"])
}
