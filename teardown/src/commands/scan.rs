//! `scan`: shows what would block the destroy of each VPC. Changes nothing.

use super::look::Look;
use crate::cli::Where;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::Result;
use std::time::Duration;
use teardown::exit::Exit;
use teardown::judge::Policy;
use teardown::report::json;
use tokio_util::sync::CancellationToken;

/// Looks at each VPC; the run ends as the worst of them does.
pub async fn run(
    place: &Where,
    policy: &Policy,
    limit: Duration,
    screen: &Screen,
    stop: &CancellationToken,
) -> Result<Exit> {
    let progress = Progress::new(*screen);
    let target = Target::find(place, policy, limit, screen, &progress, stop).await?;
    let mut looks = Vec::new();
    for vpc in &target.vpcs {
        looks.push(Look::at(vpc, &target, policy, &progress, stop).await?);
    }
    let exit = looks.iter().map(|look| Exit::of(&look.judgement)).max();
    let exit = exit.unwrap_or(Exit::Clean);
    let vpcs = looks.iter().map(Look::json).collect();
    let text = || {
        let texts: Vec<String> = looks.iter().map(|look| look.text(screen)).collect();
        texts.join("\n")
    };
    screen.show(text, &json::Scan::new(exit, vpcs))?;
    // With several VPCs a name is that of something in one of them.
    if let [look] = looks.as_slice() {
        look.warn(policy, screen);
    }
    Ok(exit)
}
