//! Security groups: those that controllers make, those that they left, and those that only look like theirs.

use super::{ACCOUNT, MADE_AT, Maker, VPC, World, cut, hash, tags};
use teardown::inventory::*;

impl World {
    /// The security group that a controller makes for one load balancer.
    pub(super) fn front(
        &mut self,
        maker: Maker,
        cluster: &str,
        stack: &str,
        name: &str,
        own: &Tags,
    ) -> Option<String> {
        match maker {
            Maker::Classic => {
                let tag = format!("kubernetes.io/cluster/{cluster}");
                let description = format!("Security group for Kubernetes ELB {name} ({stack})");
                Some(self.group(&format!("k8s-elb-{name}"), &description, tags(&[(&tag, "owned")])))
            }
            Maker::Ingress | Maker::Group | Maker::ServiceNlb => {
                let readable = match stack.split_once('/') {
                    Some((namespace, object)) => format!("{}-{}", cut(namespace, 8), cut(object, 8)),
                    None => cut(stack, 17),
                };
                let digest = match maker {
                    Maker::ServiceNlb => self.dice.hex(10),
                    _ => hash(&format!("{cluster}{stack}")),
                };
                let description = "[k8s] Managed SecurityGroup for LoadBalancer";
                Some(self.group(&format!("k8s-{readable}-{digest}"), description, own.clone()))
            }
            Maker::CloudNlb | Maker::AutoMode => None,
        }
    }

    pub(super) fn backend(&mut self, cluster: &str) -> String {
        if let Some(id) = self.backends.get(cluster) {
            return id.clone();
        }
        let name = format!("k8s-traffic-{}-{}", cut(cluster, 232), hash(cluster));
        let pairs = [
            ("elbv2.k8s.aws/cluster", cluster),
            ("elbv2.k8s.aws/resource", "backend-sg"),
        ];
        let description = "[k8s] Shared Backend SecurityGroup for LoadBalancer";
        let id = self.group(&name, description, tags(&pairs));
        self.backends.insert(cluster.to_owned(), id.clone());
        id
    }

    /// What a load balancer left that somebody has deleted by hand.
    pub(super) fn leftover(&mut self, cluster: &str) {
        let uid = format!("{}4{}8{}", self.dice.hex(12), self.dice.hex(3), self.dice.hex(15));
        let name = &format!("a{uid}")[..32];
        let tag = format!("kubernetes.io/cluster/{cluster}");
        let description = format!("Security group for Kubernetes ELB {name} (shop/old)");
        let id = self.group(&format!("k8s-elb-{name}"), &description, tags(&[(&tag, "owned")]));
        self.leftovers.push((id, cluster.to_owned()));
    }

    /// What is not any controller's, though it looks like it.
    pub(super) fn bystanders(&mut self, clusters: &[String]) {
        self.group("default", "default VPC security group", Tags::new());
        for cluster in clusters {
            let tag = format!("kubernetes.io/cluster/{cluster}");
            let nodes = self.group("nodes", "of the nodes", tags(&[(&tag, "owned")]));
            self.terraforms("aws_security_group", "id", &nodes);
            let peers: Vec<String> = self.lots.iter().filter_map(|lot| lot.group.clone()).collect();
            let group = self
                .inventory
                .security_groups
                .items
                .iter_mut()
                .find(|it| it.id == nodes);
            if let Some(group) = group {
                group.references = peers
                    .iter()
                    .map(|peer| Reference {
                        rule: format!("sgr-{nodes}-{peer}"),
                        direction: Direction::Ingress,
                        peer: peer.clone(),
                    })
                    .collect();
            }
        }
        // A person's, with a controller's description.
        let tag = format!("kubernetes.io/cluster/{}", clusters[0]);
        let mine = self.group(
            "mine",
            "[k8s] Managed SecurityGroup for LoadBalancer",
            tags(&[(&tag, "owned")]),
        );
        self.terraforms("aws_security_group", "id", &mine);
        let number = self.number();
        self.terraforms("aws_lb", "name", "mine");
        self.inventory.modern.items.push(LoadBalancer {
            kind: Kind::Application,
            arn: format!(
                "arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:loadbalancer/app/mine/{number:016}"
            ),
            name: "mine".into(),
            dns_name: "mine".into(),
            created_at: MADE_AT.parse().expect("a time"),
            scheme: "internal".into(),
            vpc: Some(VPC.into()),
            subnets: Vec::new(),
            security_groups: Vec::new(),
            tags: Reading::Read(tags(&[("team", "shop"), (&tag, "owned")])),
            protected: None,
        });
    }

    /// Where nothing but orphans may be in the way it is in Terraform's state, which removes it.
    fn terraforms(&mut self, kind: &str, attribute: &str, value: &str) {
        if self.solvable {
            self.in_state(kind, &format!("\"{attribute}\":\"{value}\""));
        }
    }
}
