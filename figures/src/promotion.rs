//! One apply that promotes 20 services on one listener: how long, how many calls, how fast.
//!
//! Counts nothing of the releases before it.

use crate::calls::Calls;
use crate::configuration::{VARIABLES, services};
use crate::ground::Ground;
use crate::report::Row;
use crate::town::{Pace, Town};
use acceptance::terraform::Terraform;
use anyhow::{Result, ensure};

const SERVICES: u32 = 20;
/// AWS throttles an account's changes to load balancers somewhere above this.
const PER_SECOND: f64 = 3.0;
const WARM: [&str; 3] = [
    "-var=release=v2",
    "-var=task_definition=web:2",
    "-var=enable_canary=true",
];

pub async fn rows(ground: &Ground) -> Result<Vec<Row>> {
    let town = Town::build(SERVICES, Pace::Releasing).await?;
    let setup = ground.setup(&town.world.sandbox().endpoint(), &Town::region());
    let text = services(&town.houses);
    let terraform = Terraform::new(&[("variables.tf", VARIABLES), ("services.tf", &text)], setup).await?;
    terraform.apply(&[]).await?.success()?;
    terraform.apply(&WARM).await?.success()?;

    let from = town.world.next_seq();
    let promote = [&WARM[..], &["-var=promote_to_all=true"]].concat();
    let run = terraform.apply(&promote).await?.success()?;
    let calls = Calls::since(&town.world.events(), from);
    let moved = calls.by_action.get("ModifyRule").copied().unwrap_or(0);
    town.world.shutdown().await?;
    ensure!(SERVICES as usize <= moved, "only {moved} rules were changed");
    let busiest = calls.busiest_second() as f64;
    Ok(vec![
        Row::new(
            "promotion of 20 services on one listener, one apply",
            "s",
            run.took.as_secs_f64(),
        )
        .note(format!("{} changing calls", calls.changing())),
        Row::new("AWS calls of that apply", "", calls.all() as f64).note(calls.listed()),
        // Not the mean: a burst at either end of a short apply would raise it above what any second has seen.
        Row::new("changing calls in the busiest second of that apply", "", busiest)
            .aim(format!("at most {PER_SECOND}"), busiest <= PER_SECOND)
            .note(format!(
                "{:.2} a second from the first to the last",
                calls.changing_per_second()
            )),
    ])
}
