//! The verdict on a load balancer.

use super::{Bench, Blocker, Judged, Subject, Verdict, conflict, gap, verdict};
use crate::claim::{Claim, Claims, Source, Writer};
use crate::evidence::{Evidence, Level};
use crate::inventory::{Cluster, Kind, LoadBalancer, Reading};
use crate::managed::Class;
use crate::shape;

impl Bench<'_> {
    pub(super) fn balancers(&self) -> Vec<Judged> {
        let here = self.index.in_vpc().into_iter();
        here.map(|balancer| self.balancer(balancer)).collect()
    }

    fn balancer(&self, balancer: &LoadBalancer) -> Judged {
        let judged = |claim, evidence, verdict| Judged {
            subject: Subject::LoadBalancer,
            id: balancer.arn.clone(),
            name: balancer.name.clone(),
            claim,
            evidence,
            verdict,
        };
        let tags = match &balancer.tags {
            Reading::Read(tags) => tags,
            Reading::Unread(why) => {
                let unknown = Verdict::Unknown(format!("its tags could not be read: {why}"));
                return judged(None, Evidence::none("its tags could not be read"), unknown);
            }
        };
        let claims = Claims::read(tags);
        let evidence = self.evidence_of(balancer, &claims);
        let names = [balancer.arn.as_str(), balancer.name.as_str()];
        let verdict = match self.kept(names, &claims, Class::LoadBalancer, tags) {
            Some(keep) => Verdict::Kept(keep),
            None => self.unkept(balancer, &claims, &evidence),
        };
        judged(claims.one().cloned(), evidence, verdict)
    }

    fn unkept(&self, balancer: &LoadBalancer, claims: &Claims, evidence: &Evidence) -> Verdict {
        if let Kind::Other(kind) = &balancer.kind {
            return Verdict::Unknown(format!(
                "this version does not know load balancers of type {kind:?}"
            ));
        }
        if let Some(unknown) = self.unread(claims, evidence) {
            return unknown;
        }
        let listing = match balancer.kind {
            Kind::Classic => &self.inventory.classic.gap,
            _ => &self.inventory.modern.gap,
        };
        let other = balancer
            .owner()
            .filter(|owner| *owner != self.inventory.caller.account);
        let held = self.index.held_by(&balancer.arn);
        let held = held.map(|service| Blocker::EndpointService(service.to_owned()));
        let services = match balancer.kind {
            Kind::Network => gap("endpoint services", &self.inventory.endpoint_services.gap),
            _ => None,
        };
        let protected = (balancer.protected == Some(true) && !self.policy.unprotect.contains(&balancer.arn))
            .then(|| Blocker::DeletionProtection(balancer.arn.clone()));
        let gone_for_sure = evidence.level == Level::E4 && self.says(claims) == Some(&Cluster::NotFound);
        let age = self.inventory.taken_at.duration_since(balancer.created_at);
        let young = (!gone_for_sure && age < self.policy.min_age).then_some(Blocker::Young {
            made_at: balancer.created_at,
            needed: self.policy.min_age,
        });
        let blockers = [
            conflict(claims),
            self.foreign_owner(),
            other.map(|account| Blocker::ForeignObject(account.to_owned())),
            gap("load balancers", listing),
            gap("network interfaces", &self.inventory.interfaces.gap),
            services,
            held,
            protected,
            young,
            self.weak(evidence),
        ];
        verdict(blockers.into_iter().flatten().collect())
    }

    fn evidence_of(&self, balancer: &LoadBalancer, claims: &Claims) -> Evidence {
        let Some(claim) = claims.one() else {
            let shaped = shape::is_uid_name(&balancer.name) || shape::is_hash_name(&balancer.name);
            let lacks = "no whole set of one controller's tags is on it";
            return match shaped {
                true => Evidence::begin(Level::E1, "its name is one that a controller gives").lacking(lacks),
                false => Evidence::none(lacks),
            };
        };
        Evidence::begin(Level::E2, format!("its tags are those of {claim}"))
            .climb(Level::E3, || self.provenance(balancer, claim))
            .climb(Level::E3, || self.structure(balancer))
            .climb(Level::E4, || self.life(claim))
    }

    /// What shows, besides its tags, that this controller made it for this object.
    fn provenance(&self, balancer: &LoadBalancer, claim: &Claim) -> Result<String, String> {
        let name = &balancer.name;
        match (claim.writer, claim.source) {
            (Writer::CloudController, _) if !matches!(balancer.kind, Kind::Classic | Kind::Network) => {
                Err(format!("{} makes no load balancer of this kind", claim.writer))
            }
            (Writer::CloudController, _) if shape::is_uid_name(name) => {
                Ok("its name is an a and a Service's UID".to_owned())
            }
            (Writer::CloudController, _) => {
                Err("its name is not an a and a Service's UID, as the cloud controller gives".to_owned())
            }
            (Writer::IngressController, _) => {
                Err("the names of this controller can't be recomputed".to_owned())
            }
            _ if claim.resource != "LoadBalancer" => Err(format!(
                "its tags call it {:?}, not a load balancer",
                claim.resource
            )),
            (Writer::LoadBalancerController, Source::Ingress) => {
                let made = shape::of_ingress(&claim.cluster, &claim.stack, &balancer.scheme);
                match *name == made {
                    true => Ok("its name is what cluster, Ingress and scheme hash to".to_owned()),
                    false => Err(format!("its name would be {made}")),
                }
            }
            _ if !shape::is_of_stack(name, &claim.stack) => {
                Err(format!("its name is not made from {}", claim.stack))
            }
            // The hash takes in a UID that only the API server knew: something else of the stack has to agree.
            _ => self.companion(balancer, claim),
        }
    }

    /// Something attached to it that carries the same claim by itself.
    fn companion(&self, balancer: &LoadBalancer, claim: &Claim) -> Result<String, String> {
        let same = |other: &Claims| {
            other.one().is_some_and(|other| {
                (other.writer, &other.cluster, &other.stack) == (claim.writer, &claim.cluster, &claim.stack)
            })
        };
        let groups = self.index.target_groups_of(&balancer.arn).iter();
        let target_group = groups
            .filter(|group| matches!(&group.tags, Reading::Read(tags) if same(&Claims::read(tags))))
            .map(|group| format!("target group {}", group.name))
            .min();
        let security = balancer.security_groups.iter();
        let security_group = security
            .filter_map(|id| self.index.group(id))
            .filter(|group| same(&Claims::of_group(&group.name, &group.description, &group.tags)))
            .map(|group| format!("security group {}", group.id))
            .min();
        match target_group.or(security_group) {
            Some(what) => Ok(format!(
                "its name is made from {}, and its {what} carries the same claim",
                claim.stack
            )),
            None => Err(
                "its hash can't be recomputed, and nothing attached to it carries the same claim".to_owned(),
            ),
        }
    }

    /// Its network interfaces stand where it says it stands.
    fn structure(&self, balancer: &LoadBalancer) -> Result<String, String> {
        let interfaces = self.index.interfaces_of(balancer);
        for interface in interfaces {
            if !balancer.subnets.contains(&interface.subnet) {
                return Err(format!(
                    "network interface {} is in {}, which is not one of its subnets",
                    interface.id, interface.subnet
                ));
            }
            let strange = |group: &&String| !balancer.security_groups.contains(group);
            if let Some(group) = interface.security_groups.iter().find(strange) {
                return Err(format!(
                    "network interface {} has security group {group}, which is not one of its own",
                    interface.id
                ));
            }
        }
        Ok(match interfaces.len() {
            0 => "it has no network interface that speaks against it".to_owned(),
            1 => "its network interface agrees in subnet and security groups".to_owned(),
            some => format!("its {some} network interfaces agree in subnets and security groups"),
        })
    }
}
