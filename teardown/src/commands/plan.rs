//! `plan`: writes down what would be deleted. Changes nothing in AWS.

use super::look::Look;
use crate::cli::Where;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;
use teardown::document::Document;
use teardown::exit::Exit;
use teardown::judge::Policy;
use teardown::report::json;
use tokio_util::sync::CancellationToken;

/// Looks at one VPC, shows what a scan shows, and writes the plan file.
pub async fn run(
    out: &Path,
    place: &Where,
    policy: &Policy,
    limit: Duration,
    screen: &Screen,
    stop: &CancellationToken,
) -> Result<Exit> {
    let progress = Progress::new(*screen);
    let target = Target::find(place, policy, limit, screen, &progress, stop).await?;
    let vpc = target.only("a plan")?;
    let look = Look::at(vpc, &target, policy, &progress, stop).await?;
    let Look {
        inventory,
        judgement,
        sweep,
    } = &look;
    let document = Document::new(inventory, &target.managed, policy, judgement, sweep.clone())?;
    std::fs::write(out, document.text()?).with_context(|| format!("writing {}", out.display()))?;
    let exit = Exit::of(judgement);
    let scan = json::Scan::new(exit, vec![look.json()]);
    screen.show(|| look.text(screen), &scan)?;
    look.warn(policy, screen);
    screen.tell(&format!(
        "Wrote {}: {} deletions in {} steps. Within an hour: bluegreen-teardown apply {}",
        out.display(),
        judgement.orphans().count(),
        sweep.nodes.len(),
        out.display()
    ));
    Ok(exit)
}
