//! Rules of security groups: letting in and out, and taking that back.
//!
//! A call with several rules applies all of them or none.

use super::security_groups::{Direction, Peer, Permission};
use super::{GroupRule, Kind};
use crate::world::{Refusal, Ruled, World};

/// Rules per group and direction; adjustable in AWS.
const MOST: usize = 60;

impl World {
    /// Adds rules; returns their ids.
    pub fn authorize(
        &mut self,
        group: &str,
        direction: Direction,
        permissions: Vec<Permission>,
    ) -> Ruled<Vec<String>> {
        let found = self.ec2.security_group(group)?;
        self.own(&found.owner)?;
        let vpc = found.vpc.clone();
        let there: Vec<&Permission> = self
            .ec2
            .rules
            .values()
            .filter(|it| it.group == group && it.direction == direction)
            .map(|it| &it.permission)
            .collect();
        for (index, permission) in permissions.iter().enumerate() {
            self.check_permission(&vpc, permission)?;
            let mut others = there.iter().copied().chain(&permissions[..index]);
            if others.any(|it| it.same(permission)) {
                return Err(Refusal::new(
                    "InvalidPermission.Duplicate",
                    format!("the specified rule \"{}\" already exists", permission.words()),
                ));
            }
        }
        if MOST < there.len() + permissions.len() {
            return Err(Refusal::new(
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
            ));
        }
        let ids = permissions
            .into_iter()
            .map(|permission| self.add_rule(group, direction, permission));
        Ok(ids.collect())
    }

    /// Takes rules away that say just this, whatever their descriptions; returns those that no rule of the group says,
    /// which only a default VPC forgives.
    pub fn revoke(
        &mut self,
        group: &str,
        direction: Direction,
        permissions: Vec<Permission>,
    ) -> Ruled<(Vec<GroupRule>, Vec<Permission>)> {
        let found = self.ec2.security_group(group)?;
        self.own(&found.owner)?;
        let forgiving = self.ec2.vpcs.get(&found.vpc).is_some_and(|it| it.is_default);
        let (mut ids, mut unknown) = (Vec::new(), Vec::new());
        for permission in permissions {
            let mut rules = self.ec2.rules.values();
            let rule = rules
                .find(|it| it.group == group && it.direction == direction && it.permission.same(&permission));
            match rule {
                Some(rule) => ids.push(rule.id.clone()),
                None if forgiving => unknown.push(permission),
                None => {
                    return Err(Refusal::new(
                        "InvalidPermission.NotFound",
                        "The specified rule does not exist in this security group.",
                    ));
                }
            }
        }
        Ok((self.take_rules(&ids), unknown))
    }

    /// Takes rules away by their ids.
    pub fn revoke_ids(&mut self, group: &str, direction: Direction, ids: &[String]) -> Ruled<Vec<GroupRule>> {
        let found = self.ec2.security_group(group)?;
        self.own(&found.owner)?;
        for id in ids {
            self.rule_of(group, direction, id)?;
        }
        Ok(self.take_rules(ids))
    }

    /// Another description, or none, for rules that are there.
    pub fn describe_rules(
        &mut self,
        group: &str,
        direction: Direction,
        descriptions: Vec<(String, Option<String>)>,
    ) -> Ruled<()> {
        let found = self.ec2.security_group(group)?;
        self.own(&found.owner)?;
        for (id, _) in &descriptions {
            self.rule_of(group, direction, id)?;
        }
        for (id, description) in descriptions {
            if let Some(rule) = self.ec2.rules.get_mut(&id) {
                rule.permission.description = description;
            }
        }
        self.note_change();
        Ok(())
    }

    /// The rule of a group that says just this.
    pub fn find_rule(&self, group: &str, direction: Direction, permission: &Permission) -> Ruled<String> {
        let mut rules = self.ec2.rules.values();
        let found =
            rules.find(|it| it.group == group && it.direction == direction && it.permission.same(permission));
        let found = found.ok_or_else(|| {
            Refusal::new(
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.",
            )
        })?;
        Ok(found.id.clone())
    }

    fn rule_of(&self, group: &str, direction: Direction, id: &str) -> Ruled<&GroupRule> {
        let rule = self.ec2.rules.get(id);
        rule.filter(|it| it.group == group && it.direction == direction)
            .ok_or_else(|| Kind::SecurityGroupRule.missing(id))
    }

    fn take_rules(&mut self, ids: &[String]) -> Vec<GroupRule> {
        let mut taken = Vec::new();
        for id in ids {
            taken.extend(self.ec2.rules.remove(id));
            self.tags.remove(id);
        }
        self.note_change();
        taken
    }

    fn check_permission(&self, vpc: &str, permission: &Permission) -> Ruled<()> {
        if let Peer::Group { id, .. } = &permission.peer {
            let group = self.ec2.security_group(id)?;
            if group.vpc != vpc && self.ec2.vpc(&group.vpc)?.owner == self.ids.account() {
                return Err(Refusal::new(
                    "InvalidGroup.NotFound",
                    format!("You have specified two resources that belong to different networks: '{id}'"),
                ));
            }
        }
        let valid = match (permission.protocol.as_str(), permission.ports) {
            ("tcp" | "udp", Some((from, to))) => (0..=65535).contains(&from) && (from..=65535).contains(&to),
            ("tcp" | "udp", None) => false,
            ("icmp" | "icmpv6", Some((kind, code))) => {
                (-1..=255).contains(&kind) && (-1..=255).contains(&code)
            }
            _ => true,
        };
        if valid {
            return Ok(());
        }
        let (from, to) = permission.ports.unwrap_or((-1, -1));
        Err(Refusal::new(
            "InvalidParameterValue",
            format!(
                "Invalid value for portRange. Must specify both from and to ports with {}: {from}-{to}",
                permission.protocol
            ),
        ))
    }
}

impl Permission {
    /// As AWS words it in a refusal.
    fn words(&self) -> String {
        let peer = match &self.peer {
            Peer::Ipv4(it) | Peer::Ipv6(it) | Peer::PrefixList(it) => it,
            Peer::Group { id, .. } => id,
        };
        let protocol = match self.protocol.as_str() {
            "-1" => "ALL".to_owned(),
            other => other.to_uppercase(),
        };
        match self.ports {
            Some((from, to)) => format!("peer: {peer}, {protocol}, from port: {from}, to port: {to}, ALLOW"),
            None => format!("peer: {peer}, {protocol}, ALLOW"),
        }
    }
}
