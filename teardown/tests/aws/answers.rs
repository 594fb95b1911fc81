//! The wire: calls in, AWS's XML and JSON out, by the state of a cloud. Pages and batches are refused as AWS does.

use crate::cloud::{ACCOUNT, Balancer, Cloud, Group, Interface, Pairs, Target, VPC, arn};
use crate::form::Form;
use std::fmt::Write;

/// Status, error code where it is one, and body.
pub struct Answer {
    pub status: u16,
    pub kind: Option<&'static str>,
    pub body: String,
}

pub fn ok(body: String) -> Answer {
    Answer {
        status: 200,
        kind: None,
        body,
    }
}

/// In the shape of the service that is asked.
pub fn refusal(version: &str, status: u16, code: &'static str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>as told</Message></Error>");
    let body = match version {
        "2016-11-15" => format!("<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>"),
        "" => "{\"message\":\"as told\"}".to_owned(),
        _ => format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>"),
    };
    Answer {
        status,
        kind: Some(code),
        body,
    }
}

fn page<'a, T>(all: &'a [T], form: &Form, size: &str, marker: &str) -> (&'a [T], Option<usize>) {
    let size = form.get(size).parse().unwrap_or(400);
    let at: usize = form.get(marker).parse().unwrap_or(0);
    let end = all.len().min(at + size);
    (&all[at..end], (end < all.len()).then_some(end))
}

fn list(name: &str, element: &str, items: impl IntoIterator<Item = String>) -> String {
    let items = items.into_iter().fold(String::new(), |mut all, item| {
        write!(all, "<{element}>{item}</{element}>").unwrap();
        all
    });
    format!("<{name}>{items}</{name}>")
}

fn tag(name: &str, value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;");
    format!("<{name}>{value}</{name}>")
}

fn query(action: &str, result: &str) -> Answer {
    ok(format!(
        "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
    ))
}

fn ec2(action: &str, result: &str) -> Answer {
    ok(format!("<{action}Response>{result}</{action}Response>"))
}

fn tags(pairs: &Pairs) -> String {
    let pairs = pairs.iter();
    list(
        "Tags",
        "member",
        pairs.map(|(key, value)| tag("Key", key) + &tag("Value", value)),
    )
}

fn ec2_tags(pairs: &Pairs) -> String {
    let pairs = pairs.iter();
    list(
        "tagSet",
        "item",
        pairs.map(|(key, value)| tag("key", key) + &tag("value", value)),
    )
}

fn classic(it: &Balancer) -> String {
    tag("LoadBalancerName", &it.name)
        + &tag("DNSName", &format!("{}.example.com", it.name))
        + &tag("CreatedTime", &it.created)
        + &tag("Scheme", "internet-facing")
        + &tag("VPCId", &it.vpc)
        + &list("Subnets", "member", ["subnet-a".to_owned()])
        + &list("SecurityGroups", "member", it.groups.clone())
}

fn modern(it: &Balancer) -> String {
    tag("LoadBalancerArn", &it.arn)
        + &tag("LoadBalancerName", &it.name)
        + &tag("DNSName", &format!("{}.example.com", it.name))
        + &tag("CreatedTime", &it.created)
        + &tag("Scheme", "internet-facing")
        + &tag("VpcId", &it.vpc)
        + &tag("Type", it.kind)
        + &list("AvailabilityZones", "member", [tag("SubnetId", "subnet-a")])
        + &list("SecurityGroups", "member", it.groups.clone())
}

fn target(it: &Target) -> String {
    tag("TargetGroupArn", &it.arn)
        + &tag("TargetGroupName", &it.name)
        + &tag("VpcId", VPC)
        + &tag("TargetType", "ip")
        + &list("LoadBalancerArns", "member", it.balancers.clone())
}

fn group(it: &Group) -> String {
    let peers = it.rules.values().map(|peer| tag("groupId", peer));
    let permission = tag("ipProtocol", "-1") + &list("groups", "item", peers);
    tag("groupId", &it.id)
        + &tag("groupName", &it.name)
        + &tag("groupDescription", &it.description)
        + &tag("ownerId", &it.owner)
        + &tag("vpcId", VPC)
        + &list("ipPermissions", "item", [permission])
        + &ec2_tags(&it.tags)
}

