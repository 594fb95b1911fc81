//! The attributes of `bluegreen_vpc_guard`. Their descriptions are the source of the registry page.

use tfplugin::validate::{each, items, length, matches};
use tfplugin::{Attr, List, Operation, Set, Timeouts};

tfplugin::model! {
    /// Stands between a VPC and the clusters in it. Kubernetes controllers make load balancers that Terraform never hears of;
    /// what they leave behind blocks the destroy of subnets, internet gateway and VPC for 20 minutes, until it fails. Creating
    /// a guard does nothing. Deleting it finds those load balancers, their target groups and security groups, proves that nobody
    /// owns them any more, deletes exactly those, and waits until AWS has released their network interfaces: then one
    /// `terraform destroy` is enough.
    ///
    /// The order is what makes it work: cluster, guard, network. Let the cluster take `subnet_ids` from the guard,
    /// and let the guard depend on what a load balancer would hold (`aws_internet_gateway`, route tables).
    ///
    /// The guard does not see Terraform's state. Hence it demands the highest evidence: the tags of one controller, a name or hash
    /// that only that controller gives, and EKS saying that the cluster is gone. It never deletes VPCs, subnets, gateways, addresses,
    /// or anything that it could not read. If a named cluster still lives when the guard is deleted, that is an error and nothing is
    /// touched: the guard was deleted too early. To stop guarding a VPC that stays, remove the guard from the configuration with a
    /// `removed` block that has `destroy = false`, or with `terraform state rm`.
    pub struct Guard {
        /// The VPC.
        pub vpc_id: Attr<String> => required().requires_replace()
            .validate(matches("the id of a VPC, such as vpc-0a1b2c3d", |id| id.starts_with("vpc-"))),
        /// The subnets that a load balancer may stand in, in any order. Handed on unchanged: what takes its subnets from here is deleted
        /// before the guard.
        pub subnet_ids: List<String> => required().validate(items(1..)),
        /// Security groups that clusters use, for the order alone: they are deleted after the guard.
        pub security_group_ids: Set<String> => optional(),
        /// The EKS clusters in the VPC whose load balancers go, as literals or variables: a name taken from the cluster itself
        /// would turn the order round. Load balancers of other clusters are left alone.
        pub cluster_names: Set<String> => required().validate(items(1..)).validate(each(length(1..=100))),
        /// ARNs, ids or names of what is never deleted.
        pub keep: Set<String> => optional(),
        /// The VPC's id.
        pub id: Attr<String> => computed().keep(),
        pub timeouts: Attr<Timeouts> => timeouts([Operation::Delete]),
    }
}
