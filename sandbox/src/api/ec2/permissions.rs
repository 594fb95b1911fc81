//! Rules of security groups as `IpPermissions` has them: rules with one protocol and range of ports stand together.
//!
//! Shapes only; what a rule may say, the world knows.

use serde_json::{Value, json};

use crate::world::ec2::{Direction, GroupRule, Peer, Permission};

/// Rules of one direction, put together.
pub fn together(rules: &[&GroupRule], direction: Direction) -> Value {
    let mut heads: Vec<(&Permission, Vec<&Permission>)> = Vec::new();
    for rule in rules.iter().filter(|it| it.direction == direction) {
        let it = &rule.permission;
        let same = |head: &Permission| head.protocol == it.protocol && head.ports == it.ports;
        match heads.iter_mut().find(|(head, _)| same(head)) {
            Some((_, members)) => members.push(it),
            None => heads.push((it, vec![it])),
        }
    }
    heads
        .into_iter()
        .map(|(_, members)| permission(&members))
        .collect()
}

/// Permissions with one protocol and range; none gives null.
pub fn permission(members: &[&Permission]) -> Value {
    let Some(head) = members.first() else {
        return Value::Null;
    };
    let all = |shape: fn(&Permission) -> Option<Value>| -> Vec<Value> {
        members.iter().filter_map(|it| shape(it)).collect()
    };
    json!({
        "ipProtocol": head.protocol,
        "fromPort": head.ports.map(|it| it.0),
        "toPort": head.ports.map(|it| it.1),
        "ipRanges": all(|it| match &it.peer {
            Peer::Ipv4(cidr) => Some(json!({ "cidrIp": cidr, "description": it.description })),
            _ => None,
        }),
        "ipv6Ranges": all(|it| match &it.peer {
            Peer::Ipv6(cidr) => Some(json!({ "cidrIpv6": cidr, "description": it.description })),
            _ => None,
        }),
        "prefixListIds": all(|it| match &it.peer {
            Peer::PrefixList(id) => Some(json!({ "prefixListId": id, "description": it.description })),
            _ => None,
        }),
        "groups": all(|it| match &it.peer {
            Peer::Group { id, owner } => {
                Some(json!({ "groupId": id, "userId": owner, "description": it.description }))
            }
            _ => None,
        }),
    })
}