fn interface(it: &Interface) -> String {
    let attachment = tag("instanceOwnerId", "amazon-elb") + &tag("status", "attached");
    tag("networkInterfaceId", &it.id)
        + &tag("subnetId", "subnet-a")
        + &tag("vpcId", VPC)
        + &tag("description", &it.description)
        + &tag("status", "in-use")
        + &tag("requesterManaged", "true")
        + &tag("attachment", "").replace("></", &format!(">{attachment}</"))
        + &list("groupSet", "item", it.groups.iter().map(|id| tag("groupId", id)))
}

/// Answers one call.
pub fn answer(cloud: &mut Cloud, version: &str, form: &Form) -> Answer {
    let action = form.get("Action");
    match (version, action) {
        ("2011-06-15", _) => query(
            action,
            &(tag("Account", ACCOUNT) + &tag("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/me"))),
        ),
        ("2012-06-01", _) => of_classic(cloud, version, action, form),
        ("2015-12-01", _) => of_modern(cloud, version, action, form),
        _ => of_network(cloud, version, action, form),
    }
}

fn of_classic(cloud: &mut Cloud, version: &str, action: &str, form: &Form) -> Answer {
    let names = form.list("LoadBalancerNames.member.");
    let find = |name: &String| cloud.classic.iter().find(|it| it.name == *name);
    if !names.iter().all(|name| find(name).is_some()) {
        return refusal(version, 400, "LoadBalancerNotFound");
    }
    match action {
        "DescribeTags" => {
            let one = |name: &String| tag("LoadBalancerName", name) + &tags(&find(name).unwrap().tags);
            query(action, &list("TagDescriptions", "member", names.iter().map(one)))
        }
        "DescribeLoadBalancers" if names.is_empty() => {
            let (items, next) = page(&cloud.classic, form, "PageSize", "Marker");
            let next = next.map_or(String::new(), |next| tag("NextMarker", &next.to_string()));
            query(
                action,
                &(list("LoadBalancerDescriptions", "member", items.iter().map(classic)) + &next),
            )
        }
        "DescribeLoadBalancers" => {
            let items = names.iter().filter_map(find).map(classic);
            query(action, &list("LoadBalancerDescriptions", "member", items))
        }
        "DeleteLoadBalancer" => {
            cloud.delete_classic(form.get("LoadBalancerName"));
            query(action, "")
        }
        other => panic!("classic {other} is not part of the test"),
    }
}

fn of_modern(cloud: &mut Cloud, version: &str, action: &str, form: &Form) -> Answer {
    let done = |done: Result<bool, &'static str>| match done {
        Ok(_) => query(action, ""),
        Err(code) => refusal(version, 400, code),
    };
    let arns = form.list("LoadBalancerArns.member.");
    let groups = form.list("TargetGroupArns.member.");
    match action {
        "DescribeTags" => {
            let mut all = String::new();
            for arn in form.list("ResourceArns.member.") {
                let balancer = cloud.modern.iter().find(|it| it.arn == arn).map(|it| &it.tags);
                let target = cloud.targets.iter().find(|it| it.arn == arn).map(|it| &it.tags);
                let Some(found) = balancer.or(target) else {
                    return refusal(version, 400, "LoadBalancerNotFound");
                };
                all += &format!("<member>{}{}</member>", tag("ResourceArn", &arn), tags(found));
            }
            query(action, &format!("<TagDescriptions>{all}</TagDescriptions>"))
        }
        "DescribeLoadBalancers" if arns.is_empty() => {
            let (items, next) = page(&cloud.modern, form, "PageSize", "Marker");
            let next = next.map_or(String::new(), |next| tag("NextMarker", &next.to_string()));
            query(
                action,
                &(list("LoadBalancers", "member", items.iter().map(modern)) + &next),
            )
        }
        "DescribeLoadBalancers" => {
            let find = |arn: &String| cloud.modern.iter().find(|it| it.arn == *arn);
            match arns.iter().map(find).collect::<Option<Vec<_>>>() {
                Some(found) => query(
                    action,
                    &list("LoadBalancers", "member", found.into_iter().map(modern)),
                ),
                None => refusal(version, 400, "LoadBalancerNotFound"),
            }
        }
        "DescribeTargetGroups" if groups.is_empty() => {
            let (items, next) = page(&cloud.targets, form, "PageSize", "Marker");
            let next = next.map_or(String::new(), |next| tag("NextMarker", &next.to_string()));
            query(
                action,
                &(list("TargetGroups", "member", items.iter().map(target)) + &next),
            )
        }
        "DescribeTargetGroups" => {
            let find = |arn: &String| cloud.targets.iter().find(|it| it.arn == *arn);
            match groups.iter().map(find).collect::<Option<Vec<_>>>() {
                Some(found) => query(
                    action,
                    &list("TargetGroups", "member", found.into_iter().map(target)),
                ),
                None => refusal(version, 400, "TargetGroupNotFound"),
            }
        }
        "DescribeLoadBalancerAttributes" => {
            let found = cloud
                .modern
                .iter()
                .find(|it| it.arn == form.get("LoadBalancerArn"));
            let on = found.is_some_and(|it| it.protected).to_string();
            let one = tag("Key", "deletion_protection.enabled") + &tag("Value", &on);
            query(action, &list("Attributes", "member", [one]))
        }
        "ModifyLoadBalancerAttributes" => {
            for it in cloud
                .modern
                .iter_mut()
                .filter(|it| it.arn == form.get("LoadBalancerArn"))
            {
                it.protected = false;
            }
            query(action, "")
        }
        "DeleteLoadBalancer" => done(cloud.delete_modern(form.get("LoadBalancerArn"))),
        "DeleteTargetGroup" => done(cloud.delete_target(form.get("TargetGroupArn"))),
        other => panic!("v2 {other} is not part of the test"),
    }
}

