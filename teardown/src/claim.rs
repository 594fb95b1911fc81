//! Who says that it made an object: the tags of each controller, read as one claim or as none.
//!
//! A claim proves nothing: people copy tags, move load balancers between clusters by tag, and make them in advance
//! for a controller to adopt. Default tags of users are never read.

use crate::inventory::Tags;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// The controller whose tags these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The cloud controller manager, or Kubernetes itself before there was one.
    CloudController,
    /// The AWS Load Balancer Controller.
    LoadBalancerController,
    /// Its predecessor, the ALB Ingress Controller.
    IngressController,
    /// EKS Auto Mode.
    AutoMode,
}

/// The kind of Kubernetes object behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A Service of type LoadBalancer.
    Service,
    /// An Ingress, or a group of them.
    Ingress,
    /// A Gateway.
    Gateway,
    /// The cluster itself: what its objects share.
    Cluster,
}

/// A complete set of one controller's tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Whose tags they are.
    pub writer: Writer,
    /// The cluster's name.
    pub cluster: String,
    /// Whether the cluster may delete it; `shared` is somebody else's.
    pub owned: bool,
    /// What kind of object it was made for.
    pub source: Source,
    /// `namespace/name`, or the name of an Ingress group; empty for what the whole cluster shares.
    pub stack: String,
    /// What it is within the stack, in the controller's words; empty where the controller does not say.
    pub resource: String,
}

/// What an object's tags say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Claims {
    /// No controller's tag.
    None,
    /// Exactly one controller and one cluster.
    One(Claim),
    /// Tags of a controller, but not all that it writes.
    Partial(String),
    /// More than one controller or cluster.
    Conflicting(String),
}

const OWNED: &str = "kubernetes.io/cluster/";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const LEGACY_CLUSTER: &str = "KubernetesCluster";
const LBC_CLUSTER: &str = "elbv2.k8s.aws/cluster";
const LBC_SHARED: &str = "elbv2.k8s.aws/resource";
const AUTO_CLUSTER: &str = "eks:eks-cluster-name";

/// Prefix of `…/stack` and `…/resource`, whose it is, and what for.
const STACKS: [(&str, Writer, Source); 8] = [
    ("service.k8s.aws", Writer::LoadBalancerController, Source::Service),
    ("ingress.k8s.aws", Writer::LoadBalancerController, Source::Ingress),
    (
        "gateway.k8s.aws.alb",
        Writer::LoadBalancerController,
        Source::Gateway,
    ),
    (
        "gateway.k8s.aws.nlb",
        Writer::LoadBalancerController,
        Source::Gateway,
    ),
    ("service.eks.amazonaws.com", Writer::AutoMode, Source::Service),
    ("ingress.eks.amazonaws.com", Writer::AutoMode, Source::Ingress),
    ("gateway.eks.amazonaws.com.alb", Writer::AutoMode, Source::Gateway),
    ("gateway.eks.amazonaws.com.nlb", Writer::AutoMode, Source::Gateway),
];

impl Claims {
    /// Reads the tags of one object.
    pub fn read(tags: &Tags) -> Claims {
        let found: Vec<Result<Claim, String>> = [cloud_controller(tags), ingress_controller(tags)]
            .into_iter()
            .flatten()
            .chain(stacks(tags))
            .chain(shared(tags))
            .collect();
        if let Some(other) = second_cluster(tags) {
            return Claims::Conflicting(other);
        }
        let mut complete = found.iter().filter_map(|claim| claim.as_ref().ok());
        match (complete.next(), complete.next()) {
            (Some(one), Some(two)) => {
                Claims::Conflicting(format!("tags of {} and of {}", one.writer, two.writer))
            }
            (Some(one), None) => match found.iter().find_map(|claim| claim.as_ref().err()) {
                Some(rest) => Claims::Conflicting(format!("tags of {}, and {rest}", one.writer)),
                None => Claims::One(one.clone()),
            },
            (None, _) => match found.into_iter().find_map(Result::err) {
                Some(why) => Claims::Partial(why),
                None if names_cluster(tags) => {
                    Claims::Partial("a cluster's name, but no object of it".to_owned())
                }
                None => Claims::None,
            },
        }
    }

