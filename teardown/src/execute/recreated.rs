//! Whether a controller lives after all: a load balancer that was not there when the run began, and that is claimed
//! for the same as one that was deleted.

use crate::aws::Run;
use crate::claim::{Claim, Claims};
use crate::inventory::{Inventory, LoadBalancer, Reading};
use crate::scan::{balancers, tags};
use std::collections::BTreeSet;

pub(crate) struct Recreated {
    /// Load balancers that were there when the first run began, by [`identity`].
    pub present: BTreeSet<String>,
    /// What the deleted ones were claimed for, as [`purpose`] says it.
    pub claims: BTreeSet<String>,
    pub vpc: String,
}

/// A name alone is none: a classic load balancer that is made again for a service has the same.
pub(crate) fn identity(balancer: &LoadBalancer) -> String {
    let key = match balancer.arn.is_empty() {
        true => &balancer.name,
        false => &balancer.arn,
    };
    let name = key
        .rsplit_once(":loadbalancer/")
        .map_or(key.as_str(), |(_, name)| name);
    format!("{name} {}", balancer.created_at)
}

pub(crate) fn purpose(claim: &Claim) -> String {
    claim.to_string()
}

/// What it is claimed for.
pub(crate) fn purpose_of(balancer: &LoadBalancer) -> Option<String> {
    match &balancer.tags {
        Reading::Read(tags) => Claims::read(tags).one().map(purpose),
        Reading::Unread(_) => None,
    }
}

/// The identities of the VPC's load balancers.
pub(crate) fn present(inventory: &Inventory) -> BTreeSet<String> {
    let all = inventory.classic.items.iter().chain(&inventory.modern.items);
    all.filter(|it| it.vpc.as_ref() == Some(&inventory.vpc.id))
        .map(identity)
        .collect()
}

impl Recreated {
    fn is_new(&self, balancer: &LoadBalancer) -> bool {
        balancer.vpc.as_ref() == Some(&self.vpc) && !self.present.contains(&identity(balancer))
    }

    /// One in what a scan saw.
    pub fn within(&self, inventory: &Inventory) -> Option<String> {
        let mut all = inventory.classic.items.iter().chain(&inventory.modern.items);
        all.find_map(|it| self.verdict(it))
    }

    fn verdict(&self, balancer: &LoadBalancer) -> Option<String> {
        let purpose = purpose_of(balancer).filter(|purpose| self.claims.contains(purpose))?;
        self.is_new(balancer).then(|| {
            format!(
                "load balancer {} was made at {} by {purpose}, after the one before it was deleted",
                balancer.name, balancer.created_at
            )
        })
    }

    /// Looks for one: both listings, and the tags of what is new in the VPC.
    pub async fn look(&self, run: &Run<'_>) -> Result<Option<String>, String> {
        let (classic, modern) = tokio::join!(balancers::classic(run), balancers::modern(run));
        let names: Vec<String> = classic
            .items
            .iter()
            .filter(|it| self.is_new(it))
            .map(|it| it.name.clone())
            .collect();
        let arns: Vec<String> = modern
            .items
            .iter()
            .filter(|it| self.is_new(it))
            .map(|it| it.arn.clone())
            .collect();
        let (of_classic, of_modern) = tokio::join!(tags::classic(run, &names), tags::modern(run, &arns));
        let tagged = classic
            .items
            .into_iter()
            .map(|it| (it.name.clone(), it, &of_classic));
        let tagged = tagged.chain(
            modern
                .items
                .into_iter()
                .map(|it| (it.arn.clone(), it, &of_modern)),
        );
        for (key, mut balancer, tags) in tagged {
            match tags.get(&key) {
                Some(Reading::Unread(why)) => return Err(why.clone()),
                Some(read) => balancer.tags = read.clone(),
                None => continue,
            }
            if let Some(what) = self.verdict(&balancer) {
                return Ok(Some(what));
            }
        }
        match classic.gap.or(modern.gap) {
            Some(gap) => Err(gap),
            None => Ok(None),
        }
    }
}