fn of_network(cloud: &mut Cloud, version: &str, action: &str, form: &Form) -> Answer {
    match action {
        "DescribeVpcs" => {
            let vpc = tag("vpcId", VPC) + &tag("ownerId", &cloud.owner);
            ec2(action, &list("vpcSet", "item", [vpc]))
        }
        "DescribeSubnets" => {
            let subnet = tag("subnetId", "subnet-a") + &tag("vpcId", VPC) + &tag("ownerId", &cloud.owner);
            ec2(action, &list("subnetSet", "item", [subnet]))
        }
        "DescribeNetworkInterfaces" => {
            let groups = form.filter("group-id");
            let of = |it: &&&Interface| {
                groups
                    .as_ref()
                    .is_none_or(|groups| it.groups.iter().any(|id| groups.contains(id)))
            };
            let present = cloud.present();
            let found = present.iter().filter(of).map(|it| interface(it));
            ec2(action, &list("networkInterfaceSet", "item", found))
        }
        "DescribeSecurityGroups" => {
            let ids = form.filter("group-id");
            let of = |it: &&Group| ids.as_ref().is_none_or(|ids| ids.contains(&it.id));
            ec2(
                action,
                &list(
                    "securityGroupInfo",
                    "item",
                    cloud.groups.iter().filter(of).map(group),
                ),
            )
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
            let items = of.map(|(it, (rule, peer))| {
                tag("securityGroupRuleId", rule)
                    + &tag("groupId", &it.id)
                    + &tag("isEgress", "false")
                    + &format!(
                        "<referencedGroupInfo>{}</referencedGroupInfo>",
                        tag("groupId", peer)
                    )
            });
            ec2(action, &list("securityGroupRuleSet", "item", items))
        }
        "DescribeVpcEndpointServiceConfigurations" => ec2(action, "<serviceConfigurationSet/>"),
        "RevokeSecurityGroupIngress" => {
            let rules = form.list("SecurityGroupRuleId.");
            for it in cloud.groups.iter_mut().filter(|it| it.id == form.get("GroupId")) {
                it.rules.retain(|rule, _| !rules.contains(rule));
            }
            ec2(action, &tag("return", "true"))
        }
        "DeleteSecurityGroup" => match cloud.delete_group(form.get("GroupId")) {
            Ok(_) => ec2(action, &tag("return", "true")),
            Err(code) => refusal(version, 400, code),
        },
        other => panic!("EC2 {other} is not part of the test"),
    }
}

/// What a changing call takes away or alters, by ARN or id.
pub fn subject(version: &str, form: &Form) -> Option<String> {
    let id = match (version, form.get("Action")) {
        ("2012-06-01", "DeleteLoadBalancer") => arn("loadbalancer", form.get("LoadBalancerName")),
        (_, "DeleteLoadBalancer" | "ModifyLoadBalancerAttributes") => form.get("LoadBalancerArn").to_owned(),
        (_, "DeleteTargetGroup") => form.get("TargetGroupArn").to_owned(),
        (_, "DeleteSecurityGroup") => form.get("GroupId").to_owned(),
        (_, "RevokeSecurityGroupIngress") => form.list("SecurityGroupRuleId.").join(" "),
        _ => return None,
    };
    Some(id)
}
