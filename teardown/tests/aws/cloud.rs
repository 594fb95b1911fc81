//! A VPC that a cluster left behind, in memory: what is there, what refers to what, and what AWS refuses to delete.
//! Knows nothing of the code under test but the names that a controller gives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use teardown::shape;
use tokio::time::Instant;

pub const VPC: &str = "vpc-1";
pub const ACCOUNT: &str = "123456789012";
pub const CLASSIC: &str = "a0123456789ab4def8123456789abcde";
/// How long interfaces outlive their load balancer.
pub const RELEASE: Duration = Duration::from_secs(45);

pub type Pairs = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub struct Balancer {
    pub name: String,
    /// Empty for a classic one.
    pub arn: String,
    pub kind: &'static str,
    pub created: String,
    pub vpc: String,
    pub groups: Vec<String>,
    pub tags: Pairs,
    pub protected: bool,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub arn: String,
    pub balancers: Vec<String>,
    pub tags: Pairs,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub owner: String,
    pub description: String,
    pub tags: Pairs,
    /// Rule → the group it names.
    pub rules: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct Interface {
    pub id: String,
    pub description: String,
    pub groups: Vec<String>,
    pub gone_at: Option<Instant>,
}

#[derive(Clone, Debug, Default)]
pub struct Cloud {
    pub classic: Vec<Balancer>,
    pub modern: Vec<Balancer>,
    pub targets: Vec<Target>,
    pub groups: Vec<Group>,
    pub interfaces: Vec<Interface>,
    /// ARNs that an endpoint service holds.
    pub held: BTreeSet<String>,
    /// A controller that makes its classic load balancer again.
    pub controller: bool,
    pub owner: String,
}

fn pairs(list: &[(&str, &str)]) -> Pairs {
    let list = list.iter();
    list.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn arn(kind: &str, tail: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:{kind}/{tail}")
}

pub fn alb() -> String {
    arn("loadbalancer", "app/web/0123456789abcdef")
}

impl Cloud {
    /// Cluster `prod` is gone and has left a classic load balancer and an ALB.
    pub fn left() -> Cloud {
        let ingress = |resource| {
            pairs(&[
                ("elbv2.k8s.aws/cluster", "prod"),
                ("ingress.k8s.aws/stack", "shop/web"),
                ("ingress.k8s.aws/resource", resource),
            ])
        };
        let group = |id: &str, name: &str, description: &str, tags: Pairs| Group {
            id: id.to_owned(),
            name: name.to_owned(),
            owner: ACCOUNT.to_owned(),
            description: description.to_owned(),
            tags,
            rules: BTreeMap::new(),
        };
        let owned = || pairs(&[("kubernetes.io/cluster/prod", "owned")]);
        let mut nodes = group("sg-nodes", "nodes", "the nodes", owned());
        for peer in ["sg-classic", "sg-back"] {
            nodes.rules.insert(format!("sgr-nodes-{peer}"), peer.to_owned());
        }
        let mut front = group(
            "sg-front",
            &shape::of_ingress_group("prod", "shop/web"),
            "[k8s] Managed SecurityGroup for LoadBalancer",
            ingress("ManagedLBSecurityGroup"),
        );
        front
            .rules
            .insert("sgr-circle-1".to_owned(), "sg-back".to_owned());
        let mut back = group(
            "sg-back",
            &shape::of_backend_group("prod"),
            "[k8s] Shared Backend SecurityGroup for LoadBalancer",
            pairs(&[
                ("elbv2.k8s.aws/cluster", "prod"),
                ("elbv2.k8s.aws/resource", "backend-sg"),
            ]),
        );
        back.rules
            .insert("sgr-circle-2".to_owned(), "sg-front".to_owned());
        let eks = pairs(&[
            ("aws:eks:cluster-name", "prod"),
            ("kubernetes.io/cluster/prod", "owned"),
        ]);
        let mut cloud = Cloud {
            owner: ACCOUNT.to_owned(),
            groups: vec![
                group(
                    "sg-default",
                    "default",
                    "default VPC security group",
                    Pairs::new(),
                ),
                nodes,
                group(
                    "sg-eks",
                    "eks-cluster-sg-prod-1",
                    "EKS created security group",
                    eks,
                ),
                group(
                    "sg-classic",
                    &format!("k8s-elb-{CLASSIC}"),
                    &format!("Security group for Kubernetes ELB {CLASSIC} (ingress-nginx/controller)"),
                    owned(),
                ),
                front,
                back,
            ],
            targets: vec![Target {
                name: "k8s-shop-web-0123456789".to_owned(),
                arn: arn("targetgroup", "web/0123456789abcdef"),
                balancers: vec![alb()],
                tags: ingress("shop/web-web:80"),
            }],
            ..Cloud::default()
        };
        cloud.classic(CLASSIC, "2026-01-01T00:00:00Z");
        let name = shape::of_ingress("prod", "shop/web", "internet-facing");
        cloud.modern.push(Balancer {
            name,
            arn: alb(),
            kind: "application",
            created: "2026-01-01T00:00:00Z".to_owned(),
            vpc: VPC.to_owned(),
            groups: vec!["sg-front".to_owned(), "sg-back".to_owned()],
            tags: ingress("LoadBalancer"),
            protected: false,
        });
        cloud.interface("eni-alb", "app/web/0123456789abcdef", &["sg-front", "sg-back"]);
        cloud
    }

    /// What a run may delete of it, and nothing else.
    pub fn orphans() -> BTreeSet<String> {
        let of_alb = [alb(), arn("targetgroup", "web/0123456789abcdef")];
        let groups = ["sg-classic", "sg-front", "sg-back"].map(str::to_owned);
        let all = of_alb.into_iter().chain(groups);
        all.chain([arn("loadbalancer", CLASSIC)]).collect()
    }

    fn classic(&mut self, name: &str, created: &str) {
        self.classic.push(Balancer {
            name: name.to_owned(),
            arn: String::new(),
            kind: "classic",
            created: created.to_owned(),
            vpc: VPC.to_owned(),
            groups: vec!["sg-classic".to_owned()],
            tags: pairs(&[
                ("kubernetes.io/cluster/prod", "owned"),
                ("kubernetes.io/service-name", "ingress-nginx/controller"),
            ]),
            protected: false,
        });
        self.interface(&format!("eni-{created}"), name, &["sg-classic"]);
    }

    fn interface(&mut self, id: &str, mark: &str, groups: &[&str]) {
        self.interfaces.push(Interface {
            id: id.to_owned(),
            description: format!("ELB {mark}"),
            groups: groups.iter().map(|id| (*id).to_owned()).collect(),
            gone_at: None,
        });
    }

    /// Others' load balancers, in another VPC.
    pub fn strangers(&mut self, classic: usize, modern: usize) {
        let one = |name: String, arn: String, kind| Balancer {
            name,
            arn,
            kind,
            created: "2026-01-01T00:00:00Z".to_owned(),
            vpc: "vpc-other".to_owned(),
            groups: Vec::new(),
            tags: Pairs::new(),
            protected: false,
        };
        self.classic
            .extend((0..classic).map(|at| one(format!("other-{at:05}"), String::new(), "classic")));
        self.modern.extend((0..modern).map(|at| {
            let arn = arn("loadbalancer", &format!("app/other-{at:05}/0"));
            one(format!("other-{at:05}"), arn, "application")
        }));
    }

    pub fn present(&self) -> Vec<&Interface> {
        let now = Instant::now();
        let there = |it: &&Interface| it.gone_at.is_none_or(|at| now < at);
        self.interfaces.iter().filter(there).collect()
    }

    fn release(&mut self, mark: &str) {
        let description = format!("ELB {mark}");
        let gone_at = Some(Instant::now() + RELEASE);
        for interface in self
            .interfaces
            .iter_mut()
            .filter(|it| it.description == description)
        {
            interface.gone_at = interface.gone_at.or(gone_at);
        }
    }

    /// Whether there was one.
    pub fn delete_classic(&mut self, name: &str) -> bool {
        let before = self.classic.len();
        self.classic.retain(|it| it.name != name);
        let deleted = self.classic.len() < before;
        if deleted {
            self.release(name);
            if self.controller {
                self.classic(name, "2026-06-01T00:00:00Z");
            }
        }
        deleted
    }

    pub fn delete_modern(&mut self, arn: &str) -> Result<bool, &'static str> {
        let Some(at) = self.modern.iter().position(|it| it.arn == arn) else {
            return Ok(false);
        };
        if self.modern[at].protected {
            return Err("OperationNotPermitted");
        }
        if self.held.contains(arn) {
            return Err("ResourceInUse");
        }
        self.modern.remove(at);
        self.release(arn.split_once(":loadbalancer/").unwrap().1);
        for target in &mut self.targets {
            target.balancers.retain(|user| user != arn);
        }
        Ok(true)
    }

    pub fn delete_target(&mut self, arn: &str) -> Result<bool, &'static str> {
        let Some(at) = self.targets.iter().position(|it| it.arn == arn) else {
            return Ok(false);
        };
        if !self.targets[at].balancers.is_empty() {
            return Err("ResourceInUse");
        }
        self.targets.remove(at);
        Ok(true)
    }

    pub fn delete_group(&mut self, id: &str) -> Result<bool, &'static str> {
        let Some(at) = self.groups.iter().position(|it| it.id == id) else {
            return Err("InvalidGroup.NotFound");
        };
        let used = self
            .present()
            .iter()
            .any(|it| it.groups.iter().any(|group| group == id));
        let others = self.groups.iter().filter(|it| it.id != id);
        let named = others.flat_map(|it| it.rules.values()).any(|peer| peer == id);
        if used || named {
            return Err("DependencyViolation");
        }
        self.groups.remove(at);
        Ok(true)
    }
}
