//! A world to look at closely: a cluster that is gone, one classic load balancer, one ALB, and what hangs on them.

use super::{ACCOUNT, Balancer, Cloud, Group, Interface, Pairs, Rule, Target, Way, arn, pairs};
use std::collections::{BTreeMap, BTreeSet};
use teardown::shape;

const VPC: &str = "vpc-1";
pub const CLASSIC: &str = "a0123456789ab4def8123456789abcde";

pub fn alb() -> String {
    arn("loadbalancer", "app/web/0123456789abcdef")
}

fn made(vpc: &str) -> Balancer {
    Balancer {
        name: String::new(),
        arn: String::new(),
        kind: "classic",
        created: "2024-01-01T00:00:00Z".to_owned(),
        scheme: "internet-facing".to_owned(),
        vpc: vpc.to_owned(),
        subnets: vec!["subnet-a".to_owned()],
        groups: Vec::new(),
        tags: Pairs::new(),
        protected: false,
    }
}

impl Cloud {
    /// A VPC with one subnet and nothing in it.
    pub fn empty() -> Cloud {
        Cloud {
            vpc: VPC.to_owned(),
            owner: ACCOUNT.to_owned(),
            subnets: vec![("subnet-a".to_owned(), ACCOUNT.to_owned())],
            ..Cloud::default()
        }
    }

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
            vpc: VPC.to_owned(),
            rules: BTreeMap::new(),
        };
        let names = |peer: &str| Rule {
            peer: peer.to_owned(),
            way: Way::In,
        };
        let owned = || pairs(&[("kubernetes.io/cluster/prod", "owned")]);
        let mut nodes = group("sg-nodes", "nodes", "the nodes", owned());
        for peer in ["sg-classic", "sg-back"] {
            nodes.rules.insert(format!("sgr-nodes-{peer}"), names(peer));
        }
        let mut front = group(
            "sg-front",
            &shape::of_ingress_group("prod", "shop/web"),
            "[k8s] Managed SecurityGroup for LoadBalancer",
            ingress("ManagedLBSecurityGroup"),
        );
        front.rules.insert("sgr-circle-1".to_owned(), names("sg-back"));
        let mut back = group(
            "sg-back",
            &shape::of_backend_group("prod"),
            "[k8s] Shared Backend SecurityGroup for LoadBalancer",
            pairs(&[
                ("elbv2.k8s.aws/cluster", "prod"),
                ("elbv2.k8s.aws/resource", "backend-sg"),
            ]),
        );
        back.rules.insert("sgr-circle-2".to_owned(), names("sg-front"));
        let eks = pairs(&[
            ("aws:eks:cluster-name", "prod"),
            ("kubernetes.io/cluster/prod", "owned"),
        ]);
        let mut cloud = Cloud {
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
                vpc: VPC.to_owned(),
                balancers: vec![alb()],
                tags: ingress("shop/web-web:80"),
            }],
            ..Cloud::empty()
        };
        cloud.put_classic(CLASSIC, "2026-01-01T00:00:00Z");
        let name = shape::of_ingress("prod", "shop/web", "internet-facing");
        let alb = Balancer {
            name,
            arn: alb(),
            kind: "application",
            groups: vec!["sg-front".to_owned(), "sg-back".to_owned()],
            tags: ingress("LoadBalancer"),
            ..made(VPC)
        };
        cloud.interfaces.push(Interface::of(&alb, "eni-alb", "subnet-a"));
        cloud.modern.push(alb);
        cloud
    }

    /// What a run may delete of it, and nothing else.
    pub fn orphans() -> BTreeSet<String> {
        let of_alb = [alb(), arn("targetgroup", "web/0123456789abcdef")];
        let groups = ["sg-classic", "sg-front", "sg-back"].map(str::to_owned);
        let all = of_alb.into_iter().chain(groups);
        all.chain([arn("loadbalancer", CLASSIC)]).collect()
    }

    pub(super) fn put_classic(&mut self, name: &str, created: &str) {
        let balancer = Balancer {
            name: name.to_owned(),
            created: created.to_owned(),
            groups: vec!["sg-classic".to_owned()],
            tags: pairs(&[
                ("kubernetes.io/cluster/prod", "owned"),
                ("kubernetes.io/service-name", "ingress-nginx/controller"),
            ]),
            ..made(VPC)
        };
        let id = format!("eni-{created}");
        self.interfaces.push(Interface::of(&balancer, &id, "subnet-a"));
        self.classic.push(balancer);
    }

    /// Others' load balancers, in another VPC.
    pub fn strangers(&mut self, classic: usize, modern: usize) {
        let one = |name: String, arn: String, kind| Balancer {
            name,
            arn,
            kind,
            ..made("vpc-other")
        };
        self.classic
            .extend((0..classic).map(|at| one(format!("other-{at:05}"), String::new(), "classic")));
        self.modern.extend((0..modern).map(|at| {
            let arn = arn("loadbalancer", &format!("app/other-{at:05}/0"));
            one(format!("other-{at:05}"), arn, "application")
        }));
    }
}
