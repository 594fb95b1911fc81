//! What every command begins with: one VPC scanned and judged.

use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::{Error, Result};
use teardown::inventory::Inventory;
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

    /// For programs.
    pub fn json(&self) -> json::Vpc {
        json::Vpc::new(&self.inventory, &self.judgement, self.sweep.clone())
    }
}
