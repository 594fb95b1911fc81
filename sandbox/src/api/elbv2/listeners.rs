//! Listener actions.
//!
//! The default actions shown are those of the default rule; a listener keeps none of its own.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::actions::{actions_json, parse_actions};
use crate::world::elbv2::{Listener, ListenerSettings};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let actions = parse_actions(args, "DefaultActions")?;
    let balancer = args.required("LoadBalancerArn")?;
    let arn = world.create_listener(balancer, settings(args)?, actions, super::tags(args)?)?;
    Ok(json!({ "Listeners": [listener_json(world, world.listener(&arn)?)] }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arns = args.texts("ListenerArns")?;
    let mut found: Vec<&Listener> = Vec::new();
    for arn in &arns {
        found.push(world.listener(arn)?);
    }
    if let Some(balancer) = args.text("LoadBalancerArn")? {
        world.load_balancer(balancer)?;
        found.extend(
            world
                .elbv2
                .listeners
                .values()
                .filter(|it| it.load_balancer == balancer),
        );
    } else if arns.is_empty() {
        return Err(crate::world::Refusal::validation(
            "You must specify either listener ARNs or a load balancer ARN",
        ));
    }
    let (page, next) = page::by_marker(args, found)?;
    let page: Vec<Value> = page
        .into_iter()
        .map(|listener| listener_json(world, listener))
        .collect();
    Ok(json!({ "Listeners": page, "NextMarker": next }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = args.required("ListenerArn")?;
    let actions = parse_actions(args, "DefaultActions")?;
    world.modify_listener(arn, settings(args)?, actions)?;
    Ok(json!({ "Listeners": [listener_json(world, world.listener(arn)?)] }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_listener(args.required("ListenerArn")?)?;
    Ok(json!({}))
}

pub fn attributes(world: &World, args: &Args<'_>) -> Ruled<Value> {
    Ok(super::attributes_json(
        &world.listener(args.required("ListenerArn")?)?.attributes,
    ))
}

pub fn set_attributes(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let changes = super::attribute_changes(args)?;
    let listener = world.set_listener_attributes(args.required("ListenerArn")?, changes)?;
    Ok(super::attributes_json(&listener.attributes))
}

/// AWS's picture of a listener.
pub fn listener_json(world: &World, listener: &Listener) -> Value {
    let actions = world
        .rule(&listener.default_rule)
        .map(|rule| actions_json(&rule.actions))
        .unwrap_or_default();
    let certificates = listener
        .certificates
        .iter()
        .map(|arn| json!({ "CertificateArn": arn }));
    let mut shown = json!({
        "ListenerArn": listener.arn,
        "LoadBalancerArn": listener.load_balancer,
        "Port": (0 < listener.port).then_some(listener.port),
        "Protocol": Some(&listener.protocol).filter(|it| !it.is_empty()),
        "SslPolicy": listener.ssl_policy,
        "DefaultActions": actions,
    });
    if !listener.certificates.is_empty() {
        shown["Certificates"] = certificates.collect();
    }
    shown
}

fn settings(args: &Args<'_>) -> Ruled<ListenerSettings> {
    let mut certificates = Vec::new();
    for certificate in args.structures("Certificates")? {
        certificates.push(certificate.required("CertificateArn")?.to_owned());
    }
    Ok(ListenerSettings {
        port: args.port("Port")?,
        protocol: args.owned("Protocol")?,
        ssl_policy: args.owned("SslPolicy")?,
        certificates,
    })
}
