//! The network: the VPC, its subnets, network interfaces and security groups, and the rules that name groups.

use crate::aws::pages::{self, Page};
use crate::aws::wait::{Boxed, together};
use crate::aws::{Class, Error, Kind, Run};
use crate::claim::Claims;
use crate::inventory::{
    Direction, EndpointService, Listing, NetworkInterface, Reference, SecurityGroup, Subnet, Tags, Vpc,
};
use aws_sdk_ec2::types as ec2;
use std::collections::{BTreeMap, BTreeSet};

/// The most that AWS gives at once.
const PAGE: i32 = 1000;
/// The most values that a filter takes.
pub(crate) const VALUES: usize = 200;

fn filter(name: &str, values: impl IntoIterator<Item = String>) -> ec2::Filter {
    let values = Some(values.into_iter().collect());
    ec2::Filter::builder().name(name).set_values(values).build()
}

fn in_vpc(vpc: &str) -> ec2::Filter {
    filter("vpc-id", [vpc.to_owned()])
}

/// The VPC, by its id.
pub(crate) async fn vpc(run: &Run<'_>, id: &str) -> Result<Option<Vpc>, Error> {
    const DOING: &str = "ec2:DescribeVpcs";
    let call = run.aws.ec2().describe_vpcs().vpc_ids(id);
    let answer = run
        .read(Class::NetworkRead, DOING, id, || call.clone().send())
        .await?;
    let malformed = |why: &str| Error::ours(Kind::Malformed, DOING, id, why);
    let all = answer.vpcs.ok_or_else(|| malformed("the answer has no list"))?;
    let Some(vpc) = all.into_iter().find(|vpc| vpc.vpc_id.as_deref() == Some(id)) else {
        return Ok(None);
    };
    let owner = vpc.owner_id.filter(|owner| !owner.is_empty());
    let owner = owner.ok_or_else(|| malformed("the answer does not say who owns it"))?;
    Ok(Some(Vpc {
        id: id.to_owned(),
        owner,
    }))
}

/// Its subnets.
pub(crate) async fn subnets(run: &Run<'_>, vpc: &str) -> Listing<Subnet> {
    let page = move |token: Option<String>| {
        let call = run.aws.ec2().describe_subnets().filters(in_vpc(vpc));
        let call = call.max_results(PAGE).set_next_token(token);
        async move {
            let answer = run
                .read(Class::NetworkRead, "ec2:DescribeSubnets", vpc, || {
                    call.clone().send()
                })
                .await?;
            Ok(Page {
                items: answer.subnets,
                next: answer.next_token,
            })
        }
    };
    pages::all(page, |it: ec2::Subnet| {
        let id = named(it.subnet_id, "subnet")?;
        here(it.vpc_id.as_deref(), vpc, &id)?;
        let owner = it.owner_id.filter(|owner| !owner.is_empty());
        let owner = owner.ok_or_else(|| format!("{id} comes without its owner"))?;
        Ok((id.clone(), Subnet { id, owner }))
    })
    .await
}

/// Its network interfaces.
pub(crate) async fn interfaces(run: &Run<'_>, vpc: &str) -> Listing<NetworkInterface> {
    interfaces_by(run, &[in_vpc(vpc)], vpc, Some(vpc)).await
}

/// The network interfaces that have any of some security groups.
pub(crate) async fn interfaces_with(run: &Run<'_>, groups: &[String]) -> Listing<NetworkInterface> {
    let filters = [filter("group-id", groups.iter().cloned())];
    interfaces_by(run, &filters, &groups.join(", "), None).await
}

async fn interfaces_by(
    run: &Run<'_>,
    filters: &[ec2::Filter],
    on: &str,
    vpc: Option<&str>,
) -> Listing<NetworkInterface> {
    let page = move |token: Option<String>| {
        let call = run.aws.ec2().describe_network_interfaces();
        let call = call.set_filters(Some(filters.to_vec()));
        let call = call.max_results(PAGE).set_next_token(token);
        async move {
            let answer = run
                .read(Class::NetworkRead, "ec2:DescribeNetworkInterfaces", on, || {
                    call.clone().send()
                })
                .await?;
            Ok(Page {
                items: answer.network_interfaces,
                next: answer.next_token,
            })
        }
    };
    pages::all(page, |it| {
        let interface = interface(it, vpc)?;
        Ok((interface.id.clone(), interface))
    })
    .await
}

