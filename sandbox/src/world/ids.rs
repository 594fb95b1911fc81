//! Identifiers in AWS's formats, derived from names alone.
//!
//! Never random and never from a clock: the same calls in the same order give the same ARNs, so that a
//! failing run can be read next to a passing one.

use std::collections::{BTreeMap, BTreeSet};

/// Hands out identifiers. A name used again (after a delete) gets a new one.
#[derive(Debug, Clone)]
pub struct Ids {
    account: String,
    region: String,
    uses: BTreeMap<String, u64>,
    /// EC2's ids that a world file has given to things.
    taken: BTreeSet<String>,
}

impl Ids {
    pub fn new(account: &str, region: &str) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            uses: BTreeMap::new(),
            taken: BTreeSet::new(),
        }
    }

    pub fn account(&self) -> &str {
        &self.account
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    /// Sixteen hex digits, as in ELBv2's ARNs.
    pub fn hex16(&mut self, kind: &str, name: &str) -> String {
        format!("{:016x}", self.hash(kind, name))
    }

    /// Thirty-two hex digits, as in the ARN of an ECS task.
    pub fn hex32(&mut self, kind: &str, name: &str) -> String {
        let high = self.hash(kind, name);
        format!("{high:016x}{:016x}", fnv1a(format!("low/{high}").as_bytes()))
    }

    /// Nineteen decimal digits, as in the id of an ECS deployment.
    pub fn decimal19(&mut self, kind: &str, name: &str) -> String {
        format!("{:019}", self.hash(kind, name) % 10_000_000_000_000_000_000)
    }

    /// The shape of a UUID, as in request and event ids.
    pub fn uuid(&mut self, kind: &str, name: &str) -> String {
        let hex = self.hex32(kind, name);
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// `arn:aws:elasticloadbalancing:…:rest`.
    pub fn elb_arn(&self, rest: &str) -> String {
        format!(
            "arn:aws:elasticloadbalancing:{}:{}:{rest}",
            self.region, self.account
        )
    }

    /// `vpc-0` and sixteen more hex digits: the form of every id of EC2's.
    pub fn ec2(&mut self, prefix: &str) -> String {
        loop {
            let id = format!("{prefix}-0{:016x}", self.hash("ec2", prefix));
            if !self.taken.contains(&id) {
                return id;
            }
        }
    }

    /// Never hands out this id of EC2's: something has it, or will.
    pub fn take(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// `arn:aws:ec2:…:rest`.
    pub fn ec2_arn(&self, owner: &str, rest: &str) -> String {
        format!("arn:aws:ec2:{}:{owner}:{rest}", self.region)
    }

    /// `arn:aws:ecs:…:rest`.
    pub fn ecs_arn(&self, rest: &str) -> String {
        format!("arn:aws:ecs:{}:{}:{rest}", self.region, self.account)
    }

    /// `arn:aws:application-autoscaling:…:scalable-target/id`.
    pub fn scalable_target_arn(&self, id: &str) -> String {
        format!(
            "arn:aws:application-autoscaling:{}:{}:scalable-target/{id}",
            self.region, self.account
        )
    }

    fn hash(&mut self, kind: &str, name: &str) -> u64 {
        let uses = self.uses.entry(format!("{kind}/{name}")).or_insert(0);
        *uses += 1;
        fnv1a(format!("{kind}/{name}/{uses}").as_bytes())
    }
}

/// FNV-1a, then one round of mixing: short, similar names must not give similar ids.
fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