    /// Reads a security group. The cloud controller writes only the cluster's name on those of classic load
    /// balancers, and EKS Auto Mode no stack on what a cluster shares: there the name and the description say the rest.
    pub fn of_group(name: &str, description: &str, tags: &Tags) -> Claims {
        match Claims::read(tags) {
            Claims::Partial(why) => of_classic(name, description, tags)
                .or_else(|| of_auto_mode(name, description, tags))
                .map_or(Claims::Partial(why), Claims::One),
            other => other,
        }
    }

    /// The claim, if there is exactly one.
    pub fn one(&self) -> Option<&Claim> {
        match self {
            Claims::One(claim) => Some(claim),
            _ => None,
        }
    }
}

/// Whether a tag is one that a controller or EKS writes, rather than a person or a default of theirs.
pub fn is_controllers(key: &str) -> bool {
    let stack = |(prefix, ..): &(&str, Writer, Source)| belongs(key, prefix);
    let named = [
        SERVICE_NAME,
        LEGACY_CLUSTER,
        AUTO_CLUSTER,
        "kubernetes.io/cluster-name",
        "kubernetes.io/namespace",
        "kubernetes.io/ingress-name",
        "kubernetes.io/service-port",
    ];
    key.starts_with(OWNED)
        || belongs(key, "elbv2.k8s.aws")
        || key.starts_with("aws:eks:")
        || named.contains(&key)
        || STACKS.iter().any(stack)
}

