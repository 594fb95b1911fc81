//! Looks at one VPC and at the region around it, in three waves of calls: what needs no other answer is asked at once.
//!
//! Changes nothing. What could not be read is named in the inventory; no failure becomes an empty list.

pub(crate) mod balancers;
mod clusters;
pub(crate) mod network;
pub(crate) mod tags;

use crate::aws::{Aws, Error, Identity, Kind, Run};
use crate::claim::Claims;
use crate::exit::Exit;
use crate::inventory::{Inventory, Kind as Type, Listing, Reading, Vpc};
use crate::judge::clusters as claimed;
use crate::watch::{Watch, Wave};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a scan may usually take.
pub const LIMIT: Duration = Duration::from_secs(300);

/// What to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// `vpc-…`.
    pub vpc: String,
    /// Clusters that the operator or Terraform's state names: asked for beside those that tags name.
    pub clusters: BTreeSet<String>,
}

/// Why nothing can be said at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The caller is not known.
    #[error("who the credentials belong to could not be told")]
    NoCaller(#[source] Error),
    /// There is no such VPC in this account and region.
    #[error(
        "there is no VPC {vpc} for account {account} in {region}; check the id, the region and the profile"
    )]
    NoVpc {
        /// Its id.
        vpc: String,
        /// Who asked.
        account: String,
        /// Where.
        region: String,
    },
    /// The VPC could not be read.
    #[error("VPC {0} could not be read")]
    Unread(String, #[source] Error),
    /// The operator stopped the run.
    #[error("the scan was stopped")]
    Stopped,
}

impl ScanError {
    /// How a run ends with it: what could not be read is never taken for clean, and wrong arguments are none of AWS's.
    pub fn exit(&self) -> Exit {
        match self {
            ScanError::NoCaller(error) if error.kind == Kind::Credentials => Exit::Failed,
            ScanError::NoCaller(_) | ScanError::Unread(..) => Exit::Blocked,
            ScanError::NoVpc { .. } | ScanError::Stopped => Exit::Failed,
        }
    }
}

/// Looks. Calls that have not answered within `limit` fail, and what they were for is unread.
///
/// # Errors
/// Only where nothing can be said at all. A call that failed is a gap in the inventory.
pub async fn scan(
    aws: &Aws,
    scope: &Scope,
    limit: Duration,
    watch: &dyn Watch,
    stop: &CancellationToken,
) -> Result<Inventory, ScanError> {
    let run = Run::new(aws, watch, stop, limit);
    let scanned = look(&run, scope).await;
    match stop.is_cancelled() {
        // Whatever it looks like: what was not asked for is missing.
        true => Err(ScanError::Stopped),
        false => scanned,
    }
}

/// The same within a longer run.
pub(crate) async fn look(run: &Run<'_>, scope: &Scope) -> Result<Inventory, ScanError> {
    let taken_at = Timestamp::now();
    run.begin(Wave::Listings);
    let (identity, vpc, subnets, interfaces, groups, classic, modern, target_groups) = tokio::join!(
        run.identity(),
        network::vpc(run, &scope.vpc),
        network::subnets(run, &scope.vpc),
        network::interfaces(run, &scope.vpc),
        network::groups(run, &scope.vpc),
        balancers::classic(run),
        balancers::modern(run),
        balancers::target_groups(run),
    );
    run.done(Wave::Listings);
    let Identity { caller, partition } = identity.map_err(ScanError::NoCaller)?;
    let mut inventory = Inventory {
        taken_at,
        vpc: owned(vpc, &scope.vpc, &caller)?,
        subnets,
        classic: balancers::named(classic, &caller, &partition),
        modern,
        target_groups,
        interfaces,
        security_groups: Listing::default(),
        endpoint_services: Listing::default(),
        clusters: BTreeMap::new(),
        caller,
    };

    run.begin(Wave::Tags);
    let classic = in_vpc(&inventory, &inventory.classic, |it| (&it.vpc, &it.name));
    let balancers = in_vpc(&inventory, &inventory.modern, |it| (&it.vpc, &it.arn));
    let targets = in_vpc(&inventory, &inventory.target_groups, |it| (&it.vpc, &it.arn));
    let modern = [balancers, targets].concat();
    let (classic, modern, services, rules) = tokio::join!(
        tags::classic(run, &classic),
        tags::modern(run, &modern),
        services(run, &inventory),
        network::references(run, &groups),
    );
    tag(&mut inventory, classic, modern);
    inventory.endpoint_services = services;
    inventory.security_groups = network::refer(groups, rules);
    run.done(Wave::Tags);

    let mut names = claimed(&inventory);
    names.extend(scope.clusters.iter().cloned());
    if !names.is_empty() {
        run.begin(Wave::Clusters);
        inventory.clusters = clusters::says(run, names).await;
        run.done(Wave::Clusters);
    }
    let left = clusters::left(&inventory);
    if !left.is_empty() {
        run.begin(Wave::Protection);
        let protected = clusters::protection(run, left).await;
        for balancer in &mut inventory.modern.items {
            match protected.get(&balancer.arn) {
                Some(Ok(on)) => balancer.protected = Some(*on),
                // AWS would refuse to delete what is protected, but what is unknown is not even tried.
                Some(Err(why)) => {
                    inventory
                        .modern
                        .gap
                        .get_or_insert_with(|| format!("the protection of one: {why}"));
                }
                None => {}
            }
        }
        run.done(Wave::Protection);
    }
    Ok(inventory)
}

