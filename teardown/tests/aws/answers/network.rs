//! EC2: the VPC, its subnets, network interfaces, security groups and their rules, and endpoint services.

use super::{Answer, escaped, list, ok, refusal, tag};
use crate::cloud::{Cloud, Group, Interface, Pairs, Way};
use crate::form::Form;

fn ec2(action: &str, result: &str) -> Answer {
    ok(format!("<{action}Response>{result}</{action}Response>"))
}

fn ec2_tags(pairs: &Pairs) -> String {
    let pairs = pairs.iter();
    list(
        "tagSet",
        "item",
        pairs.map(|(key, value)| tag("key", key) + &tag("value", value)),
    )
}

fn group(it: &Group) -> String {
    let permission = |way: Way| {
        let rules = it.rules.values().filter(|rule| rule.way == way);
        let peers = rules.map(|rule| tag("groupId", &rule.peer));
        tag("ipProtocol", "-1") + &list("groups", "item", peers)
    };
    tag("groupId", &it.id)
        + &tag("groupName", &it.name)
        + &tag("groupDescription", &it.description)
        + &tag("ownerId", &it.owner)
        + &tag("vpcId", &it.vpc)
        + &list("ipPermissions", "item", [permission(Way::In)])
        + &list("ipPermissionsEgress", "item", [permission(Way::Out)])
        + &ec2_tags(&it.tags)
}

fn interface(it: &Interface) -> String {
    let detached = it.is_detached();
    let attachment = match &it.attached {
        Some(owner) if !detached => format!(
            "<attachment>{}</attachment>",
            tag("instanceOwnerId", owner) + &tag("status", "attached")
        ),
        _ => String::new(),
    };
    tag("networkInterfaceId", &it.id)
        + &tag("subnetId", &it.subnet)
        + &tag("vpcId", &it.vpc)
        + &tag("description", &it.description)
        + &tag("status", if detached { "available" } else { "in-use" })
        + &tag("requesterManaged", if it.managed { "true" } else { "false" })
        + &attachment
        + &list("groupSet", "item", it.groups.iter().map(|id| tag("groupId", id)))
        + &ec2_tags(&it.tags)
}

/// Answers one call of EC2's.
pub fn answer(cloud: &mut Cloud, version: &str, action: &str, form: &Form) -> Answer {
    let done = |done: Result<bool, &'static str>| match done {
        Ok(_) => ec2(action, &tag("return", "true")),
        Err(code) => refusal(version, 400, code),
    };
    match action {
        "DescribeVpcs" => {
            let ids = form.list("VpcId.");
            if !ids.contains(&cloud.vpc) {
                return refusal(version, 400, "InvalidVpcID.NotFound");
            }
            let vpc = tag("vpcId", &cloud.vpc) + &tag("ownerId", &cloud.owner);
            ec2(action, &list("vpcSet", "item", [vpc]))
        }
        "DescribeSubnets" => {
            let vpc = tag("vpcId", &cloud.vpc);
            let subnets = cloud.subnets.iter();
            let subnets = subnets.map(|(id, owner)| tag("subnetId", id) + &vpc + &tag("ownerId", owner));
            ec2(action, &list("subnetSet", "item", subnets))
        }
        "DescribeNetworkInterfaces" => {
            let (vpcs, groups) = (form.filter("vpc-id"), form.filter("group-id"));
            let of = |it: &&&Interface| {
                vpcs.as_ref().is_none_or(|vpcs| vpcs.contains(&it.vpc))
                    && groups
                        .as_ref()
                        .is_none_or(|groups| it.groups.iter().any(|id| groups.contains(id)))
            };
            let present = cloud.present();
            let found = present.iter().filter(of).map(|it| interface(it));
            ec2(action, &list("networkInterfaceSet", "item", found))
        }
        "DescribeSecurityGroups" => {
            let (vpcs, ids) = (form.filter("vpc-id"), form.filter("group-id"));
            let of = |it: &&Group| {
                vpcs.as_ref().is_none_or(|vpcs| vpcs.contains(&it.vpc))
                    && ids.as_ref().is_none_or(|ids| ids.contains(&it.id))
            };
            let found = cloud.groups.iter().filter(of).map(group);
            ec2(action, &list("securityGroupInfo", "item", found))
        }
        "DescribeSecurityGroupRules" => {
            let (owners, ids) = (form.filter("group-id"), form.filter("security-group-rule-id"));
            let all = cloud
                .groups
                .iter()
                .flat_map(|it| it.rules.iter().map(move |rule| (it, rule)));
            let of = all.filter(|(it, (rule, _))| {
                owners.as_ref().is_none_or(|owners| owners.contains(&it.id))
                    && ids.as_ref().is_none_or(|ids| ids.contains(rule))
            });
            let items = of.map(|(it, (id, rule))| {
                tag("securityGroupRuleId", id)
                    + &tag("groupId", &it.id)
                    + &tag("isEgress", if rule.way == Way::Out { "true" } else { "false" })
                    + &format!(
                        "<referencedGroupInfo>{}</referencedGroupInfo>",
                        tag("groupId", &rule.peer)
                    )
            });
            ec2(action, &list("securityGroupRuleSet", "item", items))
        }
        "DescribeVpcEndpointServiceConfigurations" => {
            let services = cloud.services.iter().map(|(id, arns)| {
                tag("serviceId", id) + &list("networkLoadBalancerArnSet", "item", arns.iter().map(escaped))
            });
            ec2(action, &list("serviceConfigurationSet", "item", services))
        }
        "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
            let way = if action.ends_with("Egress") {
                Way::Out
            } else {
                Way::In
            };
            done(cloud.revoke(form.get("GroupId"), way, &form.list("SecurityGroupRuleId.")))
        }
        "DeleteSecurityGroup" => done(cloud.delete_group(form.get("GroupId"))),
        other => panic!("EC2 {other} is not part of the test"),
    }
}
