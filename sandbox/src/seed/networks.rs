//! The networks of a world as a seed says them.
//!
//! Leaves out what an account begins with, and what load balancers, gateways and EKS make for themselves.

use super::{Seed, SeedInstance, SeedInterface, SeedPermission, SeedSecurityGroup, SeedSubnet, SeedVpc};
use crate::world::World;
use crate::world::ec2::{
    DEFAULT_VPC, Direction, Interface, InterfaceKind, Peer, Permission, RouteTarget, SecurityGroup, Subnet,
};

/// What a seed would say of the networks of a world: all but what the account began with, and but what load balancers
/// and gateways made for themselves.
pub(super) fn networks(world: &World) -> Seed {
    let ec2 = &world.ec2;
    let caller = world.ids.account();
    let foreign = |owner: &str| Some(owner.to_owned()).filter(|it| it != caller);
    let tags = |id: &str| world.tags.get(id).cloned().unwrap_or_default();
    let subnet = |it: &Subnet| SeedSubnet {
        id: it.id.clone(),
        cidr: it.cidr.to_string(),
        zone: Some(it.zone.clone()),
        public_on_launch: it.public_on_launch,
        owner: Some(it.owner.clone()).filter(|owner| *owner != ec2.vpcs[&it.vpc].owner),
        tags: tags(&it.id),
    };
    let vpcs = ec2.vpcs.values().filter(|it| it.id != DEFAULT_VPC);
    let vpcs = vpcs.map(|vpc| SeedVpc {
        id: vpc.id.clone(),
        cidr: Some(vpc.cidr.to_string()),
        owner: foreign(&vpc.owner),
        internet_gateway: ec2
            .internet_gateways
            .values()
            .find(|it| it.vpc.as_ref() == Some(&vpc.id))
            .map(|it| it.id.clone()),
        default_group: Some(world.default_group(&vpc.id)),
        dns_support: Some(vpc.dns_support).filter(|on| !on),
        dns_hostnames: Some(vpc.dns_hostnames).filter(|on| *on),
        subnets: ec2
            .subnets
            .values()
            .filter(|it| it.vpc == vpc.id)
            .map(subnet)
            .collect(),
        tags: tags(&vpc.id),
    });
    let clusters = || world.eks.clusters.values();
    let of_eks = |id: &str| clusters().any(|it| it.cluster_group == id);
    let groups = ec2
        .security_groups
        .values()
        .filter(|it| !of_eks(&it.id))
        .map(|group| {
            let rules = |direction| -> Vec<SeedPermission> {
                let rules = ec2.rules.values();
                let rules = rules.filter(|it| it.group == group.id && it.direction == direction);
                let rules = rules.filter(|it| !began_with(group, &it.permission, direction));
                rules.map(|it| SeedPermission::of(&it.permission)).collect()
            };
            SeedSecurityGroup {
                id: group.id.clone(),
                vpc: Some(group.vpc.clone()).filter(|it| it != DEFAULT_VPC),
                name: group.name.clone(),
                description: group.description.clone(),
                owner: foreign(&group.owner),
                associated_vpcs: group.associated_vpcs.iter().cloned().collect(),
                ingress: rules(Direction::Ingress),
                egress: rules(Direction::Egress),
                tags: tags(&group.id),
            }
        });
    let told = |it: &SeedSecurityGroup| {
        it.name != "default" || !(it.ingress.is_empty() && it.egress.is_empty() && it.tags.is_empty())
    };
    let node = |id: &String| {
        let mut groups = clusters().flat_map(|it| it.node_groups.values());
        groups.any(|it| it.nodes.contains(id))
    };
    let of_seed = |it: &&Interface| {
        let instance = it.attachment.as_ref().and_then(|it| it.instance.as_ref());
        it.kind == InterfaceKind::Interface
            && !it.description.starts_with("ELB ")
            && !clusters().any(|cluster| cluster.interfaces.contains(&it.id))
            && !instance.is_some_and(node)
    };
    let interfaces = ec2.interfaces.values().filter(of_seed);
    let routed_to = |id: &String| {
        let mut routes = ec2.route_tables.values().flat_map(|it| &it.routes);
        routes.any(|it| it.target == RouteTarget::Interface(id.clone()))
    };
    Seed {
        vpcs: vpcs.collect(),
        security_groups: groups.filter(told).collect(),
        instances: ec2
            .instances
            .keys()
            .filter(|id| !node(id))
            .map(|id| SeedInstance { id: id.clone() })
            .collect(),
        interfaces: interfaces
            .map(|it| SeedInterface {
                id: Some(it.id.clone()).filter(|id| routed_to(id)),
                subnet: it.subnet.clone(),
                description: it.description.clone(),
                groups: it.groups.clone(),
                requester: it.requester.as_ref().map(|it| it.id.clone()),
                instance_owner: it.attachment.as_ref().map(|it| it.instance_owner.clone()),
                instance: it.attachment.as_ref().and_then(|it| it.instance.clone()),
                address: it.public.as_ref().and_then(|it| it.allocation.clone()),
                public_owner: it
                    .public
                    .as_ref()
                    .filter(|it| it.allocation.is_none())
                    .map(|it| it.owner.clone()),
                tags: tags(&it.id),
            })
            .collect(),
        ..Seed::default()
    }
}

/// The rules that a group has before anybody adds one.
fn began_with(group: &SecurityGroup, permission: &Permission, direction: Direction) -> bool {
    let peer = match direction {
        Direction::Egress => Peer::Ipv4("0.0.0.0/0".into()),
        Direction::Ingress if group.is_default() => Peer::Group {
            id: group.id.clone(),
            owner: group.owner.clone(),
        },
        Direction::Ingress => return false,
    };
    permission.same(&Permission::all(peer))
}
