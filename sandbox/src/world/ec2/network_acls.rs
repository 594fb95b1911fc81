//! Network ACLs: their entries, and which list each subnet has.
//!
//! Filters no packet. The last entry of each direction, which denies everything, is not kept: every list ends so.

use ipnet::IpNet;

use super::access::in_use;
use super::{Ec2, Kind};
use crate::world::{Refusal, Ruled, World};

/// Entries in one direction, at most: AWS's quota where nobody asked for more.
const MOST: usize = 20;
/// The number of the entry that ends every list; those of callers lie below.
pub const LAST: u32 = 32767;

#[derive(Debug, Clone)]
pub struct NetworkAcl {
    pub id: String,
    pub vpc: String,
    pub owner: String,
    pub is_default: bool,
    /// By direction (ingress first) and number, as AWS tries them.
    pub entries: Vec<AclEntry>,
    /// Association id and subnet: every subnet has exactly one, here or on another list of its VPC.
    pub associations: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    pub egress: bool,
    pub number: u32,
    /// `-1` for all, else a protocol's number.
    pub protocol: i64,
    pub verdict: Verdict,
    pub network: IpNet,
    /// Of TCP and UDP.
    pub ports: Option<(i64, i64)>,
    /// Type and code, of ICMP.
    pub icmp: Option<(i64, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allow,
    Deny,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

impl NetworkAcl {
    /// The list that a VPC begins with lets everything in and out.
    pub fn open() -> Vec<AclEntry> {
        let entry = |egress| AclEntry {
            egress,
            number: 100,
            protocol: -1,
            verdict: Verdict::Allow,
            network: IpNet::V4(ipnet::Ipv4Net::default()),
            ports: None,
            icmp: None,
        };
        vec![entry(false), entry(true)]
    }

    fn entry(&mut self, number: u32, egress: bool) -> Ruled<&mut AclEntry> {
        let mut entries = self.entries.iter_mut();
        let found = entries.find(|it| (it.egress, it.number) == (egress, number));
        found.ok_or_else(|| {
            let side = if egress { "egress" } else { "ingress" };
            Refusal::new(
                "InvalidNetworkAclEntry.NotFound",
                format!(
                    "The {side} network acl entry with rule number '{number}' does not exist in network ACL '{}'",
                    self.id
                ),
            )
        })
    }
}

impl Ec2 {
    pub fn network_acl(&self, id: &str) -> Ruled<&NetworkAcl> {
        self.network_acls
            .get(id)
            .ok_or_else(|| Kind::NetworkAcl.missing(id))
    }
}

impl World {
    /// A list that denies everything, of no subnet yet.
    pub fn create_network_acl(&mut self, vpc: &str) -> Ruled<String> {
        let owner = self.ec2.vpc(vpc)?.owner.clone();
        self.own(&owner)?;
        let acl = NetworkAcl {
            id: self.ec2_id(Kind::NetworkAcl),
            vpc: vpc.to_owned(),
            owner,
            is_default: false,
            entries: Vec::new(),
            associations: Vec::new(),
        };
        let id = acl.id.clone();
        self.ec2.network_acls.insert(id.clone(), acl);
        self.note_change();
        Ok(id)
    }

    /// Refused for the list that a VPC began with, and while a subnet has it.
    pub fn delete_network_acl(&mut self, id: &str) -> Ruled<()> {
        let acl = self.ec2.network_acl(id)?;
        self.own(&acl.owner)?;
        if acl.is_default {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("cannot delete default network ACL {id}"),
            ));
        }
        if !acl.associations.is_empty() {
            return Err(in_use("networkAcl", id));
        }
        self.ec2.network_acls.remove(id);
        self.tags.remove(id);
        self.note_change();
        Ok(())
    }

