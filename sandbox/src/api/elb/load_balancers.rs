//! Load balancers, their listeners and their place in a network.
//!
//! Shows no policies: there are none.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::{instances, tags};
use crate::world::elb::{Classic, Listener, NewClassic};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let name = world.create_classic(NewClassic {
        name: args.required("LoadBalancerName")?.to_owned(),
        scheme: args.owned("Scheme")?.filter(|it| !it.is_empty()),
        subnets: args.texts("Subnets")?,
        zones: args.texts("AvailabilityZones")?,
        security_groups: args.texts("SecurityGroups")?,
        listeners: listeners(args)?,
        tags: tags::given(args)?,
    })?;
    Ok(json!({ "DNSName": world.classic(&name)?.dns_name }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let names = args.texts("LoadBalancerNames")?;
    let found: Vec<&Classic> = if names.is_empty() {
        world.elb.load_balancers.values().collect()
    } else {
        names
            .iter()
            .map(|name| world.classic(name))
            .collect::<Ruled<_>>()?
    };
    let (page, next) = page::by_marker(args, found)?;
    let page = page.into_iter().map(|it| classic_json(world, it));
    Ok(json!({ "LoadBalancerDescriptions": page.collect::<Vec<_>>(), "NextMarker": next }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_classic(args.required("LoadBalancerName")?);
    Ok(json!({}))
}

pub fn create_listeners(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.create_classic_listeners(args.required("LoadBalancerName")?, listeners(args)?)?;
    Ok(json!({}))
}

pub fn delete_listeners(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let ports = args.list("LoadBalancerPorts")?.iter();
    let ports = ports.filter_map(|it| it.as_str().and_then(|text| text.parse().ok()).or(number(it)));
    world.delete_classic_listeners(args.required("LoadBalancerName")?, &ports.collect::<Vec<_>>())?;
    Ok(json!({}))
}

pub fn apply_groups(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let groups = args.texts("SecurityGroups")?;
    let groups = world.apply_classic_groups(args.required("LoadBalancerName")?, groups)?;
    Ok(json!({ "SecurityGroups": groups }))
}

pub fn attach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let subnets = args.texts("Subnets")?;
    let subnets = world.attach_classic_subnets(args.required("LoadBalancerName")?, &subnets)?;
    Ok(json!({ "Subnets": subnets }))
}

pub fn detach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let subnets = args.texts("Subnets")?;
    let subnets = world.detach_classic_subnets(args.required("LoadBalancerName")?, &subnets)?;
    Ok(json!({ "Subnets": subnets }))
}

/// AWS's picture of a classic load balancer.
pub fn classic_json(world: &World, balancer: &Classic) -> Value {
    let listeners = balancer.listeners.iter().map(|it| {
        json!({
            "Listener": {
                "Protocol": it.protocol, "LoadBalancerPort": it.port, "InstanceProtocol": it.instance_protocol,
                "InstancePort": it.instance_port, "SSLCertificateId": it.certificate,
            },
            "PolicyNames": [],
        })
    });
    json!({
        "LoadBalancerName": balancer.name,
        "DNSName": balancer.dns_name,
        // The hosted zone's name is the host name itself; an internal load balancer has none.
        "CanonicalHostedZoneName": (balancer.scheme != "internal").then_some(&balancer.dns_name),
        "CanonicalHostedZoneNameID": "Z215JYRZR1TBD5",
        "ListenerDescriptions": listeners.collect::<Vec<_>>(),
        "Policies": { "AppCookieStickinessPolicies": [], "LBCookieStickinessPolicies": [], "OtherPolicies": [] },
        "BackendServerDescriptions": [],
        "AvailabilityZones": world.classic_zones(balancer),
        "Subnets": balancer.subnets,
        "VPCId": balancer.vpc_id,
        "Instances": instances::list(balancer.instances.keys()),
        "HealthCheck": instances::check_json(&balancer.health),
        "SourceSecurityGroup": world.classic_source_group(balancer).map(|name| {
            json!({ "OwnerAlias": world.ids.account(), "GroupName": name })
        }),
        "SecurityGroups": balancer.security_groups,
        "CreatedTime": balancer.created.to_string(),
        "Scheme": balancer.scheme,
    })
}

fn listeners(args: &Args<'_>) -> Ruled<Vec<Listener>> {
    let port = |of: &Args<'_>, name: &str| of.port(name)?.ok_or_else(|| of.missing(name));
    let listeners = args.structures("Listeners")?;
    let listeners = listeners.iter().map(|it| {
        let protocol = it.required("Protocol")?.to_ascii_uppercase();
        let usual = match protocol.as_str() {
            "HTTPS" => "HTTP",
            "SSL" => "TCP",
            other => other,
        };
        let instance_protocol = it.text("InstanceProtocol")?.filter(|it| !it.is_empty());
        Ok(Listener {
            port: port(it, "LoadBalancerPort")?,
            instance_protocol: instance_protocol.unwrap_or(usual).to_ascii_uppercase(),
            instance_port: port(it, "InstancePort")?,
            certificate: it.owned("SSLCertificateId")?.filter(|it| !it.is_empty()),
            protocol,
        })
    });
    listeners.collect()
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|port| u16::try_from(port).ok())
}
