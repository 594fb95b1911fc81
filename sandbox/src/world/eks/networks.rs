//! What EKS puts into a network: a security group, the control plane's interfaces, the nodes' interfaces.
//!
//! Takes away all it made, but for the interfaces that the switch says are forgotten.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::world::ec2::{
    Attachment, Direction, Kind, NewInterface, Peer, Permission, Public, Release, Requester,
};
use crate::world::{Ruled, World};

/// The account in which AWS runs the control planes.
const EKS_ACCOUNT: &str = "602401143452";

impl World {
    /// `eks-cluster-sg-<cluster>-<number>`: everything in it may talk to everything in it.
    pub(super) fn create_cluster_group(&mut self, vpc: &str, cluster: &str) -> Ruled<String> {
        let number = self.ids.decimal19("eks-cluster-sg", cluster);
        let name = format!("eks-cluster-sg-{cluster}-{}", &number[9..]);
        let description = "EKS created security group applied to ENI that is attached to EKS Control Plane \
                           master nodes, as well as any managed workloads.";
        let group = self.create_security_group(vpc, &name, description)?;
        let itself = Peer::Group {
            id: group.clone(),
            owner: self.ids.account().to_owned(),
        };
        self.add_rule(&group, Direction::Ingress, Permission::all(itself));
        let tags = [
            ("Name".to_owned(), name),
            ("aws:eks:cluster-name".to_owned(), cluster.to_owned()),
            (format!("kubernetes.io/cluster/{cluster}"), "owned".to_owned()),
        ];
        self.set_tags(&group, BTreeMap::from(tags));
        Ok(group)
    }

    /// Two interfaces, in the first two subnets.
    pub(super) fn attach_control_plane(&mut self, cluster: &str) {
        let Ok(found) = self.cluster_eks(cluster) else {
            return;
        };
        let mut groups = found.security_groups.clone();
        groups.insert(0, found.cluster_group.clone());
        let subnets: Vec<String> = found.subnets.iter().take(2).cloned().collect();
        let interfaces = subnets.into_iter().map(|subnet| {
            let attachment = Attachment {
                delete_on_termination: true,
                ..Attachment::of_service(self.attachment_id("eni-attach"), EKS_ACCOUNT)
            };
            self.add_interface(NewInterface {
                subnet,
                description: format!("Amazon EKS {cluster}"),
                groups: groups.clone(),
                requester: Some(Requester {
                    id: "AROASANDBOXEKSCONTROL:AmazonEKS".into(),
                    managed: false,
                }),
                attachment: Some(attachment),
                ..NewInterface::default()
            })
        });
        let interfaces = interfaces.collect();
        if let Ok(found) = self.cluster_eks_mut(cluster) {
            found.interfaces = interfaces;
        }
    }

    /// A group that something else still uses stays, as on AWS.
    pub(super) fn leave_network(&mut self, interfaces: &[String], group: &str) {
        self.release_interfaces(interfaces, Release::At(Duration::ZERO));
        if let Err(refusal) = self.delete_security_group(group) {
            tracing::debug!(%group, %refusal, "the cluster security group stays");
        }
    }

    /// An instance with its own interface and the one that the VPC CNI adds.
    pub(super) fn start_node(&mut self, cluster: &str, node_group: &str, subnet: &str) -> String {
        let group = self.cluster_eks(cluster).map(|it| it.cluster_group.clone());
        let groups = vec![group.unwrap_or_default()];
        let id = self.ec2_id(Kind::Instance);
        self.add_instance(&id);
        let owner = self.ids.account().to_owned();
        let on_launch = self.ec2.subnet(subnet).is_ok_and(|it| it.public_on_launch);
        let attachment = |number: String, device_index, delete_on_termination| Attachment {
            id: number,
            instance_owner: owner.clone(),
            instance: Some(id.clone()),
            device_index,
            delete_on_termination,
        };
        let first = attachment(self.attachment_id("eni-attach"), 0, true);
        self.add_interface(NewInterface {
            subnet: subnet.to_owned(),
            groups: groups.clone(),
            attachment: Some(first),
            public: on_launch.then(|| Public {
                owner: "amazon".into(),
                allocation: None,
            }),
            tags: BTreeMap::from([
                ("eks:cluster-name".to_owned(), cluster.to_owned()),
                ("eks:nodegroup-name".to_owned(), node_group.to_owned()),
            ]),
            ..NewInterface::default()
        });
        let goes_along = !self.settings.cni_forgets_interfaces;
        let second = attachment(self.attachment_id("eni-attach"), 1, goes_along);
        let tags = [
            ("node.k8s.amazonaws.com/instance_id", id.clone()),
            ("node.k8s.amazonaws.com/createdAt", self.now.wall.to_string()),
            ("cluster.k8s.amazonaws.com/name", cluster.to_owned()),
            ("eks:eni:owner", "amazon-vpc-cni".to_owned()),
        ];
        self.add_interface(NewInterface {
            subnet: subnet.to_owned(),
            description: format!("aws-K8S-{id}"),
            groups,
            attachment: Some(second),
            tags: tags.map(|(key, value)| (key.to_owned(), value)).into(),
            ..NewInterface::default()
        });
        id
    }

    /// Interfaces that do not go along stay behind as `available`.
    pub(super) fn end_node(&mut self, node: &str) {
        self.remove_instance(node);
    }
}