    pub fn create_acl_entry(&mut self, id: &str, entry: AclEntry) -> Ruled<()> {
        entry.check()?;
        let acl = self.network_acl_mut(id)?;
        let (egress, number) = (entry.egress, entry.number);
        if acl.entry(number, egress).is_ok() {
            return Err(Refusal::new(
                "NetworkAclEntryAlreadyExists",
                format!("The network acl entry identified by {number} already exists."),
            ));
        }
        if MOST <= acl.entries.iter().filter(|it| it.egress == egress).count() {
            return Err(Refusal::new(
                "NetworkAclEntryLimitExceeded",
                "The maximum number of network acl entries has been reached.",
            ));
        }
        acl.entries.push(entry);
        acl.entries.sort_by_key(|it| (it.egress, it.number));
        Ok(())
    }

    pub fn replace_acl_entry(&mut self, id: &str, entry: AclEntry) -> Ruled<()> {
        entry.check()?;
        let (number, egress) = (entry.number, entry.egress);
        *self.network_acl_mut(id)?.entry(number, egress)? = entry;
        Ok(())
    }

    pub fn delete_acl_entry(&mut self, id: &str, number: u32, egress: bool) -> Ruled<()> {
        let acl = self.network_acl_mut(id)?;
        acl.entry(number, egress)?;
        acl.entries
            .retain(|it| (it.egress, it.number) != (egress, number));
        Ok(())
    }

    /// A subnet gets another list: the association has another id from then on.
    pub fn replace_acl_association(&mut self, association: &str, id: &str) -> Ruled<String> {
        let target = self.ec2.network_acl(id)?;
        let lists = self.ec2.network_acls.values();
        let held = lists.flat_map(|acl| acl.associations.iter().map(move |it| (acl, it)));
        let found = held.into_iter().find(|(_, it)| it.0 == association);
        let (from, (_, subnet)) = found.ok_or_else(|| Kind::AclAssociation.missing(association))?;
        self.own(&from.owner)?;
        if from.vpc != target.vpc {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Network ACL {id} and subnet {subnet} belong to different networks"),
            ));
        }
        let (from, subnet) = (from.id.clone(), subnet.clone());
        let new = self.ec2_id(Kind::AclAssociation);
        self.network_acl_mut(&from)?
            .associations
            .retain(|it| it.0 != association);
        self.network_acl_mut(id)?.associations.push((new.clone(), subnet));
        Ok(new)
    }

    fn network_acl_mut(&mut self, id: &str) -> Ruled<&mut NetworkAcl> {
        let owner = self.ec2.network_acl(id)?.owner.clone();
        self.own(&owner)?;
        self.note_change();
        let acl = self.ec2.network_acls.get_mut(id);
        acl.ok_or_else(|| Kind::NetworkAcl.missing(id))
    }
}

impl AclEntry {
    /// A number that a caller may use, and what the protocol needs: ports for TCP and UDP, a type and code for ICMP.
    fn check(&self) -> Ruled<()> {
        let missing = |name: &str| {
            Refusal::new(
                "MissingParameter",
                format!("The request must contain the parameter {name}"),
            )
        };
        let icmp = self.protocol == 1 || (self.protocol == 58 && matches!(self.network, IpNet::V6(_)));
        if !(1..LAST).contains(&self.number) {
            return Err(invalid(&self.number.to_string(), "ruleNumber"));
        }
        if !(-1..=255).contains(&self.protocol) {
            return Err(invalid(&self.protocol.to_string(), "protocol"));
        }
        match self.ports {
            None if matches!(self.protocol, 6 | 17) => return Err(missing("portRange")),
            Some((from, to)) if from < 0 || 65535 < to || to < from => {
                return Err(invalid(&format!("{from}-{to}"), "portRange"));
            }
            _ => {}
        }
        if icmp && self.icmp.is_none() {
            return Err(missing("icmpTypeCode"));
        }
        Ok(())
    }
}

fn invalid(value: &str, parameter: &str) -> Refusal {
    Refusal::new(
        "InvalidParameterValue",
        format!("Value ({value}) for parameter {parameter} is invalid."),
    )
}
