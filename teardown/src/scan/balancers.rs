//! The load balancers and target groups of the region, all pages: AWS can't filter them by VPC.

use super::tags::Batch;
use crate::aws::pages::{self, Page};
use crate::aws::{Class, Error, Kind as Fault, Run};
use crate::inventory::{Caller, Kind, Listing, LoadBalancer, Reading, TargetGroup};
use aws_sdk_elasticloadbalancing::types::LoadBalancerDescription;
use aws_sdk_elasticloadbalancingv2::types as v2;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// The most that AWS gives at once.
const PAGE: i32 = 400;
pub(crate) const NOT_ASKED: &str = "nobody asked for them";

/// Classic ones. Their ARNs are not composed yet: that takes account and partition.
pub(crate) async fn classic(run: &Run<'_>) -> Listing<LoadBalancer> {
    let page = move |marker: Option<String>| {
        let call = run.aws.elb().describe_load_balancers();
        let call = call.page_size(PAGE).set_marker(marker);
        async move {
            let answer = run
                .read(
                    Class::ClassicRead,
                    "elasticloadbalancing:DescribeLoadBalancers",
                    "(classic)",
                    || call.clone().send(),
                )
                .await?;
            Ok(Page {
                items: answer.load_balancer_descriptions,
                next: answer.next_marker,
            })
        }
    };
    pages::all(page, |it| read_classic(it).map(|it| (it.name.clone(), it))).await
}

/// Gives classic load balancers their ARNs.
pub(crate) fn named(
    mut listing: Listing<LoadBalancer>,
    caller: &Caller,
    partition: &str,
) -> Listing<LoadBalancer> {
    for balancer in &mut listing.items {
        balancer.arn = classic_arn(partition, caller, &balancer.name);
    }
    listing
}

fn classic_arn(partition: &str, caller: &Caller, name: &str) -> String {
    let Caller { account, region } = caller;
    format!("arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{name}")
}

/// Application, network and gateway load balancers.
pub(crate) async fn modern(run: &Run<'_>) -> Listing<LoadBalancer> {
    let page = move |marker: Option<String>| {
        let call = run.aws.elbv2().describe_load_balancers();
        let call = call.page_size(PAGE).set_marker(marker);
        async move {
            let answer = run
                .read(
                    Class::ModernRead,
                    "elasticloadbalancing:DescribeLoadBalancers",
                    "(v2)",
                    || call.clone().send(),
                )
                .await?;
            Ok(Page {
                items: answer.load_balancers,
                next: answer.next_marker,
            })
        }
    };
    pages::all(page, |it| read_modern(it).map(|it| (it.arn.clone(), it))).await
}

/// Target groups.
pub(crate) async fn target_groups(run: &Run<'_>) -> Listing<TargetGroup> {
    let page = move |marker: Option<String>| {
        let call = run.aws.elbv2().describe_target_groups();
        let call = call.page_size(PAGE).set_marker(marker);
        async move {
            let answer = run
                .read(
                    Class::ModernRead,
                    "elasticloadbalancing:DescribeTargetGroups",
                    "",
                    || call.clone().send(),
                )
                .await?;
            Ok(Page {
                items: answer.target_groups,
                next: answer.next_marker,
            })
        }
    };
    pages::all(page, |it| read_target_group(it).map(|it| (it.arn.clone(), it))).await
}

/// Some classic load balancers, by name, twenty at most.
pub(crate) async fn few_classic(run: &Run<'_>, names: Vec<String>) -> Batch<LoadBalancer> {
    const DOING: &str = "elasticloadbalancing:DescribeLoadBalancers";
    let on = names.join(", ");
    let call = run.aws.elb().describe_load_balancers();
    let call = call.set_load_balancer_names(Some(names));
    let answer = run
        .read(Class::ClassicRead, DOING, &on, || call.clone().send())
        .await?;
    let all = answer.load_balancer_descriptions.into_iter().flatten();
    let all = all.map(|it| read_classic(it).map(|it| (it.name.clone(), it)));
    all.collect::<Result<_, _>>()
        .map_err(|why| Error::ours(Fault::Malformed, DOING, &on, why))
}

/// Some newer load balancers, by ARN, twenty at most.
pub(crate) async fn few_modern(run: &Run<'_>, arns: Vec<String>) -> Batch<LoadBalancer> {
    const DOING: &str = "elasticloadbalancing:DescribeLoadBalancers";
    let on = arns.join(", ");
    let call = run.aws.elbv2().describe_load_balancers();
    let call = call.set_load_balancer_arns(Some(arns));
    let answer = run
        .read(Class::ModernRead, DOING, &on, || call.clone().send())
        .await?;
    let all = answer.load_balancers.into_iter().flatten();
    let all = all.map(|it| read_modern(it).map(|it| (it.arn.clone(), it)));
    all.collect::<Result<_, _>>()
        .map_err(|why| Error::ours(Fault::Malformed, DOING, &on, why))
}

