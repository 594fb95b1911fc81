//! Looks at AWS with `teardown`'s scan where a plan destroys a VPC or a cluster without a guard. The only part of this
//! crate that calls anybody; it reads, and changes nothing.
//!
//! Never takes a failed look for a clear one.

use crate::model::Plan;
use crate::rules::wanted;
use crate::scan::{Scan, Scans, Wanted};
use std::error::Error;
use std::io;
use std::time::Duration;
use teardown::aws::{Aws, Connection};
use teardown::judge::{Judged, Judgement, Keep, Policy, Subject, Verdict, judge};
use teardown::managed::Managed;
use teardown::report::Row;
use teardown::scan::{Scope, scan};
use teardown::watch::Unwatched;
use tokio_util::sync::CancellationToken;

/// Of one VPC.
const LIMIT: Duration = Duration::from_secs(60);

/// Looks at every VPC that [`wanted`] names, one after the other; without one, at nothing.
///
/// # Errors
/// If there are no threads to run on. Whatever AWS says, or fails to say, is part of the answer.
pub fn look(plan: &Plan) -> io::Result<Scans> {
    let wanted = wanted(plan);
    if wanted.is_empty() {
        return Ok(Scans::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(async {
        let aws = Aws::connect(&Connection::default()).await;
        let mut scans = Scans::new();
        for (vpc, wanted) in wanted {
            let scan = match &aws {
                Ok(aws) => one(aws, &vpc, &wanted).await,
                Err(error) => Scan::Unread(chain(error)),
            };
            scans.insert(vpc, scan);
        }
        scans
    }))
}

async fn one(aws: &Aws, vpc: &str, wanted: &Wanted) -> Scan {
    let scope = Scope {
        vpc: vpc.to_owned(),
        clusters: wanted.clusters.clone(),
    };
    match scan(aws, &scope, LIMIT, &Unwatched, &CancellationToken::new()).await {
        Ok(inventory) => {
            let judgement = judge(&inventory, &Managed::default(), &Policy::default());
            read(&judgement, wanted)
        }
        Err(error) => Scan::Unread(chain(&error)),
    }
}

/// What a judgement means for the plan.
fn read(judgement: &Judgement, wanted: &Wanted) -> Scan {
    let in_the_way: Vec<String> = judgement
        .objects
        .iter()
        .filter(|judged| is_in_the_way(judged, wanted))
        .map(sentence)
        .chain(
            judgement
                .ghosts
                .iter()
                .map(|id| format!("{id} (a load balancer's network interface)")),
        )
        .collect();
    match (in_the_way.is_empty(), judgement.gaps.first()) {
        (false, _) => Scan::InTheWay(in_the_way),
        (true, Some(gap)) => Scan::Unread(gap.clone()),
        (true, None) => Scan::Clear,
    }
}

/// Whether the plan leaves it behind and something that the plan destroys waits for it.
fn is_in_the_way(judged: &Judged, wanted: &Wanted) -> bool {
    let whole =
        wanted.whole && judged.subject == Subject::LoadBalancer && !wanted.removed.contains(&judged.id);
    match &judged.verdict {
        Verdict::Orphan | Verdict::Blocked(_) | Verdict::Unknown(_) | Verdict::Kept(Keep::Live(_)) => true,
        // Somebody's: it goes on if the VPC does, and holds it if that is to go.
        Verdict::Kept(_) => whole,
    }
}

fn sentence(judged: &Judged) -> String {
    let row = Row::of(judged);
    format!(
        "{} {} ({}: {})",
        row.kind.replace('_', " "),
        row.name,
        row.verdict,
        row.reasons.join("; ")
    )
}

/// The whole chain: each error tells only its own part.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text += &format!(": {next}");
        cause = next.source();
    }
    text
}
