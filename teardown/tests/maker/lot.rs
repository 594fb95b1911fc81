//! A load balancer as its controller makes it, and what people do to it afterwards.

use super::{ACCOUNT, Lot, MADE_AT, Maker, VPC, World, cut, hash, tags};
use teardown::inventory::*;

/// What somebody did to it afterwards, or what was the matter when it was looked at.
#[derive(Clone, Copy, PartialEq)]
enum Twist {
    None,
    Managed,
    KeepTag,
    CloudFormation,
    Unread,
    Shared,
    SecondCluster,
    LostTag,
    Renamed,
    StrangeSubnet,
    StrangeGroup,
    Protected,
    Unprotected,
    Held,
    OtherVpc,
    DefaultTags,
}

const TWISTS: [Twist; 16] = [
    Twist::None,
    Twist::Managed,
    Twist::KeepTag,
    Twist::CloudFormation,
    Twist::Unread,
    Twist::Shared,
    Twist::SecondCluster,
    Twist::LostTag,
    Twist::Renamed,
    Twist::StrangeSubnet,
    Twist::StrangeGroup,
    Twist::Protected,
    Twist::Unprotected,
    Twist::Held,
    Twist::OtherVpc,
    Twist::DefaultTags,
];

/// Those after which it is still an orphan like any other.
const HARMLESS: [Twist; 2] = [Twist::Unprotected, Twist::DefaultTags];

/// A classic load balancer has no deletion protection, and PrivateLink holds only network load balancers.
fn possible(twist: Twist, maker: Maker) -> Twist {
    match twist {
        Twist::Protected | Twist::Unprotected if maker == Maker::Classic => Twist::None,
        Twist::Held if matches!(maker, Maker::Classic | Maker::Ingress | Maker::Group) => Twist::None,
        other => other,
    }
}