/// Whether a key is `prefix/…`.
fn belongs(key: &str, prefix: &str) -> bool {
    key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

/// `kubernetes.io/cluster/<name>` and `kubernetes.io/service-name`.
fn cloud_controller(tags: &Tags) -> Option<Result<Claim, String>> {
    let service = tags.get(SERVICE_NAME)?;
    let owned = tags.iter().find_map(|(key, value)| {
        let cluster = key.strip_prefix(OWNED)?;
        Some((cluster.to_owned(), value.as_str()))
    });
    let legacy = tags.get(LEGACY_CLUSTER).map(|name| (name.clone(), "owned"));
    let Some((cluster, lifecycle)) = owned.or(legacy) else {
        return Some(Err(format!("{SERVICE_NAME} without a cluster")));
    };
    if !is_object(service) {
        return Some(Err(format!(
            "{SERVICE_NAME} = {service:?}, which names no Service"
        )));
    }
    match lifecycle {
        "owned" | "shared" => Some(Ok(Claim {
            writer: Writer::CloudController,
            cluster,
            owned: lifecycle == "owned",
            source: Source::Service,
            stack: service.clone(),
            resource: String::new(),
        })),
        other => Some(Err(format!(
            "{OWNED}{cluster} = {other:?}, which is neither owned nor shared"
        ))),
    }
}

/// `kubernetes.io/cluster-name` and friends.
fn ingress_controller(tags: &Tags) -> Option<Result<Claim, String>> {
    let cluster = tags
        .get("ingress.k8s.aws/cluster")
        .or_else(|| tags.get("kubernetes.io/cluster-name"))?;
    let part = |key: &str| tags.get(key).cloned();
    let stack = match (
        part("kubernetes.io/namespace"),
        part("kubernetes.io/ingress-name"),
    ) {
        (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
        _ => match part("ingress.k8s.aws/stack") {
            Some(stack) => stack,
            None => {
                return Some(Err(
                    "a cluster of the ALB Ingress Controller without an Ingress".to_owned()
                ));
            }
        },
    };
    Some(Ok(Claim {
        writer: Writer::IngressController,
        cluster: cluster.clone(),
        owned: true,
        source: Source::Ingress,
        stack,
        resource: part("ingress.k8s.aws/resource").unwrap_or_default(),
    }))
}

fn stacks(tags: &Tags) -> impl Iterator<Item = Result<Claim, String>> {
    STACKS.iter().filter_map(|&(prefix, writer, source)| {
        let part = |name: &str| tags.get(&format!("{prefix}/{name}"));
        let key = match writer {
            Writer::AutoMode => AUTO_CLUSTER,
            _ => LBC_CLUSTER,
        };
        let claim = match (part("stack"), part("resource"), tags.get(key)) {
            (None, None, _) => return None,
            // The predecessor wrote one of these beside its own.
            _ if source == Source::Ingress && tags.contains_key("ingress.k8s.aws/cluster") => return None,
            (Some(stack), Some(resource), Some(cluster)) if !stack.is_empty() => Ok(Claim {
                writer,
                cluster: cluster.clone(),
                owned: true,
                source,
                stack: stack.clone(),
                resource: resource.clone(),
            }),
            _ => Err(format!("{prefix}/… without all of stack, resource and {key}")),
        };
        Some(claim)
    })
}

/// What all load balancers of a cluster share.
fn shared(tags: &Tags) -> Option<Result<Claim, String>> {
    let resource = tags.get(LBC_SHARED)?;
    let claim = match tags.get(LBC_CLUSTER) {
        Some(cluster) => Ok(Claim {
            writer: Writer::LoadBalancerController,
            cluster: cluster.clone(),
            owned: true,
            source: Source::Cluster,
            stack: String::new(),
            resource: resource.clone(),
        }),
        None => Err(format!("{LBC_SHARED} without {LBC_CLUSTER}")),
    };
    Some(claim)
}

/// `Security group for Kubernetes ELB <load balancer> (<namespace>/<service>)`, read from the right words.
pub(crate) fn described(description: &str) -> Option<(&str, &str)> {
    let rest = description.strip_prefix("Security group for Kubernetes ELB ")?;
    let (balancer, service) = rest.strip_suffix(')')?.split_once(" (")?;
    is_object(service).then_some((balancer, service))
}

fn of_classic(name: &str, description: &str, tags: &Tags) -> Option<Claim> {
    let (balancer, service) = described(description)?;
    (name.strip_prefix("k8s-elb-") == Some(balancer)).then_some(())?;
    let (cluster, lifecycle) = tags
        .iter()
        .find_map(|(key, value)| Some((key.strip_prefix(OWNED)?, value)))?;
    Some(Claim {
        writer: Writer::CloudController,
        cluster: cluster.to_owned(),
        owned: lifecycle == "owned",
        source: Source::Service,
        stack: service.to_owned(),
        resource: String::new(),
    })
}

fn of_auto_mode(name: &str, description: &str, tags: &Tags) -> Option<Claim> {
    const RESOURCE: &str = "ManagedBackendSecurityGroup";
    let cluster = tags.get(AUTO_CLUSTER)?;
    let says = |(key, value): (&String, &String)| key.ends_with("/resource") && value == RESOURCE;
    let all = tags.iter().any(says)
        && description == "[k8s] Shared Backend SecurityGroup for LoadBalancers"
        && name.starts_with("k8s-traffic-");
    all.then(|| Claim {
        writer: Writer::AutoMode,
        cluster: cluster.clone(),
        owned: true,
        source: Source::Cluster,
        stack: String::new(),
        resource: RESOURCE.to_owned(),
    })
}

fn clusters(tags: &Tags) -> BTreeSet<&str> {
    let owned = tags.keys().filter_map(|key| key.strip_prefix(OWNED));
    let named = [
        LEGACY_CLUSTER,
        LBC_CLUSTER,
        AUTO_CLUSTER,
        "ingress.k8s.aws/cluster",
        "kubernetes.io/cluster-name",
    ];
    owned
        .chain(named.iter().filter_map(|key| tags.get(*key).map(String::as_str)))
        .collect()
}

fn names_cluster(tags: &Tags) -> bool {
    !clusters(tags).is_empty()
}

fn second_cluster(tags: &Tags) -> Option<String> {
    let names: Vec<&str> = clusters(tags).into_iter().collect();
    (1 < names.len()).then(|| format!("the clusters {}", names.join(" and ")))
}

fn is_object(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(namespace, name)| !namespace.is_empty() && !name.is_empty() && !name.contains('/'))
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Writer::CloudController => "the Kubernetes cloud controller",
            Writer::LoadBalancerController => "the AWS Load Balancer Controller",
            Writer::IngressController => "the ALB Ingress Controller",
            Writer::AutoMode => "EKS Auto Mode",
        })
    }
}

impl Claim {
    /// What it was made for: `Service shop/web`.
    pub fn purpose(&self) -> String {
        match self.source {
            Source::Service => format!("Service {}", self.stack),
            Source::Ingress => format!("Ingress {}", self.stack),
            Source::Gateway => format!("Gateway {}", self.stack),
            Source::Cluster => "every load balancer".to_owned(),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} for {} in cluster {}",
            self.writer,
            self.purpose(),
            self.cluster
        )
    }
}

#[cfg(test)]
mod tests;
