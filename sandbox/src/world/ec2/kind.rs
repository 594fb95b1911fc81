//! The kinds of things in EC2, and how AWS says that one of them is not there.
//!
//! Knows prefixes and error codes only; whether a thing is there, its own module knows.

use crate::world::Refusal;

/// What an id can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Vpc,
    Subnet,
    InternetGateway,
    RouteTable,
    RouteAssociation,
    NetworkAcl,
    AclAssociation,
    SecurityGroup,
    SecurityGroupRule,
    Interface,
    Attachment,
    Instance,
    Address,
    AddressAssociation,
    NatGateway,
    Endpoint,
    EndpointService,
}

impl Kind {
    /// What stands before the hyphen of an id; `DescribeTags` tells kinds apart by it.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Vpc => "vpc",
            Self::Subnet => "subnet",
            Self::InternetGateway => "igw",
            Self::RouteTable => "rtb",
            Self::RouteAssociation => "rtbassoc",
            Self::NetworkAcl => "acl",
            Self::AclAssociation => "aclassoc",
            Self::SecurityGroup => "sg",
            Self::SecurityGroupRule => "sgr",
            Self::Interface => "eni",
            Self::Attachment => "eni-attach",
            Self::Instance => "i",
            Self::Address => "eipalloc",
            Self::AddressAssociation => "eipassoc",
            Self::NatGateway => "nat",
            Self::Endpoint => "vpce",
            Self::EndpointService => "vpce-svc",
        }
    }

    /// Codes for a thing that is not there and for an id that cannot be one, and AWS's name of the thing.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Vpc => ("InvalidVpcID.NotFound", "InvalidVpcID.Malformed", "vpc ID"),
            Self::Subnet => (
                "InvalidSubnetID.NotFound",
                "InvalidSubnetID.Malformed",
                "subnet ID",
            ),
            Self::InternetGateway => (
                "InvalidInternetGatewayID.NotFound",
                "InvalidInternetGatewayId.Malformed",
                "internetGateway ID",
            ),
            Self::RouteTable => (
                "InvalidRouteTableID.NotFound",
                "InvalidRouteTableId.Malformed",
                "routeTable ID",
            ),
            Self::NetworkAcl => (
                "InvalidNetworkAclID.NotFound",
                "InvalidNetworkAclID.Malformed",
                "networkAcl ID",
            ),
            Self::SecurityGroup => (
                "InvalidGroup.NotFound",
                "InvalidGroupId.Malformed",
                "security group",
            ),
            Self::SecurityGroupRule => (
                "InvalidSecurityGroupRuleId.NotFound",
                "InvalidSecurityGroupRuleId.Malformed",
                "security group rule ID",
            ),
            Self::Interface => (
                "InvalidNetworkInterfaceID.NotFound",
                "InvalidNetworkInterfaceId.Malformed",
                "networkInterface ID",
            ),
            Self::Attachment => (
                "InvalidAttachmentID.NotFound",
                "InvalidNetworkInterfaceAttachmentId.Malformed",
                "networkInterfaceAttachment ID",
            ),
            Self::Instance => (
                "InvalidInstanceID.NotFound",
                "InvalidInstanceID.Malformed",
                "instance ID",
            ),
            Self::Address => (
                "InvalidAllocationID.NotFound",
                "InvalidAllocationID.NotFound",
                "allocation ID",
            ),
            Self::RouteAssociation | Self::AddressAssociation | Self::AclAssociation => (
                "InvalidAssociationID.NotFound",
                "InvalidAssociationID.NotFound",
                "association ID",
            ),
            Self::NatGateway => ("NatGatewayNotFound", "NatGatewayMalformed", "Nat Gateway"),
            Self::Endpoint => (
                "InvalidVpcEndpointId.NotFound",
                "InvalidVpcEndpointId.Malformed",
                "Vpc Endpoint Id",
            ),
            Self::EndpointService => (
                "InvalidVpcEndpointServiceId.NotFound",
                "InvalidVpcEndpointServiceId.Malformed",
                "VpcEndpointService Id",
            ),
        }
    }

    /// "There is no such thing", or "that is no such id".
    pub fn missing(self, id: &str) -> Refusal {
        let (not_found, malformed, noun) = self.words();
        if self.well_formed(id) {
            Refusal::new(not_found, format!("The {noun} '{id}' does not exist"))
        } else {
            Refusal::new(malformed, format!("Invalid id: \"{id}\""))
        }
    }

    /// The prefix, then 8 hex digits (as ids were once) or 17.
    fn well_formed(self, id: &str) -> bool {
        id.strip_prefix(self.prefix())
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|hex| matches!(hex.len(), 8 | 17) && hex.chars().all(|c| c.is_ascii_hexdigit()))
    }
}
