//! The verdict on a security group. A cluster's tag alone never lets one be deleted: users put it on theirs.

use super::{Bench, Blocker, Judged, Keep, Subject, Verdict, conflict, gap, verdict};
use crate::claim::{Claim, Claims, Source, Writer, described};
use crate::evidence::Evidence;
use crate::inventory::{LoadBalancer, SecurityGroup};
use crate::managed::Class;
use crate::shape;
use std::collections::HashSet;

impl Bench<'_> {
    /// Those of the VPC, by id. `orphans` are the load balancers that go.
    pub(super) fn security_groups(&self, orphans: &HashSet<&str>) -> Vec<Judged> {
        let mut here: Vec<_> = self.inventory.security_groups.items.iter().collect();
        here.sort_unstable_by(|one, two| one.id.cmp(&two.id));
        here.into_iter()
            .map(|group| self.security_group(group, orphans))
            .collect()
    }

    fn security_group(&self, group: &SecurityGroup, orphans: &HashSet<&str>) -> Judged {
        let claims = Claims::of_group(&group.name, &group.description, &group.tags);
        let evidence = self.evidence(&claims, |claim| made_for(group, claim));
        let names = [group.id.as_str(), group.name.as_str()];
        let kept = || self.kept(names, &claims, Class::SecurityGroup, &group.tags);
        let verdict = match services_own(group).or_else(kept) {
            Some(keep) => Verdict::Kept(keep),
            None => self.unused(group, &claims, &evidence, orphans),
        };
        let shared = claims.one().is_some_and(|claim| claim.source == Source::Cluster);
        Judged {
            subject: match shared {
                true => Subject::SharedSecurityGroup,
                false => Subject::SecurityGroup,
            },
            id: group.id.clone(),
            name: group.name.clone(),
            claim: claims.one().cloned(),
            evidence,
            verdict,
        }
    }

    fn unused(
        &self,
        group: &SecurityGroup,
        claims: &Claims,
        evidence: &Evidence,
        orphans: &HashSet<&str>,
    ) -> Verdict {
        if let Some(unknown) = self.unread(claims, evidence) {
            return unknown;
        }
        let goes = |balancer: &LoadBalancer| orphans.contains(balancer.arn.as_str());
        let goes_with = |mark: &str| self.index.balancer(mark).is_some_and(goes);
        let users = self.index.users_of(&group.id).iter();
        let other_user = users
            .filter(|interface| !interface.balancer().is_some_and(goes_with))
            .map(|interface| (&interface.id, &interface.description))
            .min()
            .map(|(id, description)| Blocker::InterfaceStays {
                id: id.clone(),
                description: description.clone(),
            });
        // Its name or description ties it to one load balancer, which may have lost its interfaces already.
        let makers = described(&group.description).map_or(&[][..], |(name, _)| self.index.named(name));
        let stays = makers.iter().find(|balancer| !goes(balancer));
        let stays = stays.map(|balancer| Blocker::MakerStays(balancer.arn.clone()));
        let other = (group.owner != self.inventory.caller.account)
            .then(|| Blocker::ForeignObject(group.owner.clone()));
        let blockers = [
            conflict(claims),
            self.foreign_owner(),
            other,
            gap("security groups", &self.inventory.security_groups.gap),
            gap("network interfaces", &self.inventory.interfaces.gap),
            gap("classic load balancers", &self.inventory.classic.gap),
            gap("load balancers", &self.inventory.modern.gap),
            other_user,
            stays,
            self.weak(evidence),
        ];
        verdict(blockers.into_iter().flatten().collect())
    }
}

/// Those that AWS makes and removes itself.
fn services_own(group: &SecurityGroup) -> Option<Keep> {
    match group.name.as_str() {
        "default" => Some(Keep::Foreign("it is the VPC's default security group".to_owned())),
        name if name.starts_with("eks-cluster-sg-") => Some(Keep::Foreign(
            "it is EKS's own, which removes it with the cluster".to_owned(),
        )),
        _ => None,
    }
}

fn made_for(group: &SecurityGroup, claim: &Claim) -> Result<String, String> {
    const FRONT: &str = "[k8s] Managed SecurityGroup for LoadBalancer";
    const BACK: &str = "[k8s] Shared Backend SecurityGroup for LoadBalancer";
    let name = &group.name;
    let wrong = || {
        Err(format!(
            "its name and description are not what {} writes",
            claim.writer
        ))
    };
    let made = match (claim.writer, claim.source, claim.resource.as_str()) {
        (Writer::CloudController, ..) => {
            let Some((balancer, service)) = described(&group.description) else {
                return wrong();
            };
            let named = name.strip_prefix("k8s-elb-") == Some(balancer) || shape::is_of_stack(name, service);
            named && shape::is_uid_name(balancer) && service == claim.stack
        }
        (Writer::LoadBalancerController, Source::Cluster, "backend-sg") => {
            group.description == BACK && *name == shape::of_backend_group(&claim.cluster)
        }
        // Its hash is not made as that controller's is: the cluster's name in it has to do.
        (Writer::AutoMode, Source::Cluster, _) => shape::is_of_backend(name, &claim.cluster),
        (Writer::LoadBalancerController, Source::Ingress, "ManagedLBSecurityGroup") => {
            group.description == FRONT && *name == shape::of_ingress_group(&claim.cluster, &claim.stack)
        }
        (Writer::LoadBalancerController | Writer::AutoMode, _, "ManagedLBSecurityGroup") => {
            group.description == FRONT && shape::is_of_stack(name, &claim.stack)
        }
        _ => false,
    };
    match made {
        true => Ok("its name and its description say the same".to_owned()),
        false => wrong(),
    }
}
