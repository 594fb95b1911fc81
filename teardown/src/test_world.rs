//! The small VPC that the tests begin with: cluster `prod` is gone and has left a classic load balancer and an ALB.

use crate::inventory::{
    Caller, Cluster, Direction, Inventory, Kind, Listing, LoadBalancer, NetworkInterface, Reading, Reference,
    SecurityGroup, Subnet, Tags, TargetGroup, Vpc,
};
use crate::judge::Policy;
use crate::managed::Managed;
use crate::shape;

pub const CLASSIC_NAME: &str = "a0123456789ab4def8123456789abcde";
pub const CLASSIC: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/a0123456789ab4def8123456789abcde";
pub const ALB: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/0123456789abcdef";
pub const TARGET_GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef";
pub const CLASSIC_SG: &str = "sg-classic";
pub const FRONT_SG: &str = "sg-front";
pub const BACK_SG: &str = "sg-back";
pub const NODE_SG: &str = "sg-nodes";
pub const EKS_SG: &str = "sg-eks";

pub struct World {
    pub inventory: Inventory,
    pub managed: Managed,
    pub policy: Policy,
}

pub fn tags(pairs: &[(&str, &str)]) -> Tags {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn group(id: &str, name: &str, description: &str, pairs: &[(&str, &str)]) -> SecurityGroup {
    SecurityGroup {
        id: id.into(),
        owner: "123456789012".into(),
        name: name.into(),
        description: description.into(),
        tags: tags(pairs),
        references: Vec::new(),
    }
}

fn names(of: &[&str]) -> Vec<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

impl World {
    pub fn new() -> World {
        let ingress = [
            ("elbv2.k8s.aws/cluster", "prod"),
            ("ingress.k8s.aws/stack", "shop/web"),
        ];
        let with = |resource| [&ingress[..], &[("ingress.k8s.aws/resource", resource)]].concat();
        let subnets = ["subnet-a", "subnet-b"];
        let balancer = |kind, arn: &str, name: &str, groups: &[&str], pairs: &[(&str, &str)]| LoadBalancer {
            kind,
            arn: arn.into(),
            name: name.into(),
            dns_name: format!("{name}.example.com"),
            created_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            scheme: "internet-facing".into(),
            vpc: Some("vpc-1".into()),
            subnets: names(&subnets),
            security_groups: names(groups),
            tags: Reading::Read(tags(pairs)),
            protected: None,
        };
        let classic = balancer(
            Kind::Classic,
            CLASSIC,
            CLASSIC_NAME,
            &[CLASSIC_SG],
            &[
                ("kubernetes.io/cluster/prod", "owned"),
                ("kubernetes.io/service-name", "ingress-nginx/controller"),
            ],
        );
        let name = shape::of_ingress("prod", "shop/web", "internet-facing");
        let alb = balancer(
            Kind::Application,
            ALB,
            &name,
            &[FRONT_SG, BACK_SG],
            &with("LoadBalancer"),
        );
        let target_group = TargetGroup {
            arn: TARGET_GROUP.into(),
            name: "k8s-shop-web-0123456789".into(),
            vpc: Some("vpc-1".into()),
            load_balancers: names(&[ALB]),
            tags: Reading::Read(tags(&with("shop/web-web:80"))),
        };
        let mut nodes = group(
            NODE_SG,
            "nodes",
            "the nodes",
            &[("kubernetes.io/cluster/prod", "owned")],
        );
        nodes.references = [CLASSIC_SG, BACK_SG]
            .iter()
            .map(|peer| Reference {
                rule: format!("sgr-nodes-{peer}"),
                direction: Direction::Ingress,
                peer: (*peer).into(),
            })
            .collect();
        let groups = vec![
            group("sg-default", "default", "default VPC security group", &[]),
            nodes,
            group(
                EKS_SG,
                "eks-cluster-sg-prod-1",
                "EKS created security group",
                &[
                    ("aws:eks:cluster-name", "prod"),
                    ("kubernetes.io/cluster/prod", "owned"),
                ],
            ),
            group(
                CLASSIC_SG,
                &format!("k8s-elb-{CLASSIC_NAME}"),
                &format!("Security group for Kubernetes ELB {CLASSIC_NAME} (ingress-nginx/controller)"),
                &[("kubernetes.io/cluster/prod", "owned")],
            ),
            group(
                FRONT_SG,
                &shape::of_ingress_group("prod", "shop/web"),
                "[k8s] Managed SecurityGroup for LoadBalancer",
                &with("ManagedLBSecurityGroup"),
            ),
            group(
                BACK_SG,
                &shape::of_backend_group("prod"),
                "[k8s] Shared Backend SecurityGroup for LoadBalancer",
                &[
                    ("elbv2.k8s.aws/cluster", "prod"),
                    ("elbv2.k8s.aws/resource", "backend-sg"),
                ],
            ),
        ];
        let listing = |items| Listing { items, gap: None };
        let subnet = |id: &str| Subnet {
            id: id.into(),
            owner: "123456789012".into(),
        };
        let mut world = World {
            inventory: Inventory {
                taken_at: "2026-01-01T12:00:00Z".parse().unwrap(),
                caller: Caller {
                    account: "123456789012".into(),
                    region: "eu-central-1".into(),
                },
                vpc: Vpc {
                    id: "vpc-1".into(),
                    owner: "123456789012".into(),
                },
                subnets: Listing {
                    items: subnets.map(subnet).to_vec(),
                    gap: None,
                },
                classic: listing(vec![classic]),
                modern: listing(vec![alb]),
                target_groups: Listing {
                    items: vec![target_group],
                    gap: None,
                },
                interfaces: Listing::default(),
                security_groups: Listing {
                    items: groups,
                    gap: None,
                },
                endpoint_services: Listing::default(),
                clusters: [("prod".to_owned(), Cluster::NotFound)].into(),
            },
            managed: Managed::default(),
            policy: Policy::default(),
        };
        world.elb_interface("eni-classic", CLASSIC_NAME, &[CLASSIC_SG]);
        world.elb_interface("eni-alb", "app/web/0123456789abcdef", &[FRONT_SG, BACK_SG]);
        world
    }

    pub fn cluster(&mut self, says: Cluster) {
        self.inventory.clusters.insert("prod".into(), says);
    }

    pub fn interface(&mut self, id: &str, description: &str, groups: &[&str]) -> &mut NetworkInterface {
        self.inventory.interfaces.items.push(NetworkInterface {
            id: id.into(),
            subnet: "subnet-a".into(),
            description: description.into(),
            in_use: true,
            requester_managed: false,
            attached_to: Some("123456789012".into()),
            security_groups: names(groups),
            tags: Tags::new(),
        });
        self.inventory.interfaces.items.last_mut().unwrap()
    }

    pub fn elb_interface(&mut self, id: &str, mark: &str, groups: &[&str]) {
        let interface = self.interface(id, &format!("ELB {mark}"), groups);
        interface.requester_managed = true;
        interface.attached_to = Some("amazon-elb".into());
    }

    pub fn find_interface(&mut self, id: &str) -> &mut NetworkInterface {
        let mut all = self.inventory.interfaces.items.iter_mut();
        all.find(|interface| interface.id == id).unwrap()
    }

    pub fn tag(&mut self, arn: &str, key: &str, value: &str) {
        let Inventory { classic, modern, .. } = &mut self.inventory;
        let balancers = classic.items.iter_mut().chain(&mut modern.items);
        for balancer in balancers.filter(|balancer| balancer.arn == arn) {
            if let Reading::Read(tags) = &mut balancer.tags {
                tags.insert(key.into(), value.into());
            }
        }
    }

    /// Adds a state with one resource.
    pub fn state(&mut self, resource: &str) {
        let text = format!(r#"{{"version":4,"lineage":"l","serial":1,"resources":[{resource}]}}"#);
        self.managed.add(&text).unwrap();
    }
}
