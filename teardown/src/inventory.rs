//! What a scan saw of one VPC and of the region around it: plain data, with every gap named.
//!
//! Judges nothing and forgets nothing: what could not be read is a value here, never an empty list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys and values.
pub type Tags = BTreeMap<String, String>;

/// Something that was asked for: the answer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading<T> {
    /// The answer.
    Read(T),
    /// Why there is none.
    Unread(String),
}

/// A listing that should be complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// What it holds.
    pub items: Vec<T>,
    /// Why it may lack some; nothing of its kind is deleted then.
    pub gap: Option<String>,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Listing {
            items: Vec::new(),
            gap: None,
        }
    }
}

/// Everything a judgement rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// When the scan began.
    pub taken_at: Timestamp,
    /// Who asked, and where.
    pub caller: Caller,
    /// The VPC in question.
    pub vpc: Vpc,
    /// Its subnets.
    pub subnets: Listing<Subnet>,
    /// Every classic load balancer of the region.
    pub classic: Listing<LoadBalancer>,
    /// Every application, network and gateway load balancer of the region.
    pub modern: Listing<LoadBalancer>,
    /// Every target group of the region.
    pub target_groups: Listing<TargetGroup>,
    /// The network interfaces in the VPC.
    pub interfaces: Listing<NetworkInterface>,
    /// The security groups of the VPC.
    pub security_groups: Listing<SecurityGroup>,
    /// The endpoint services of the region; only asked for when the VPC has a network load balancer.
    pub endpoint_services: Listing<EndpointService>,
    /// What EKS says of each cluster that a tag names.
    pub clusters: BTreeMap<String, Cluster>,
}

/// The identity the scan ran as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-central-1`.
    pub region: String,
}

/// The VPC in question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vpc {
    /// `vpc-…`.
    pub id: String,
    /// The account that owns it; another than the caller's when it is shared through RAM.
    pub owner: String,
}

/// A subnet of the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// `subnet-…`.
    pub id: String,
    /// The account that owns it.
    pub owner: String,
}

/// What kind of load balancer it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Elastic Load Balancing's first generation.
    Classic,
    /// Layer 7.
    Application,
    /// Layer 4.
    Network,
    /// Layer 3, for appliances.
    Gateway,
    /// One that AWS has and this version does not know.
    Other(String),
}

/// A load balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancer {
    /// What kind it is.
    pub kind: Kind,
    /// Its ARN; a classic one's is composed from account, region and name.
    pub arn: String,
    /// Its name; that of a classic one can be used again after it is deleted.
    pub name: String,
    /// Its DNS name.
    pub dns_name: String,
    /// When it was made: with the DNS name, what tells two classic ones of the same name apart.
    pub created_at: Timestamp,
    /// `internal` or `internet-facing`.
    pub scheme: String,
    /// Its VPC; none for EC2-Classic.
    pub vpc: Option<String>,
    /// Its subnets.
    pub subnets: Vec<String>,
    /// Its security groups.
    pub security_groups: Vec<String>,
    /// Only read for those in the VPC.
    pub tags: Reading<Tags>,
    /// Deletion protection, if somebody looked.
    pub protected: Option<bool>,
}

impl LoadBalancer {
    /// What stands after `ELB ` in the description of its network interfaces: the name of a classic one, else the
    /// end of the ARN.
    pub fn mark(&self) -> &str {
        match self.arn.split_once(":loadbalancer/") {
            Some((_, tail)) if self.kind != Kind::Classic => tail,
            _ => &self.name,
        }
    }

    /// The account in its ARN.
    pub fn owner(&self) -> Option<&str> {
        self.arn.split(':').nth(4).filter(|account| !account.is_empty())
    }
}

/// A target group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its VPC; none for a Lambda function's.
    pub vpc: Option<String>,
    /// The load balancers that use it.
    pub load_balancers: Vec<String>,
    /// Only read for those in the VPC.
    pub tags: Reading<Tags>,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// `eni-…`.
    pub id: String,
    /// Its subnet.
    pub subnet: String,
    /// Who made it, in words: `ELB …`, `Amazon EKS …`, `aws-K8S-…`.
    pub description: String,
    /// Whether something holds it.
    pub in_use: bool,
    /// Whether an AWS service manages it.
    pub requester_managed: bool,
    /// The owner of what it is attached to: `amazon-elb`, `amazon-aws` or an account.
    pub attached_to: Option<String>,
    /// Its security groups.
    pub security_groups: Vec<String>,
    /// They come with the listing.
    pub tags: Tags,
}

impl NetworkInterface {
    /// The [mark](LoadBalancer::mark) of the load balancer it belongs to. A description alone does not make it so:
    /// the service must have attached it.
    pub fn balancer(&self) -> Option<&str> {
        let attached = matches!(self.attached_to.as_deref(), Some("amazon-elb" | "amazon-aws"));
        // Right after the load balancer is deleted an interface is detached, and still the service's.
        let services = self.requester_managed && (attached || !self.in_use);
        self.description.strip_prefix("ELB ").filter(|_| services)
    }
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: String,
    /// The account that owns it.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// They come with the listing.
    pub tags: Tags,
    /// Those of its rules that name another security group which a controller claims: no other can be in the way.
    pub references: Vec<Reference>,
}

/// A rule of a security group that names a security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// `sgr-…`.
    pub rule: String,
    /// Which way.
    pub direction: Direction,
    /// The group it names.
    pub peer: String,
}

/// Which way a rule lets traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

/// A PrivateLink endpoint service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointService {
    /// `vpce-svc-…`.
    pub id: String,
    /// The ARNs of the load balancers behind it.
    pub load_balancers: Vec<String>,
}

/// What EKS says of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cluster {
    /// It is there, with this status.
    Found(String),
    /// ResourceNotFoundException, in this account and region.
    NotFound,
    /// No usable answer.
    Unread(String),
}
