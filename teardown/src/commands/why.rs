//! `why`: everything that led to the verdict on one object, and what would have to change. Changes nothing.

use super::look::Look;
use crate::cli::Where;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::target::Target;
use anyhow::{Result, bail};
use std::time::Duration;
use teardown::exit::Exit;
use teardown::judge::Policy;
use teardown::report::{self, Row, json};
use tokio_util::sync::CancellationToken;

/// Looks for it in each VPC. Found is clean, whatever the verdict: the answer is the result.
pub async fn run(
    object: &str,
    place: &Where,
    policy: &Policy,
    limit: Duration,
    screen: &Screen,
    stop: &CancellationToken,
) -> Result<Exit> {
    let progress = Progress::new(*screen);
    let target = Target::find(place, policy, limit, screen, &progress, stop).await?;
    for vpc in &target.vpcs {
        let look = Look::at(vpc, &target, policy, &progress, stop).await?;
        if let Some(row) = Row::find(&look.judgement, object) {
            let text = || report::why(&look.judgement, object).unwrap_or_default();
            screen.show(text, &json::Why::new(&look.inventory, row))?;
            return Ok(Exit::Clean);
        }
    }
    let vpcs: Vec<&str> = target.vpcs.iter().map(String::as_str).collect();
    bail!(
        "{} has no load balancer, target group or security group {object}; `scan --verbose` lists all there are",
        vpcs.join(", ")
    )
}
