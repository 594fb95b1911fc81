//! Security groups and their rules: each rule is one peer, one protocol, one range of ports, one direction.
//!
//! Filters no packet.

use std::collections::BTreeSet;

use super::Kind;
use crate::world::{Refusal, Ruled, World};

#[derive(Debug, Clone)]
pub struct SecurityGroup {
    pub id: String,
    pub vpc: String,
    pub owner: String,
    pub name: String,
    pub description: String,
    /// Other VPCs it is associated with.
    pub associated_vpcs: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Ingress,
    Egress,
}

/// What a rule allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub protocol: String,
    /// First and last port, or type and code; None where the protocol has neither.
    pub ports: Option<(i64, i64)>,
    pub peer: Peer,
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
    Group { id: String, owner: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    pub id: String,
    pub group: String,
    pub direction: Direction,
    pub permission: Permission,
}

impl SecurityGroup {
    /// The group that every VPC has from the beginning: no other may be called so.
    pub fn is_default(&self) -> bool {
        self.name == "default"
    }
}

impl Permission {
    /// Every protocol and port.
    pub fn all(peer: Peer) -> Self {
        Self {
            protocol: "-1".into(),
            ports: None,
            peer,
            description: None,
        }
    }

    /// The same rule, whatever its description.
    pub(crate) fn same(&self, other: &Self) -> bool {
        (&self.protocol, self.ports, &self.peer) == (&other.protocol, other.ports, &other.peer)
    }
}

impl World {
    /// A group that lets everything out and nothing in.
    pub fn create_security_group(&mut self, vpc: &str, name: &str, description: &str) -> Ruled<String> {
        let owner = self.ids.account().to_owned();
        self.ec2.vpc(vpc)?;
        check_text("GroupName", name)?;
        check_text("GroupDescription", description)?;
        if name == "default" || name.starts_with("sg-") {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Cannot use reserved security group name: {name}"),
            ));
        }
        let mut groups = self.ec2.security_groups.values();
        if groups.any(|it| it.vpc == vpc && it.name == name) {
            return Err(Refusal::new(
                "InvalidGroup.Duplicate",
                format!("The security group '{name}' already exists for VPC '{vpc}'"),
            ));
        }
        let group = SecurityGroup {
            id: self.ec2_id(Kind::SecurityGroup),
            vpc: vpc.to_owned(),
            owner,
            name: name.to_owned(),
            description: description.to_owned(),
            associated_vpcs: BTreeSet::new(),
        };
        Ok(self.found_group(group, None))
    }

    /// Without a caller's checks; with the rule that lets everything out.
    pub(crate) fn found_group(&mut self, group: SecurityGroup, ingress: Option<Permission>) -> String {
        let id = group.id.clone();
        self.ec2.security_groups.insert(id.clone(), group);
        if let Some(permission) = ingress {
            self.add_rule(&id, Direction::Ingress, permission);
        }
        let everywhere = Permission::all(Peer::Ipv4("0.0.0.0/0".into()));
        self.add_rule(&id, Direction::Egress, everywhere);
        id
    }

    pub(crate) fn add_rule(&mut self, group: &str, direction: Direction, permission: Permission) -> String {
        let rule = GroupRule {
            id: self.ec2_id(Kind::SecurityGroupRule),
            group: group.to_owned(),
            direction,
            permission,
        };
        let id = rule.id.clone();
        self.ec2.rules.insert(id.clone(), rule);
        self.note_change();
        id
    }

    /// Refused while an interface has it, another group of the same VPC names it, or another VPC is associated with it.
    /// What a group says of itself, and what groups of other VPCs say, is no reason.
    pub fn delete_security_group(&mut self, id: &str) -> Ruled<()> {
        let group = self.ec2.security_group(id)?;
        self.own(&group.owner)?;
        if group.is_default() {
            return Err(Refusal::new(
                "CannotDelete",
                format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
            ));
        }
        let attached = self
            .ec2
            .interfaces
            .values()
            .any(|it| it.groups.iter().any(|it| it == id));
        let named = self.ec2.rules.values().any(|rule| {
            let of_vpc = |group: &str| {
                self.ec2
                    .security_groups
                    .get(group)
                    .is_some_and(|it| it.vpc == group_vpc(self, id))
            };
            rule.group != id && rule.names(id) && of_vpc(&rule.group)
        });
        if attached || named || !group.associated_vpcs.is_empty() {
            return Err(Refusal::new(
                "DependencyViolation",
                format!("resource {id} has a dependent object"),
            ));
        }
        self.remove_group(id);
        Ok(())
    }

    /// The group with its rules and their tags.
    pub(super) fn remove_group(&mut self, id: &str) {
        let rules: Vec<String> = self
            .ec2
            .rules
            .extract_if(.., |_, rule| rule.group == id)
            .map(|(rule, _)| rule)
            .collect();
        for rule in &rules {
            self.tags.remove(rule);
        }
        self.ec2.security_groups.remove(id);
        self.tags.remove(id);
        self.note_change();
    }
}

fn group_vpc<'a>(world: &'a World, group: &str) -> &'a str {
    let group = world.ec2.security_groups.get(group);
    group.map(|it| it.vpc.as_str()).unwrap_or_default()
}

impl GroupRule {
    /// Whether its peer is this group.
    pub fn names(&self, group: &str) -> bool {
        matches!(&self.permission.peer, Peer::Group { id, .. } if id == group)
    }
}

/// Up to 255 of the characters that AWS allows in names and descriptions.
fn check_text(parameter: &'static str, text: &str) -> Ruled<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if !text.is_empty() && text.len() <= 255 && text.chars().all(allowed) {
        return Ok(());
    }
    Err(Refusal::new(
        "InvalidParameterValue",
        format!(
            "Value ({text}) for parameter {parameter} is invalid. Character sets beyond ASCII are not supported."
        ),
    ))
}
