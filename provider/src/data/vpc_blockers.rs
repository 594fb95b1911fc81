//! The data source `bluegreen_vpc_blockers`: what would block the destroy of a VPC now. Changes nothing, and sees no
//! Terraform state: what Terraform manages is listed as somebody's.

use crate::config::Shared;
use crate::executor::granted;
use std::collections::{BTreeMap, BTreeSet};
use teardown::judge::{Judgement, Policy, Subject, judge};
use teardown::life::Said;
use teardown::managed::Managed;
use teardown::report::Row;
use teardown::scan::{LIMIT, Scope, scan};
use teardown::watch::Unwatched;
use tfplugin::validate::matches;
use tfplugin::{Attr, DataSource, Diagnostics, List, ReadDataRequest, ReadDataResponse, Set, async_trait};

tfplugin::model! {
    /// What would block the destroy of a VPC now: load balancers in it and the security groups of load balancers, each with the
    /// verdict of `bluegreen-teardown` on whether it is an orphan. For `check` blocks and reports ahead of a destroy.
    ///
    /// It looks at AWS alone. What Terraform manages is listed too (`foreign`, if no Kubernetes controller claims it), since this data
    /// source sees no state; `bluegreen-teardown scan` reads the state and tells the two apart.
    pub struct Blockers {
        /// The VPC.
        pub vpc_id: Attr<String> => required()
            .validate(matches("the id of a VPC, such as vpc-0a1b2c3d", |id| id.starts_with("vpc-"))),
        /// EKS clusters of this account and region that the VPC is or was for. Whether a cluster that is gone ever was one of EKS is
        /// often known from what it left; naming it here settles it.
        pub cluster_names: Set<String> => optional(),
        /// What is in the way; empty if nothing is.
        pub blockers: List<BlockerModel> => computed(),
        /// Whether something could not be read or judged: then an empty list proves nothing.
        pub incomplete: Attr<bool> => computed(),
        /// All of it in one sentence.
        pub summary: Attr<String> => computed(),
    }

    pub struct BlockerModel {
        /// `classic_load_balancer`, `application_load_balancer`, `network_load_balancer`, `gateway_load_balancer` or `security_group`.
        pub kind: Attr<String> => computed(),
        /// ARN, or the id of a security group.
        pub id: Attr<String> => computed(),
        /// Its name.
        pub name: Attr<String> => computed(),
        /// `orphan` (a sweep would delete it), `live`, `foreign`, `protected`, `blocked` or `unknown`.
        pub verdict: Attr<String> => computed(),
        /// How sure it is that nobody owns it: `E0` to `E4`.
        pub evidence: Attr<String> => computed(),
        /// The cluster that its tags name; null if they name none.
        pub cluster: Attr<String> => computed(),
        /// Why the verdict is what it is.
        pub why: Attr<String> => computed(),
    }
}

/// The data source type.
pub struct VpcBlockers {
    pub shared: Shared,
}

#[async_trait]
impl DataSource for VpcBlockers {
    type Model = Blockers;

    fn type_name(&self) -> &str {
        "bluegreen_vpc_blockers"
    }

    async fn read(&self, req: ReadDataRequest<Blockers>) -> ReadDataResponse<Blockers> {
        let failed = |summary: &str, detail: String| {
            let mut diags = Diagnostics::new();
            diags.error(summary, detail);
            ReadDataResponse::failed(diags)
        };
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => return failed("AWS is not configured", why),
        };
        let clusters: BTreeSet<String> = req.config.cluster_names.each().cloned().collect();
        let scope = Scope {
            vpc: req.config.vpc_id.known_or_default(),
            clusters: clusters.clone(),
        };
        let scanned = match granted(
            &req.stop,
            scan(&clients.teardown, &scope, LIMIT, &Unwatched, &req.stop),
        )
        .await
        {
            Ok(scanned) => scanned,
            Err(_) => return failed("Stopped", "AWS gave no answer after the operator's stop.".into()),
        };
        match scanned {
            Ok(inventory) => {
                let policy = Policy {
                    said: Said {
                        clusters,
                        ..Said::default()
                    },
                    ..Policy::default()
                };
                let judgement = judge(&inventory, &Managed::default(), &policy);
                ReadDataResponse::new(told(req.config, &judgement))
            }
            Err(error) => failed(
                "The VPC could not be looked at",
                crate::sentence::capitalised(&crate::adapters::chain_of(&error)) + ".",
            ),
        }
    }
}

/// The state that a judgement makes.
fn told(config: Blockers, judgement: &Judgement) -> Blockers {
    let rows: Vec<Row> = judgement
        .objects
        .iter()
        .filter(|judged| match judged.subject {
            Subject::LoadBalancer => true,
            // One that no controller claims is the business of whoever made it.
            Subject::SecurityGroup | Subject::SharedSecurityGroup => judged.claim.is_some(),
            Subject::TargetGroup => false,
        })
        .map(Row::of)
        .collect();
    let summary = summary(&config.vpc_id.known_or_default(), &rows, judgement);
    let blockers = rows
        .into_iter()
        .map(|row| BlockerModel {
            kind: row.kind.to_owned().into(),
            id: row.id.into(),
            name: row.name.into(),
            verdict: row.verdict.to_owned().into(),
            evidence: row.evidence.level.to_string().into(),
            cluster: row.claim.map_or(Attr::Null, |claim| claim.cluster.into()),
            why: row.reasons.join("; ").into(),
        })
        .collect();
    Blockers {
        blockers,
        incomplete: judgement.is_blocked().into(),
        summary: summary.into(),
        ..config
    }
}

/// What is in the way, counted by verdict.
fn summary(vpc: &str, rows: &[Row], judgement: &Judgement) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.verdict).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let found = match counts.is_empty() {
        true => format!("Nothing was found that would block the destroy of {vpc}"),
        false => format!("What would block the destroy of {vpc}: {}", counts.join(", ")),
    };
    match judgement.gaps.is_empty() {
        true => found + ".",
        false => format!("{found}; not all of it could be read."),
    }
}

#[cfg(test)]
mod tests;
