//! The network of a service's tasks: subnets that are there, and security groups of their VPC.
//!
//! No task gets an interface: addresses are the data plane's.

use serde_json::{Map, Value};

use crate::world::{Refusal, Ruled, World};

impl World {
    /// What a call says of the network, if anything, must be there.
    pub(super) fn check_network(&self, members: &Map<String, Value>) -> Ruled<()> {
        let network = members.get("networkConfiguration").filter(|it| !it.is_null());
        let Some(network) = network.and_then(|it| it.get("awsvpcConfiguration")) else {
            return Ok(());
        };
        let (subnets, groups) = (ids(network, "subnets"), ids(network, "securityGroups"));
        if subnets.is_empty() {
            return Err(Refusal::parameter("subnets can not be empty."));
        }
        let mut vpcs = Vec::new();
        for subnet in &subnets {
            let vpc = self.vpc_of_subnet(subnet);
            vpcs.push(vpc.map_err(|it| unknown("subnet", subnet, &it))?);
        }
        if let Some(other) = vpcs.iter().find(|vpc| **vpc != vpcs[0]) {
            return Err(Refusal::parameter(format!(
                "Subnets of different VPCs: {} and {other}",
                vpcs[0]
            )));
        }
        for group in &groups {
            let one = std::slice::from_ref(group);
            self.check_groups(&vpcs[0], one, "InvalidGroup.NotFound")
                .map_err(|it| unknown("security group", group, &it))?;
        }
        Ok(())
    }
}

fn ids(network: &Value, name: &str) -> Vec<String> {
    let ids = network.get(name).and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// EC2's refusal, as ECS hands it on.
fn unknown(noun: &str, id: &str, refusal: &Refusal) -> Refusal {
    Refusal::parameter(format!(
        "Error retrieving {noun} information for [{id}]: {} (ErrorCode: {})",
        refusal.message, refusal.code
    ))
}
