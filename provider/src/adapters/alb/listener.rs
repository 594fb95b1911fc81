//! The listener around the rules: its default action, which a service may own, and what stands about it (load
//! balancer, target groups). One function per call; owns nothing and decides nothing.

use super::tags::tag_list;
use crate::adapters::aws::Doing;
use crate::ports::{Kind, PortError};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Action;
use rollout::{Color, PerColor};
use std::collections::BTreeMap;

/// The AWS Load Balancer Controller's marks on what it manages.
const CONTROLLER_TAGS: [&str; 2] = ["elbv2.k8s.aws/cluster", "ingress.k8s.aws/stack"];

/// Tags any ELBv2 resource; keys that are there already get the new value.
pub async fn add_tags(client: &Client, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), PortError> {
    let call = client
        .add_tags()
        .resource_arns(arn)
        .set_tags(Some(tag_list(tags)));
    call.send()
        .await
        .map(|_| ())
        .map_err(|error| Doing("tagging", arn).failed(error))
}

pub async fn remove_tags(client: &Client, arn: &str, keys: Vec<String>) -> Result<(), PortError> {
    if keys.is_empty() {
        return Ok(());
    }
    let call = client.remove_tags().resource_arns(arn).set_tag_keys(Some(keys));
    call.send()
        .await
        .map(|_| ())
        .map_err(|error| Doing("removing our tags from", arn).failed(error))
}

/// Sets what a listener does with requests that no rule matches.
pub async fn set_default(client: &Client, listener_arn: &str, action: Action) -> Result<(), PortError> {
    let call = client
        .modify_listener()
        .listener_arn(listener_arn)
        .default_actions(action);
    call.send()
        .await
        .map(|_| ())
        .map_err(|error| Doing("changing the default action of listener", listener_arn).failed(error))
}

/// What stands about a service: the load balancer that its listener belongs to, and its target groups.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub balancer_arn: String,
    pub vpc: Option<String>,
    /// Name and value of the tag by which a controller marks the load balancer as its own.
    pub controller: Option<(String, String)>,
    pub groups: PerColor<Group>,
}

/// One color's target group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub protocol: String,
    pub vpc: Option<String>,
    pub balancers: Vec<String>,
}

/// Looks around. `Ok(None)` if the listener is not there.
pub async fn surroundings(
    client: &Client,
    listener_arn: &str,
    groups: &PerColor<String>,
) -> Result<Option<Surroundings>, PortError> {
    let answer = client
        .describe_listeners()
        .listener_arns(listener_arn)
        .send()
        .await;
    let answer = match answer.map_err(|error| Doing("describing listener", listener_arn).failed(error)) {
        Err(error) if error.kind == Kind::NotFound => return Ok(None),
        answer => answer?,
    };
    let listener = answer.listeners().first();
    let Some(balancer) = listener.and_then(|listener| listener.load_balancer_arn()) else {
        return Ok(None);
    };
    let balancers = async {
        let answer = client
            .describe_load_balancers()
            .load_balancer_arns(balancer)
            .send()
            .await;
        answer.map_err(|error| Doing("describing load balancer", balancer).failed(error))
    };
    let tags = async {
        let answer = client.describe_tags().resource_arns(balancer).send().await;
        answer.map_err(|error| Doing("describing the tags of", balancer).failed(error))
    };
    let described = async {
        let both = Color::BOTH.map(|color| groups[color].clone()).to_vec();
        let on = both.join(", ");
        let answer = client
            .describe_target_groups()
            .set_target_group_arns(Some(both))
            .send()
            .await;
        answer.map_err(|error| Doing("describing target groups", &on).failed(error))
    };
    let (balancers, tags, described) = tokio::try_join!(balancers, tags, described)?;
    let all = tags.tag_descriptions().iter().flat_map(|tags| tags.tags());
    let mut marks = all.filter(|tag| tag.key().is_some_and(|key| CONTROLLER_TAGS.contains(&key)));
    let group = |color: Color| {
        let mut all = described.target_groups().iter();
        let its = all.find(|group| group.target_group_arn() == Some(&groups[color]));
        its.map_or(Group::default(), |group| Group {
            protocol: group
                .protocol()
                .map_or("", |protocol| protocol.as_str())
                .to_owned(),
            vpc: group.vpc_id().map(str::to_owned),
            balancers: group.load_balancer_arns().to_vec(),
        })
    };
    Ok(Some(Surroundings {
        balancer_arn: balancer.to_owned(),
        vpc: balancers
            .load_balancers()
            .first()
            .and_then(|balancer| balancer.vpc_id())
            .map(str::to_owned),
        controller: marks.next().map(|tag| {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            (text(tag.key()), text(tag.value()))
        }),
        groups: PerColor::from_fn(group),
    }))
}
