//! Which VPCs are meant, and how AWS is reached there: from flags, Terraform's state and what EKS knows.
//!
//! Guesses nothing: where neither a flag nor a state names a VPC, that is an error which says what to give.

use crate::cli::Where;
use crate::screen::Screen;
use crate::state_source;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use teardown::aws::Aws;
use teardown::judge::Policy;
use teardown::managed::{Managed, Place};
use teardown::scan::{Scope, vpcs_of_cluster};
use teardown::watch::Watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Everything a command needs before it can look.
#[derive(Debug)]
pub struct Target {
    /// The way to AWS.
    pub aws: Aws,
    /// What Terraform holds.
    pub managed: Managed,
    /// The VPCs.
    pub vpcs: BTreeSet<String>,
    /// Clusters to ask for, beside those that tags name.
    pub clusters: BTreeSet<String>,
    /// When looking has to be over.
    until: Instant,
}

impl Target {
    /// Finds out. `limit` is for this and for every look after it.
    pub async fn find(
        place: &Where,
        policy: &Policy,
        limit: Duration,
        screen: &Screen,
        watch: &dyn Watch,
        stop: &CancellationToken,
    ) -> Result<Target> {
        let until = Instant::now() + limit;
        let states = state_source::read(&place.states, &place.terraform, Path::new("."), limit).await?;
        for sentence in &states.said {
            screen.tell(sentence);
        }
        let managed = states.managed;
        for cluster in policy
            .said
            .destroyed
            .iter()
            .filter(|name| !managed.has_cluster(name))
        {
            screen.warn(&format!(
                "--assume-destroyed {cluster} is not believed: no Terraform state that was read has a cluster of that name"
            ));
        }
        let mut connection = place.connection();
        let is_of_state = |vpc: &String| managed.vpcs().any(|known| known == vpc);
        if connection.region.is_none() && place.vpcs.iter().all(is_of_state) {
            connection.region = region(&managed);
        }
        let named = place.vpcs.iter().cloned().collect::<BTreeSet<_>>();
        let said = &policy.said;
        let clusters: BTreeSet<String> = [&said.clusters, &said.destroyed]
            .into_iter()
            .flatten()
            .cloned()
            .chain(managed.clusters().map(str::to_owned))
            .collect();
        let of_state = |cluster: &String| managed.has_cluster(cluster);
        let vpcs_of_state: BTreeSet<String> = managed.vpcs().map(str::to_owned).collect();
        let ask = named.is_empty() && !said.clusters.is_empty() && !said.clusters.iter().all(of_state);
        if named.is_empty() && !ask && vpcs_of_state.is_empty() {
            bail!(nowhere(!states.said.is_empty()));
        }
        let aws = Aws::connect(&connection).await?;
        let vpcs = match (named.is_empty(), ask) {
            (false, _) => named,
            (true, false) => vpcs_of_state,
            (true, true) => of_clusters(&aws, &said.clusters, left(until), watch, stop).await?,
        };
        Ok(Target {
            aws,
            managed,
            vpcs,
            clusters,
            until,
        })
    }

    /// One scan.
    pub fn scope(&self, vpc: &str) -> Scope {
        Scope {
            vpc: vpc.to_owned(),
            clusters: self.clusters.clone(),
        }
    }

    /// How long looking may still take.
    pub fn left(&self) -> Duration {
        left(self.until)
    }

    /// The only VPC, for what can be done to one only.
    pub fn only(&self, doing: &str) -> Result<&str> {
        let mut all = self.vpcs.iter();
        match (all.next(), all.next()) {
            (Some(vpc), None) => Ok(vpc),
            _ => {
                let all: Vec<&str> = self.vpcs.iter().map(String::as_str).collect();
                bail!(
                    "{doing} is for one VPC, and here are {}: name one with --vpc-id",
                    all.join(", ")
                )
            }
        }
    }

    /// What to add to an error about a VPC: where Terraform's state has it.
    pub fn hint(&self) -> Option<String> {
        let places: Vec<String> = self
            .managed
            .places()
            .map(|Place { account, region }| format!("account {account}, region {region}"))
            .collect();
        (!places.is_empty()).then(|| format!("Terraform's state is about {}", places.join(" and about ")))
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

fn nowhere(read: bool) -> &'static str {
    match read {
        true => "Terraform's state has neither a VPC nor a cluster in one; name the VPC with --vpc-id",
        false => {
            "which VPC? Name it with --vpc-id, or its cluster with --cluster; or run this in the folder of its Terraform \
             configuration, or hand that state over with --state FILE"
        }
    }
}

/// The region, if the state has one only.
fn region(managed: &Managed) -> Option<String> {
    let regions: BTreeSet<&str> = managed.places().map(|place| place.region.as_str()).collect();
    let mut regions = regions.into_iter();
    match (regions.next(), regions.next()) {
        (Some(region), None) => Some(region.to_owned()),
        _ => None,
    }
}

async fn of_clusters(
    aws: &Aws,
    clusters: &BTreeSet<String>,
    limit: Duration,
    watch: &dyn Watch,
    stop: &CancellationToken,
) -> Result<BTreeSet<String>> {
    let mut vpcs = BTreeSet::new();
    for cluster in clusters {
        let found = vpcs_of_cluster(aws, cluster, limit, watch, stop)
            .await
            .with_context(|| format!("looking for the VPC of cluster {cluster}; --vpc-id would name it"))?;
        if found.is_empty() {
            bail!(
                "EKS has no cluster {cluster}, and no load balancer carries its tags: nothing tells its VPC; name that with \
                 --vpc-id"
            );
        }
        vpcs.extend(found);
    }
    Ok(vpcs)
}
