//! Classic load balancers of a seed.
//!
//! They have been there for as long as the world: no quota applies.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::Seed;
use crate::world::World;
use crate::world::ec2::DEFAULT_SUBNETS;
use crate::world::elb::{Classic, Listener, NewClassic};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedClassic {
    pub name: String,
    /// Absent: the first subnet of the default VPC.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Absent: the VPC's default group.
    #[serde(default)]
    pub security_groups: Vec<String>,
    #[serde(default)]
    pub internal: bool,
    /// TCP ports, each to a port of the instances. Absent: 80 to 30080.
    #[serde(default)]
    pub ports: BTreeMap<u16, u16>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Seed {
    pub(super) fn apply_classic(&self, world: &mut World) -> anyhow::Result<()> {
        for (index, it) in self.classic_load_balancers.iter().enumerate() {
            it.apply(world)
                .with_context(|| format!("classic_load_balancers[{index}] ({})", it.name))?;
        }
        Ok(())
    }
}

impl SeedClassic {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        if world.elb.load_balancers.contains_key(&self.name) {
            bail!("it is there already");
        }
        let mut ports = self.ports.clone();
        if ports.is_empty() {
            ports.insert(80, 30080);
        }
        let listeners = ports.into_iter().map(|(port, instance_port)| Listener {
            protocol: "TCP".into(),
            port,
            instance_protocol: "TCP".into(),
            instance_port,
            certificate: None,
        });
        world.add_classic(NewClassic {
            name: self.name.clone(),
            scheme: self.internal.then(|| "internal".to_owned()),
            subnets: match self.subnets.as_slice() {
                [] => vec![DEFAULT_SUBNETS[0].into()],
                subnets => subnets.to_vec(),
            },
            security_groups: self.security_groups.clone(),
            listeners: listeners.collect(),
            tags: self.tags.clone(),
            ..NewClassic::default()
        })?;
        Ok(())
    }

    pub(super) fn of(world: &World, balancer: &Classic) -> Self {
        let ports = balancer.listeners.iter();
        Self {
            name: balancer.name.clone(),
            subnets: balancer.subnets.clone(),
            security_groups: balancer.security_groups.clone(),
            internal: balancer.scheme == "internal",
            ports: ports.map(|it| (it.port, it.instance_port)).collect(),
            tags: world.tags.get(&balancer.arn).cloned().unwrap_or_default(),
        }
    }
}