fn interface(it: ec2::NetworkInterface, vpc: Option<&str>) -> Result<NetworkInterface, String> {
    let id = named(it.network_interface_id, "network interface")?;
    if let Some(vpc) = vpc {
        here(it.vpc_id.as_deref(), vpc, &id)?;
    }
    let status = it
        .status
        .ok_or_else(|| format!("{id} comes without its status"))?;
    let groups = it.groups.unwrap_or_default().into_iter();
    Ok(NetworkInterface {
        subnet: it
            .subnet_id
            .ok_or_else(|| format!("{id} comes without its subnet"))?,
        description: it.description.unwrap_or_default(),
        // Attaching, detaching, associated, and whatever AWS adds: something holds it.
        in_use: status != ec2::NetworkInterfaceStatus::Available,
        requester_managed: it.requester_managed.unwrap_or_default(),
        attached_to: it.attachment.and_then(|attachment| attachment.instance_owner_id),
        security_groups: groups
            .map(|group| {
                group
                    .group_id
                    .ok_or_else(|| format!("{id} has a security group without an id"))
            })
            .collect::<Result<_, _>>()?,
        tags: tags(it.tag_set),
        id,
    })
}

/// A group, and the groups that its rules name: those come with the listing, but without the ids of the rules.
pub(crate) type Group = (SecurityGroup, BTreeSet<(Direction, String)>);

/// The security groups of the VPC.
pub(crate) async fn groups(run: &Run<'_>, vpc: &str) -> Listing<Group> {
    groups_by(run, in_vpc(vpc), vpc, Some(vpc)).await
}

/// Some of them, by id; those that are gone are left out.
pub(crate) async fn groups_of(run: &Run<'_>, ids: &[String]) -> Listing<Group> {
    groups_by(
        run,
        filter("group-id", ids.iter().cloned()),
        &ids.join(", "),
        None,
    )
    .await
}

async fn groups_by(run: &Run<'_>, by: ec2::Filter, on: &str, vpc: Option<&str>) -> Listing<Group> {
    let page = |token: Option<String>| {
        let call = run.aws.ec2().describe_security_groups().filters(by.clone());
        let call = call.max_results(PAGE).set_next_token(token);
        async move {
            let answer = run
                .read(Class::NetworkRead, "ec2:DescribeSecurityGroups", on, || {
                    call.clone().send()
                })
                .await?;
            Ok(Page {
                items: answer.security_groups,
                next: answer.next_token,
            })
        }
    };
    pages::all(page, |it: ec2::SecurityGroup| {
        let id = named(it.group_id, "security group")?;
        if let Some(vpc) = vpc {
            here(it.vpc_id.as_deref(), vpc, &id)?;
        }
        let lacks = |what: &str| format!("{id} comes without its {what}");
        let ways = [
            (Direction::Ingress, it.ip_permissions),
            (Direction::Egress, it.ip_permissions_egress),
        ];
        let named = ways.into_iter().flat_map(|(direction, permissions)| {
            let pairs = permissions.unwrap_or_default().into_iter();
            let pairs = pairs.flat_map(|permission| permission.user_id_group_pairs.unwrap_or_default());
            pairs.filter_map(move |pair| Some((direction, pair.group_id?)))
        });
        let group = SecurityGroup {
            owner: it.owner_id.ok_or_else(|| lacks("owner"))?,
            name: it.group_name.ok_or_else(|| lacks("name"))?,
            description: it.description.unwrap_or_default(),
            tags: tags(it.tags),
            references: Vec::new(),
            id: id.clone(),
        };
        Ok((id, (group, named.collect())))
    })
    .await
}

/// Rules that name groups, by the group whose they are; or why they could not all be read.
pub(crate) type References = Result<BTreeMap<String, Vec<Reference>>, String>;