fn owned(
    vpc: Result<Option<Vpc>, Error>,
    id: &str,
    caller: &crate::inventory::Caller,
) -> Result<Vpc, ScanError> {
    let none = || ScanError::NoVpc {
        vpc: id.to_owned(),
        account: caller.account.clone(),
        region: caller.region.clone(),
    };
    match vpc {
        Ok(Some(vpc)) => Ok(vpc),
        Ok(None) => Err(none()),
        Err(error) if error.code.as_deref() == Some("InvalidVpcID.NotFound") => Err(none()),
        Err(error) => Err(ScanError::Unread(id.to_owned(), error)),
    }
}

fn in_vpc<T>(
    inventory: &Inventory,
    listing: &Listing<T>,
    of: impl Fn(&T) -> (&Option<String>, &String),
) -> Vec<String> {
    let all = listing.items.iter().map(of);
    all.filter(|(vpc, _)| vpc.as_ref() == Some(&inventory.vpc.id))
        .map(|(_, name)| name.clone())
        .collect()
}

/// Only a network or a gateway load balancer can be held by an endpoint service.
async fn services(run: &Run<'_>, inventory: &Inventory) -> Listing<crate::inventory::EndpointService> {
    let may_be_held = inventory.modern.items.iter().any(|balancer| {
        balancer.vpc.as_ref() == Some(&inventory.vpc.id) && balancer.kind != Type::Application
    });
    match may_be_held {
        true => network::endpoint_services(run).await,
        false => Listing::default(),
    }
}

fn tag(inventory: &mut Inventory, mut classic: tags::Found, mut modern: tags::Found) {
    for balancer in &mut inventory.classic.items {
        if let Some(tags) = classic.remove(&balancer.name) {
            balancer.tags = tags;
        }
    }
    for balancer in &mut inventory.modern.items {
        if let Some(tags) = modern.remove(&balancer.arn) {
            balancer.tags = tags;
        }
    }
    for group in &mut inventory.target_groups.items {
        if let Some(tags) = modern.remove(&group.arn) {
            group.tags = tags;
        }
    }
}

/// The VPCs of a cluster: EKS's answer, else those of the load balancers that its controllers' tags claim for it.
///
/// # Errors
/// If a call fails: an answer that may lack a VPC is none.
pub async fn vpcs_of_cluster(
    aws: &Aws,
    cluster: &str,
    limit: Duration,
    watch: &dyn Watch,
    stop: &CancellationToken,
) -> Result<Vec<String>, Error> {
    let run = Run::new(aws, watch, stop, limit);
    if let Some(vpc) = clusters::vpc_of(&run, cluster).await? {
        return Ok(vec![vpc]);
    }
    let (classic, modern) = tokio::join!(balancers::classic(&run), balancers::modern(&run));
    if let Some(gap) = classic.gap.as_ref().or(modern.gap.as_ref()) {
        return Err(unread(cluster, gap));
    }
    let names: Vec<String> = classic.items.iter().map(|it| it.name.clone()).collect();
    let arns: Vec<String> = modern.items.iter().map(|it| it.arn.clone()).collect();
    let (of_classic, of_modern) = tokio::join!(tags::classic(&run, &names), tags::modern(&run, &arns));
    let placed = classic.items.iter().map(|it| (&it.name, &it.vpc, &of_classic));
    let placed = placed.chain(modern.items.iter().map(|it| (&it.arn, &it.vpc, &of_modern)));
    let mut vpcs = BTreeSet::new();
    for (name, vpc, tags) in placed {
        match tags.get(name) {
            Some(Reading::Read(tags)) => {
                let claims = Claims::read(tags);
                if claims.one().is_some_and(|claim| claim.cluster == cluster) {
                    vpcs.extend(vpc.clone());
                }
            }
            Some(Reading::Unread(why)) => return Err(unread(cluster, why)),
            None => {}
        }
    }
    Ok(vpcs.into_iter().collect())
}

fn unread(cluster: &str, why: &str) -> Error {
    Error::ours(Kind::Refused, "looking for the VPCs of", cluster, why)
}

#[cfg(test)]
mod tests;