/// Some target groups, by ARN, twenty at most.
pub(crate) async fn few_target_groups(run: &Run<'_>, arns: Vec<String>) -> Batch<TargetGroup> {
    const DOING: &str = "elasticloadbalancing:DescribeTargetGroups";
    let on = arns.join(", ");
    let call = run.aws.elbv2().describe_target_groups();
    let call = call.set_target_group_arns(Some(arns));
    let answer = run
        .read(Class::ModernRead, DOING, &on, || call.clone().send())
        .await?;
    let all = answer.target_groups.into_iter().flatten();
    let all = all.map(|it| read_target_group(it).map(|it| (it.arn.clone(), it)));
    all.collect::<Result<_, _>>()
        .map_err(|why| Error::ours(Fault::Malformed, DOING, &on, why))
}

/// An answer may lack what AWS always gives: then it says nothing about the object.
fn needed<T>(value: Option<T>, what: &str, of: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("{of} comes without its {what}"))
}

fn text(value: Option<String>, what: &str, of: &str) -> Result<String, String> {
    needed(value.filter(|text| !text.is_empty()), what, of)
}

fn time(value: Option<DateTime>, of: &str) -> Result<Timestamp, String> {
    let time = needed(value, "time of creation", of)?;
    // Below a second it has at most 999,999,999 nanoseconds.
    Timestamp::new(
        time.secs(),
        i32::try_from(time.subsec_nanos()).unwrap_or_default(),
    )
    .map_err(|_| format!("{of} was made at no possible time"))
}

/// Ours of one classic load balancer, with no ARN and no tags yet.
pub(crate) fn read_classic(it: LoadBalancerDescription) -> Result<LoadBalancer, String> {
    let name = text(it.load_balancer_name, "name", "a classic load balancer")?;
    let of = format!("classic load balancer {name}");
    let subnets = it.subnets.unwrap_or_default();
    let vpc = it.vpc_id.filter(|vpc| !vpc.is_empty());
    if vpc.is_none() && !subnets.is_empty() {
        return Err(format!("{of} has subnets and comes without its VPC"));
    }
    Ok(LoadBalancer {
        kind: Kind::Classic,
        arn: String::new(),
        dns_name: text(it.dns_name, "DNS name", &of)?,
        created_at: time(it.created_time, &of)?,
        scheme: it.scheme.unwrap_or_default(),
        vpc,
        subnets,
        security_groups: it.security_groups.unwrap_or_default(),
        tags: Reading::Unread(NOT_ASKED.to_owned()),
        protected: None,
        name,
    })
}

/// Ours of one newer load balancer, with no tags yet.
pub(crate) fn read_modern(it: v2::LoadBalancer) -> Result<LoadBalancer, String> {
    let arn = text(it.load_balancer_arn, "ARN", "a load balancer")?;
    let of = format!("load balancer {arn}");
    let kind = match needed(it.r#type, "type", &of)? {
        v2::LoadBalancerTypeEnum::Application => Kind::Application,
        v2::LoadBalancerTypeEnum::Network => Kind::Network,
        v2::LoadBalancerTypeEnum::Gateway => Kind::Gateway,
        other => Kind::Other(other.as_str().to_owned()),
    };
    let zones = it.availability_zones.unwrap_or_default();
    Ok(LoadBalancer {
        kind,
        name: text(it.load_balancer_name, "name", &of)?,
        // A gateway load balancer has none.
        dns_name: it.dns_name.unwrap_or_default(),
        created_at: time(it.created_time, &of)?,
        scheme: it
            .scheme
            .map(|scheme| scheme.as_str().to_owned())
            .unwrap_or_default(),
        vpc: Some(text(it.vpc_id, "VPC", &of)?),
        subnets: zones.into_iter().filter_map(|zone| zone.subnet_id).collect(),
        security_groups: it.security_groups.unwrap_or_default(),
        tags: Reading::Unread(NOT_ASKED.to_owned()),
        protected: None,
        arn,
    })
}

/// Ours of one target group, with no tags yet.
pub(crate) fn read_target_group(it: v2::TargetGroup) -> Result<TargetGroup, String> {
    let arn = text(it.target_group_arn, "ARN", "a target group")?;
    let of = format!("target group {arn}");
    let vpc = it.vpc_id.filter(|vpc| !vpc.is_empty());
    if vpc.is_none() && it.target_type != Some(v2::TargetTypeEnum::Lambda) {
        return Err(format!("{of} comes without its VPC"));
    }
    Ok(TargetGroup {
        name: text(it.target_group_name, "name", &of)?,
        vpc,
        load_balancers: it.load_balancer_arns.unwrap_or_default(),
        tags: Reading::Unread(NOT_ASKED.to_owned()),
        arn,
    })
}
