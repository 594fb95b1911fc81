//! EC2's actions for networks (API version 2016-11-15).
//!
//! Translates members to rules of the world and back; decides nothing itself. No instances, images or volumes.

mod addresses;
mod attachments;
mod endpoints;
mod gateways;
mod interfaces;
mod listing;
mod nat_gateways;
mod network_acls;
mod permissions;
mod read;
mod routes;
mod rules;
mod security_groups;
mod subnets;
mod tags;
mod vpcs;
mod zones;

use serde_json::{Map, Value, json};

use super::args::Args;
use super::unknown_action;
use crate::world::ec2::Direction;
use crate::world::{Refusal, Ruled, World};

pub(super) use addresses::address_json;
pub(super) use endpoints::{endpoint_json, service_json as endpoint_service_json};
pub(super) use gateways::gateway_json;
pub(super) use interfaces::interface_json;
pub(super) use nat_gateways::nat_json;
pub(super) use network_acls::acl_json;
pub(super) use routes::table_json;
pub(super) use security_groups::group_json;
pub(super) use subnets::subnet_json;
pub(super) use vpcs::vpc_json;

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "InvalidParameterValue");
    if ACTIONS.contains(&action) && read::flag(args, "DryRun")? == Some(true) {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(Refusal::new("DryRunOperation", message).with_status(412));
    }
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2016-11-15")))
}

answers! { |world, args| {
    "DescribeAccountAttributes" => Ok(json!({ "accountAttributeSet": [{
        "attributeName": "supported-platforms",
        "attributeValueSet": [{ "attributeValue": "VPC" }],
    }] })),
    "DescribeAvailabilityZones" => Ok(zones::describe(world)),
    "CreateVpc" => vpcs::create(world, args),
    "DescribeVpcs" => vpcs::describe(world, args),
    "DescribeVpcAttribute" => vpcs::attribute(world, args),
    "ModifyVpcAttribute" => vpcs::modify(world, args),
    "DescribeVpcClassicLink" => vpcs::classic_link(world, args),
    "DescribeVpcClassicLinkDnsSupport" => vpcs::classic_link_dns(world, args),
    "DeleteVpc" => vpcs::delete(world, args),
    "CreateSubnet" => subnets::create(world, args),
    "DescribeSubnets" => subnets::describe(world, args),
    "ModifySubnetAttribute" => subnets::modify(world, args),
    "DeleteSubnet" => subnets::delete(world, args),
    "CreateInternetGateway" => gateways::create(world, args),
    "DescribeInternetGateways" => gateways::describe(world, args),
    "AttachInternetGateway" => gateways::attach(world, args),
    "DetachInternetGateway" => gateways::detach(world, args),
    "DeleteInternetGateway" => gateways::delete(world, args),
    "CreateRouteTable" => routes::create(world, args),
    "DescribeRouteTables" => routes::describe(world, args),
    "DeleteRouteTable" => routes::delete(world, args),
    "CreateRoute" => routes::create_route(world, args),
    "ReplaceRoute" => routes::replace_route(world, args),
    "DeleteRoute" => routes::delete_route(world, args),
    "AssociateRouteTable" => routes::associate(world, args),
    "DisassociateRouteTable" => routes::disassociate(world, args),
    "ReplaceRouteTableAssociation" => routes::replace_association(world, args),
    "CreateNetworkAcl" => network_acls::create(world, args),
    "CreateNetworkAclEntry" => network_acls::create_entry(world, args),
    "ReplaceNetworkAclEntry" => network_acls::replace_entry(world, args),
    "DeleteNetworkAclEntry" => network_acls::delete_entry(world, args),
    "ReplaceNetworkAclAssociation" => network_acls::replace_association(world, args),
    "DeleteNetworkAcl" => network_acls::delete(world, args),
    "DescribeNetworkAcls" => network_acls::describe(world, args),
    "CreateSecurityGroup" => security_groups::create(world, args),
    "DescribeSecurityGroups" => security_groups::describe(world, args),
    "DeleteSecurityGroup" => security_groups::delete(world, args),
    "AuthorizeSecurityGroupIngress" => rules::authorize(world, args, Direction::Ingress),
    "AuthorizeSecurityGroupEgress" => rules::authorize(world, args, Direction::Egress),
    "RevokeSecurityGroupIngress" => rules::revoke(world, args, Direction::Ingress),
    "RevokeSecurityGroupEgress" => rules::revoke(world, args, Direction::Egress),
    "UpdateSecurityGroupRuleDescriptionsIngress" => rules::update(world, args, Direction::Ingress),
    "UpdateSecurityGroupRuleDescriptionsEgress" => rules::update(world, args, Direction::Egress),
    "DescribeSecurityGroupRules" => rules::describe(world, args),
    "CreateNetworkInterface" => attachments::create(world, args),
    "DescribeNetworkInterfaces" => interfaces::describe(world, args),
    "ModifyNetworkInterfaceAttribute" => attachments::modify(world, args),
    "AttachNetworkInterface" => attachments::attach(world, args),
    "DetachNetworkInterface" => attachments::detach(world, args),
    "DeleteNetworkInterface" => attachments::delete(world, args),
    "AllocateAddress" => addresses::allocate(world, args),
    "DescribeAddresses" => addresses::describe(world, args),
    "AssociateAddress" => addresses::associate(world, args),
    "DisassociateAddress" => addresses::disassociate(world, args),
    "ReleaseAddress" => addresses::release(world, args),
    "CreateNatGateway" => nat_gateways::create(world, args),
    "DescribeNatGateways" => nat_gateways::describe(world, args),
    "DeleteNatGateway" => nat_gateways::delete(world, args),
    "CreateVpcEndpoint" => endpoints::create(world, args),
    "ModifyVpcEndpoint" => endpoints::modify(world, args),
    "DescribePrefixLists" => endpoints::prefix_lists(world, args),
    "DescribeVpcEndpoints" => endpoints::describe(world, args),
    "DeleteVpcEndpoints" => endpoints::delete(world, args),
    "CreateVpcEndpointServiceConfiguration" => endpoints::create_service(world, args),
    "DescribeVpcEndpointServiceConfigurations" => endpoints::describe_services(world, args),
    "DeleteVpcEndpointServiceConfigurations" => endpoints::delete_services(world, args),
    "CreateTags" => tags::create(world, args),
    "DeleteTags" => tags::delete(world, args),
    "DescribeTags" => tags::describe(world, args),
} }

/// `tagSet` of a thing.
fn tag_set(world: &World, id: &str) -> Value {
    let tags = world.tags.get(id).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value }))
        .collect()
}

/// What calls answer that have nothing to tell.
fn done() -> Value {
    json!({ "return": true })
}