/// The rules that name a group which a controller claims: only those can stand in the way of a deletion. Their ids are
/// what a revocation names, and only DescribeSecurityGroupRules gives them. It can't be filtered by VPC, so it is asked
/// for the groups whose rules name such a group, 200 at once: no call where there is none, one as a rule; listing the
/// rules of the whole region would take one call per thousand.
pub(crate) async fn references(run: &Run<'_>, groups: &Listing<Group>) -> References {
    let claimed: BTreeSet<&str> = groups
        .items
        .iter()
        .filter(|(group, _)| {
            Claims::of_group(&group.name, &group.description, &group.tags)
                .one()
                .is_some()
        })
        .map(|(group, _)| group.id.as_str())
        .collect();
    let wanted: BTreeSet<(&str, Direction, &str)> = groups
        .items
        .iter()
        .flat_map(|(group, named)| {
            let named = named.iter().filter(|(_, peer)| *peer != group.id);
            named.map(|(direction, peer)| (group.id.as_str(), *direction, peer.as_str()))
        })
        .filter(|(_, _, peer)| claimed.contains(peer))
        .collect();
    let owners: BTreeSet<&str> = wanted.iter().map(|(owner, ..)| *owner).collect();
    let owners: Vec<String> = owners.into_iter().map(str::to_owned).collect();
    let chunks = owners.chunks(VALUES);
    let asked = chunks.map(|chunk| -> Boxed<'_, _> { Box::pin(rules(run, "group-id", chunk)) });
    let listings = together(asked).await;
    let mut found: BTreeMap<String, Vec<Reference>> = BTreeMap::new();
    for listing in listings {
        if let Some(gap) = listing.gap {
            return Err(gap);
        }
        for rule in listing.items {
            let Some((owner, reference)) = rule.names() else {
                continue;
            };
            if claimed.contains(reference.peer.as_str()) {
                found.entry(owner).or_default().push(reference);
            }
        }
    }
    for (owner, direction, peer) in wanted {
        let same = |found: &Reference| found.direction == direction && found.peer == peer;
        if !found.get(owner).is_some_and(|found| found.iter().any(same)) {
            return Err(format!(
                "the rule of {owner} that names {peer} is in one listing and not in the other"
            ));
        }
    }
    Ok(found)
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub id: String,
    pub owner: String,
    pub direction: Direction,
    pub peer: Option<String>,
}

impl Rule {
    fn names(self) -> Option<(String, Reference)> {
        let reference = Reference {
            rule: self.id,
            direction: self.direction,
            peer: self.peer?,
        };
        Some((self.owner, reference))
    }
}

/// Rules by the `group-id` whose they are, or by `security-group-rule-id`: at most 200 values.
pub(crate) async fn rules(run: &Run<'_>, by: &str, values: &[String]) -> Listing<Rule> {
    let on = &values.join(", ");
    let page = move |token: Option<String>| {
        let call = run.aws.ec2().describe_security_group_rules();
        let call = call.filters(filter(by, values.iter().cloned()));
        let call = call.max_results(PAGE).set_next_token(token);
        async move {
            let answer = run
                .read(Class::NetworkRead, "ec2:DescribeSecurityGroupRules", on, || {
                    call.clone().send()
                })
                .await?;
            Ok(Page {
                items: answer.security_group_rules,
                next: answer.next_token,
            })
        }
    };
    pages::all(page, |it: ec2::SecurityGroupRule| {
        let id = named(it.security_group_rule_id, "security group rule")?;
        let rule = Rule {
            owner: it
                .group_id
                .ok_or_else(|| format!("{id} comes without its group"))?,
            direction: match it.is_egress {
                Some(true) => Direction::Egress,
                Some(false) => Direction::Ingress,
                None => return Err(format!("{id} comes without its direction")),
            },
            peer: it.referenced_group_info.and_then(|peer| peer.group_id),
            id: id.clone(),
        };
        Ok((id, rule))
    })
    .await
}

/// Puts the rules to their groups.
pub(crate) fn refer(groups: Listing<Group>, rules: References) -> Listing<SecurityGroup> {
    let Listing { items, mut gap } = groups;
    let mut rules = rules.unwrap_or_else(|why| {
        gap = gap.take().or(Some(format!("their rules: {why}")));
        BTreeMap::new()
    });
    let items = items.into_iter().map(|(mut group, _)| {
        group.references = rules.remove(&group.id).unwrap_or_default();
        group
    });
    Listing {
        items: items.collect(),
        gap,
    }
}

/// The endpoint services of the region.
pub(crate) async fn endpoint_services(run: &Run<'_>) -> Listing<EndpointService> {
    let page = move |token: Option<String>| {
        let call = run.aws.ec2().describe_vpc_endpoint_service_configurations();
        let call = call.max_results(PAGE).set_next_token(token);
        async move {
            let doing = "ec2:DescribeVpcEndpointServiceConfigurations";
            let answer = run
                .read(Class::NetworkRead, doing, "", || call.clone().send())
                .await?;
            Ok(Page {
                items: answer.service_configurations,
                next: answer.next_token,
            })
        }
    };
    pages::all(page, |it: ec2::ServiceConfiguration| {
        let id = named(it.service_id, "endpoint service")?;
        let network = it.network_load_balancer_arns.unwrap_or_default();
        let gateway = it.gateway_load_balancer_arns.unwrap_or_default();
        let service = EndpointService {
            id: id.clone(),
            load_balancers: [network, gateway].concat(),
        };
        Ok((id, service))
    })
    .await
}

fn named(id: Option<String>, what: &str) -> Result<String, String> {
    id.filter(|id| !id.is_empty())
        .ok_or_else(|| format!("a {what} comes without its id"))
}

/// A filter that was not heeded gives the objects of other VPCs.
fn here(found: Option<&str>, vpc: &str, id: &str) -> Result<(), String> {
    match found {
        Some(found) if found == vpc => Ok(()),
        Some(found) => Err(format!("{id} is of {found}, which was not asked for")),
        None => Err(format!("{id} comes without its VPC")),
    }
}

fn tags(tags: Option<Vec<ec2::Tag>>) -> Tags {
    let tags = tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect()
}
