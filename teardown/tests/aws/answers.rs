//! The wire: calls in, AWS's XML and JSON out, by the state of a cloud. Pages and batches are refused as AWS does.

mod clusters;
mod network;

use crate::cloud::{ACCOUNT, Balancer, Cloud, Pairs, Target, arn};
use crate::form::Form;
use std::fmt::Write;

/// One call, as it came.
pub struct Call {
    /// As IAM names its action.
    pub action: String,
    /// Of the API; empty where that has none.
    pub version: String,
    pub form: Form,
    pub path: String,
}

impl Call {
    pub fn read(path: &str, body: &str) -> Call {
        let form = Form::read(body);
        let version = form.get("Version").to_owned();
        let service = match version.as_str() {
            "" => "eks",
            "2011-06-15" => "sts",
            "2016-11-15" => "ec2",
            _ => "elasticloadbalancing",
        };
        let name = match service {
            "eks" => "DescribeCluster",
            _ => form.get("Action"),
        };
        Call {
            action: format!("{service}:{name}"),
            version,
            form,
            path: path.to_owned(),
        }
    }
}

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
    format!("<{name}>{}</{name}>", escaped(value))
}

fn escaped(value: impl AsRef<str>) -> String {
    value.as_ref().replace('&', "&amp;").replace('<', "&lt;")
}

fn query(action: &str, result: &str) -> Answer {
    ok(format!(
        "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
    ))
}

fn tags(pairs: &Pairs) -> String {
    let pairs = pairs.iter();
    list(
        "Tags",
        "member",
        pairs.map(|(key, value)| tag("Key", key) + &tag("Value", value)),
    )
}

fn classic(it: &Balancer) -> String {
    tag("LoadBalancerName", &it.name)
        + &tag("DNSName", &format!("{}.example.com", it.name))
        + &tag("CreatedTime", &it.created)
        + &tag("Scheme", &it.scheme)
        + &tag("VPCId", &it.vpc)
        + &list("Subnets", "member", it.subnets.clone())
        + &list("SecurityGroups", "member", it.groups.clone())
}

fn modern(it: &Balancer) -> String {
    let zones = it.subnets.iter().map(|id| tag("SubnetId", id));
    tag("LoadBalancerArn", &it.arn)
        + &tag("LoadBalancerName", &it.name)
        + &tag("DNSName", &format!("{}.example.com", it.name))
        + &tag("CreatedTime", &it.created)
        + &tag("Scheme", &it.scheme)
        + &tag("VpcId", &it.vpc)
        + &tag("Type", it.kind)
        + &list("AvailabilityZones", "member", zones)
        + &list("SecurityGroups", "member", it.groups.clone())
}

fn target(it: &Target) -> String {
    tag("TargetGroupArn", &it.arn)
        + &tag("TargetGroupName", &it.name)
        + &tag("VpcId", &it.vpc)
        + &tag("TargetType", "ip")
        + &list("LoadBalancerArns", "member", it.balancers.clone())
}

/// Answers one call.
pub fn answer(cloud: &mut Cloud, call: &Call) -> Answer {
    let (version, form) = (call.version.as_str(), &call.form);
    let action = form.get("Action");
    match (version, action) {
        ("2011-06-15", _) => query(
            action,
            &(tag("Account", ACCOUNT) + &tag("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/me"))),
        ),
        ("2012-06-01", _) => of_classic(cloud, version, action, form),
        ("2015-12-01", _) => of_modern(cloud, version, action, form),
        ("", _) => clusters::answer(cloud, &call.path),
        _ => network::answer(cloud, version, action, form),
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
            let told = names.iter().filter(|name| !cloud.silent.contains(*name));
            query(action, &list("TagDescriptions", "member", told.map(one)))
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
                if cloud.silent.contains(&arn) {
                    continue;
                }
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

/// What a changing call takes away or alters, by ARN or id.
pub fn subject(call: &Call) -> Option<String> {
    let form = &call.form;
    let id = match (call.version.as_str(), form.get("Action")) {
        ("2012-06-01", "DeleteLoadBalancer") => arn("loadbalancer", form.get("LoadBalancerName")),
        (_, "DeleteLoadBalancer" | "ModifyLoadBalancerAttributes") => form.get("LoadBalancerArn").to_owned(),
        (_, "DeleteTargetGroup") => form.get("TargetGroupArn").to_owned(),
        (_, "DeleteSecurityGroup") => form.get("GroupId").to_owned(),
        (_, "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress") => {
            form.list("SecurityGroupRuleId.").join(" ")
        }
        _ => return None,
    };
    Some(id)
}