impl World {
    /// A load balancer, its target group, its security group and its network interfaces.
    pub(super) fn lot(&mut self, cluster: &str) {
        let maker = *self.dice.pick(&[
            Maker::Classic,
            Maker::CloudNlb,
            Maker::ServiceNlb,
            Maker::Ingress,
            Maker::Group,
            Maker::AutoMode,
        ]);
        // Half of them are as they were made.
        let twist = match self.dice.one_in(2) {
            true => Twist::None,
            false if self.solvable => *self.dice.pick(&HARMLESS),
            false => possible(*self.dice.pick(&TWISTS), maker),
        };
        let number = self.number();
        let (namespace, object) = (format!("name-space-{number}"), format!("web-{number}"));
        let stack = match maker {
            Maker::Group => format!("group-{number}"),
            _ => format!("{namespace}/{object}"),
        };
        let scheme = *self.dice.pick(&["internal", "internet-facing"]);
        let uid = format!(
            "{}4{}{}{}",
            self.dice.hex(12),
            self.dice.hex(3),
            self.dice.pick(&["8", "9", "a", "b"]),
            self.dice.hex(15)
        );
        let mut name = match maker {
            Maker::Classic | Maker::CloudNlb => format!("a{uid}")[..32].to_owned(),
            Maker::Ingress => format!(
                "k8s-{}-{}-{}",
                cut(&namespace, 8),
                cut(&object, 8),
                hash(&format!("{cluster}{stack}{scheme}"))
            ),
            Maker::Group => format!(
                "k8s-{}-{}",
                cut(&stack, 17),
                hash(&format!("{cluster}{stack}{scheme}"))
            ),
            Maker::ServiceNlb | Maker::AutoMode => {
                format!("k8s-{}-{}-{}", cut(&namespace, 8), cut(&object, 8), hash(&uid))
            }
        };
        let of = |resource: &str| match maker {
            Maker::Classic | Maker::CloudNlb => tags(&[
                (&format!("kubernetes.io/cluster/{cluster}"), "owned"),
                ("kubernetes.io/service-name", &stack),
            ]),
            Maker::ServiceNlb => tags(&[
                ("elbv2.k8s.aws/cluster", cluster),
                ("service.k8s.aws/stack", &stack),
                ("service.k8s.aws/resource", resource),
            ]),
            Maker::Ingress | Maker::Group => tags(&[
                ("elbv2.k8s.aws/cluster", cluster),
                ("ingress.k8s.aws/stack", &stack),
                ("ingress.k8s.aws/resource", resource),
            ]),
            Maker::AutoMode => tags(&[
                ("eks:eks-cluster-name", cluster),
                ("service.eks.amazonaws.com/stack", &stack),
                ("service.eks.amazonaws.com/resource", resource),
            ]),
        };
        let mut balancer_tags = of("LoadBalancer");
        let here = twist != Twist::OtherVpc;
        let mut untouched = here;
        let mut spared = matches!(
            twist,
            Twist::Managed | Twist::KeepTag | Twist::CloudFormation | Twist::LostTag
        );
        match twist {
            Twist::KeepTag => drop(balancer_tags.insert("teardown/keep".into(), "yes".into())),
            Twist::CloudFormation => {
                balancer_tags.insert("aws:cloudformation:stack-id".into(), "arn:…".into());
            }
            Twist::SecondCluster => {
                balancer_tags.insert("kubernetes.io/cluster/another".into(), "owned".into());
            }
            Twist::LostTag => {
                let keys: Vec<String> = balancer_tags.keys().cloned().collect();
                balancer_tags.remove(self.dice.pick(&keys));
            }
            Twist::Shared => {
                for (key, value) in &mut balancer_tags {
                    if key.starts_with("kubernetes.io/cluster/") {
                        "shared".clone_into(value);
                        untouched = false;
                        spared = true;
                    }
                }
            }
            Twist::DefaultTags => {
                balancer_tags.insert("team".into(), "shop".into());
                balancer_tags.insert("note".into(), "<b>\"nicht löschen\" & 'so'</b>".into());
                balancer_tags.insert(format!("kubernetes.io/cluster/{cluster}"), "owned".into());
            }
            Twist::Renamed => name = format!("renamed-{number}"),
            _ => {}
        }
        untouched &= !matches!(
            twist,
            Twist::KeepTag
                | Twist::CloudFormation
                | Twist::SecondCluster
                | Twist::LostTag
                | Twist::Renamed
                | Twist::Managed
                | Twist::Unread
                | Twist::StrangeSubnet
                | Twist::StrangeGroup
                | Twist::Protected
                | Twist::Held
        );
        let id = self.dice.hex(16);
        let (kind, tail) = match maker {
            Maker::Classic => (Kind::Classic, name.clone()),
            Maker::Ingress | Maker::Group => (Kind::Application, format!("app/{name}/{id}")),
            _ => (Kind::Network, format!("net/{name}/{id}")),
        };
        let arn = format!("arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:loadbalancer/{tail}");
        let group = here
            .then(|| self.front(maker, cluster, &stack, &name, &of("ManagedLBSecurityGroup")))
            .flatten();
        let mut groups: Vec<String> = group.iter().cloned().collect();
        if matches!(maker, Maker::Ingress | Maker::Group) && here {
            groups.push(self.backend(cluster));
        }
        let target_group = (maker != Maker::Classic).then(|| {
            let group_name = match maker {
                Maker::CloudNlb => format!(
                    "k8s-{}-{}-{}",
                    cut(&namespace, 8),
                    cut(&object, 8),
                    self.dice.hex(10)
                ),
                _ => format!(
                    "k8s-{}-{}-{}",
                    cut(&namespace, 8),
                    cut("backend", 8),
                    self.dice.hex(10)
                ),
            };
            let group_arn = format!(
                "arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:targetgroup/{group_name}/{}",
                self.dice.hex(16)
            );
            self.inventory.target_groups.items.push(TargetGroup {
                arn: group_arn.clone(),
                name: group_name,
                vpc: Some(if here { VPC } else { "vpc-other" }.into()),
                load_balancers: vec![arn.clone()],
                tags: Reading::Read(of(&format!("{namespace}/{object}-backend:80"))),
            });
            group_arn
        });
        if here {
            for at in 0..self.inventory.subnets.items.len() {
                let subnet = self.inventory.subnets.items[at].id.clone();
                let (classic, groups) = (kind != Kind::Network, groups.clone());
                let interface = self.plain_interface(&format!("ELB {tail}"), true);
                interface.subnet = subnet;
                interface.requester_managed = true;
                interface.attached_to = Some(if classic { "amazon-elb" } else { "amazon-aws" }.into());
                interface.security_groups = groups;
                if at == 0 && twist == Twist::StrangeSubnet {
                    interface.subnet = "subnet-strange".into();
                }
                if at == 0 && twist == Twist::StrangeGroup {
                    interface.security_groups.push("sg-strange".into());
                }
            }
        }
        match twist {
            Twist::Managed => {
                let kind = if maker == Maker::Classic {
                    "aws_elb"
                } else {
                    "aws_lb"
                };
                let by = match self.dice.one_in(2) {
                    true => format!("\"arn\":\"{arn}\""),
                    false => format!("\"name\":\"{name}\""),
                };
                self.in_state(kind, &by);
            }
            Twist::Held => self.inventory.endpoint_services.items.push(EndpointService {
                id: format!("vpce-svc-{number}"),
                load_balancers: vec![arn.clone()],
            }),
            Twist::Unprotected => drop(self.policy.unprotect.insert(arn.clone())),
            _ => {}
        }
        let listing = match maker {
            Maker::Classic => &mut self.inventory.classic,
            _ => &mut self.inventory.modern,
        };
        listing.items.push(LoadBalancer {
            kind,
            arn: arn.clone(),
            name: name.clone(),
            dns_name: format!("{name}.eu-central-1.elb.amazonaws.com"),
            created_at: MADE_AT.parse().expect("a time"),
            scheme: scheme.into(),
            vpc: Some(if here { VPC } else { "vpc-other" }.into()),
            subnets: self
                .inventory
                .subnets
                .items
                .iter()
                .map(|subnet| subnet.id.clone())
                .collect(),
            security_groups: groups,
            tags: match twist {
                Twist::Unread => Reading::Unread("Throttling".into()),
                _ => Reading::Read(balancer_tags),
            },
            protected: matches!(twist, Twist::Protected | Twist::Unprotected).then_some(true),
        });
        self.lots.push(Lot {
            maker,
            cluster: cluster.to_owned(),
            arn,
            untouched,
            spared,
            here,
            target_group: target_group.filter(|_| here),
            group,
        });
    }
}
