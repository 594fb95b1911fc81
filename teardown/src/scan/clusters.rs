//! What EKS says of clusters, and the deletion protection of what the dead ones left.

use crate::aws::wait::{Boxed, together};
use crate::aws::{Class, Error, Kind, Run};
use crate::claim::Claims;
use crate::inventory::{Cluster, Inventory, Kind as Type, Reading};
use std::collections::{BTreeMap, BTreeSet};

const DOING: &str = "eks:DescribeCluster";

/// Each cluster's life, one call per name.
pub(super) async fn says(run: &Run<'_>, names: BTreeSet<String>) -> BTreeMap<String, Cluster> {
    let asked = names.into_iter().map(|name| -> Boxed<'_, _> {
        Box::pin(async move {
            let says = match describe(run, &name).await {
                Ok(Some(cluster)) => match cluster.status {
                    Some(status) => Cluster::Found(status.as_str().to_owned()),
                    None => Cluster::Unread(format!("{DOING} {name}: the answer has no status")),
                },
                Ok(None) => Cluster::NotFound,
                Err(error) => Cluster::Unread(error.to_string()),
            };
            (name, says)
        })
    });
    together(asked).await.into_iter().collect()
}

/// The VPC of a cluster that EKS knows.
pub(super) async fn vpc_of(run: &Run<'_>, name: &str) -> Result<Option<String>, Error> {
    let cluster = describe(run, name).await?;
    let network = cluster.and_then(|cluster| cluster.resources_vpc_config);
    Ok(network.and_then(|network| network.vpc_id))
}

/// None only for EKS's own word that there is no such cluster: a proxy's 404 proves nothing.
async fn describe(run: &Run<'_>, name: &str) -> Result<Option<aws_sdk_eks::types::Cluster>, Error> {
    let call = run.aws.eks().describe_cluster().name(name);
    let answer = run
        .read(Class::Clusters, DOING, name, || call.clone().send())
        .await;
    match answer {
        Ok(answer) => match answer.cluster {
            Some(cluster) if cluster.name.as_deref() == Some(name) => Ok(Some(cluster)),
            _ => Err(Error::ours(
                Kind::Malformed,
                DOING,
                name,
                "the answer is not about this cluster",
            )),
        },
        Err(error) if error.code.as_deref() == Some("ResourceNotFoundException") => Ok(None),
        Err(error) => Err(error),
    }
}

/// The load balancers that can have deletion protection and that a controller of a cluster made which EKS does not
/// know: nobody else's protection matters, and it takes a call for each.
pub(super) fn left(inventory: &Inventory) -> Vec<String> {
    let here = inventory.modern.items.iter().filter(|balancer| {
        let claims = match &balancer.tags {
            Reading::Read(tags) => Claims::read(tags),
            Reading::Unread(_) => return false,
        };
        let alive = |name: &String| matches!(inventory.clusters.get(name), Some(Cluster::Found(_)));
        balancer.vpc.as_ref() == Some(&inventory.vpc.id)
            && !matches!(balancer.kind, Type::Other(_))
            && claims.one().is_some_and(|claim| !alive(&claim.cluster))
    });
    here.map(|balancer| balancer.arn.clone()).collect()
}

/// ARN → whether it is protected, or why that could not be read.
pub(super) async fn protection(run: &Run<'_>, arns: Vec<String>) -> BTreeMap<String, Result<bool, String>> {
    let asked = arns.into_iter().map(|arn| -> Boxed<'_, _> {
        Box::pin(async move {
            let call = run.aws.elbv2().describe_load_balancer_attributes();
            let call = call.load_balancer_arn(&arn);
            let doing = "elasticloadbalancing:DescribeLoadBalancerAttributes";
            let send = || call.clone().send();
            let answer = match run.read(Class::ModernRead, doing, &arn, send).await {
                Ok(answer) => answer,
                Err(error) => return (arn, Err(error.to_string())),
            };
            let attributes = answer.attributes.unwrap_or_default();
            let protection = attributes
                .iter()
                .find(|it| it.key() == Some("deletion_protection.enabled"));
            let on = protection.map(|it| it.value() == Some("true"));
            (arn, on.ok_or_else(|| "AWS left it out".to_owned()))
        })
    });
    together(asked).await.into_iter().collect()
}
