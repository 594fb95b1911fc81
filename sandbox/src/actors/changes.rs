//! What happens in Kubernetes, as plain data: in a seed, in a request, in a test.
//!
//! Says what is wanted, never what became of it.

use serde::{Deserialize, Serialize};

/// What happens in Kubernetes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KubernetesChange {
    /// A cluster begins, with the controllers named; one that is there gets these settings and controllers.
    Cluster(KubernetesCluster),
    Service(KubernetesService),
    /// The object goes once its controller has cleaned up, as finalizers have it.
    DeleteService(KubernetesObject),
    Ingress(KubernetesIngress),
    DeleteIngress(KubernetesObject),
    /// A controller dies and leaves everything as it is.
    Kill(KubernetesController),
    Start(KubernetesController),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KubernetesCluster {
    pub name: String,
    /// Where load balancers go. An EKS cluster of that name need not say it: it has a VPC and subnets.
    #[serde(default)]
    pub vpc: Option<String>,
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Of the nodes, into which rules are written; of an EKS cluster the cluster security group.
    #[serde(default)]
    pub node_security_group: Option<String>,
    #[serde(default)]
    pub controllers: Vec<Controller>,
    /// AWS seconds between two looks at everything.
    #[serde(default = "usual_resync")]
    pub resync_seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Controller {
    /// The one in the control plane: classic load balancers, and network ones by annotation.
    CloudController,
    /// The add-on on the nodes: load balancers for Ingresses, and network ones for Services of its class.
    LoadBalancerController,
}

/// A Service of type LoadBalancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KubernetesService {
    pub cluster: String,
    pub namespace: String,
    pub name: String,
    /// Absent: the API server gives one.
    #[serde(default)]
    pub uid: Option<String>,
    #[serde(default)]
    pub class: ServiceClass,
    #[serde(default = "usual_ports")]
    pub ports: Vec<u16>,
    #[serde(default)]
    pub internal: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceClass {
    /// No annotation: the cloud controller's classic load balancer.
    #[default]
    Classic,
    /// `aws-load-balancer-type: nlb`: the cloud controller's network load balancer.
    Network,
    /// `aws-load-balancer-type: external`: the load balancer controller's network load balancer.
    External,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KubernetesIngress {
    pub cluster: String,
    pub namespace: String,
    pub name: String,
    /// The Service behind it.
    pub service: String,
    /// `alb.ingress.kubernetes.io/group.name`.
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub internal: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KubernetesObject {
    pub cluster: String,
    pub namespace: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KubernetesController {
    pub cluster: String,
    pub controller: Controller,
}

fn usual_resync() -> f64 {
    30.0
}

fn usual_ports() -> Vec<u16> {
    vec![80]
}
