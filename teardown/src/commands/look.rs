//! What every command begins with: one VPC scanned and judged.

use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::{Error, Result};
use teardown::inventory::{Cluster, Inventory};
use teardown::judge::{Judgement, Policy, judge};
use teardown::report::json;
use teardown::scan::{ScanError, scan};
use teardown::sweep::Sweep;
use tokio_util::sync::CancellationToken;

/// What was seen, what is made of it, and what could be done about it.
#[derive(Debug)]
pub struct Look {
    /// What was seen.
    pub inventory: Inventory,
    /// The verdicts.
    pub judgement: Judgement,
    /// The deletions.
    pub sweep: Sweep,
}

impl Look {
    /// Scans and judges.
    pub async fn at(
        vpc: &str,
        target: &Target,
        policy: &Policy,
        progress: &Progress,
        stop: &CancellationToken,
    ) -> Result<Look> {
        let scanned = scan(&target.aws, &target.scope(vpc), target.left(), progress, stop).await;
        progress.clear();
        let inventory = scanned.map_err(|error| match (&error, target.hint()) {
            (ScanError::NoVpc { .. }, Some(hint)) => Error::new(error).context(hint),
            _ => Error::new(error),
        })?;
        let judgement = judge(&inventory, &target.managed, policy);
        let sweep = Sweep::of(&inventory, &judgement, policy);
        Ok(Look {
            inventory,
            judgement,
            sweep,
        })
    }

    /// For people.
    pub fn text(&self, screen: &Screen) -> String {
        let caller = &self.inventory.caller;
        format!(
            "{} in {}, account {}\n\n{}",
            self.inventory.vpc.id,
            caller.region,
            caller.account,
            screen.table(&self.judgement)
        )
    }

    /// What the operator named that nothing here is called: a slip of the pen would delete what was to stay, or leave
    /// what was to go.
    pub fn strangers(&self, policy: &Policy) -> Vec<String> {
        let objects = &self.judgement.objects;
        let is_here = |name: &&String| objects.iter().any(|it| it.id == **name || it.name == **name);
        let flags = [("--keep", &policy.keep), ("--unprotect", &policy.unprotect)];
        let named = flags
            .into_iter()
            .flat_map(|(flag, names)| names.iter().map(move |name| (flag, name)));
        let strange = named.filter(|(_, name)| !is_here(name));
        strange
            .map(|(flag, name)| {
                format!(
                    "{flag} {name}: nothing in {} is called that.",
                    self.inventory.vpc.id
                )
            })
            .collect()
    }

    /// Tells what the operator named in vain.
    pub fn warn(&self, policy: &Policy, screen: &Screen) {
        for line in self
            .strangers(policy)
            .iter()
            .chain(&self.unknown_clusters(policy))
        {
            screen.tell(line);
        }
    }

    /// Clusters that the operator named and that neither a tag here nor EKS knows.
    fn unknown_clusters(&self, policy: &Policy) -> Vec<String> {
        let claimed = |name: &str| {
            let mut claims = self.judgement.objects.iter().filter_map(|it| it.claim.as_ref());
            claims.any(|claim| claim.cluster == name)
        };
        let lives = |name: &str| matches!(self.inventory.clusters.get(name), Some(Cluster::Found(_)));
        let names = policy.said.clusters.iter();
        let strange = names.filter(|name| !claimed(name) && !lives(name));
        strange
            .map(|name| {
                format!(
                    "--cluster {name}: EKS has no cluster of that name, and nothing in {} is tagged with it.",
                    self.inventory.vpc.id
                )
            })
            .collect()
    }

    /// For programs.
    pub fn json(&self) -> json::Vpc {
        json::Vpc::new(&self.inventory, &self.judgement, self.sweep.clone())
    }
}
