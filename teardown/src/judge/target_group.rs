//! The verdict on a target group: it blocks no destroy, but it leaks and counts against a quota.

use super::{Bench, Blocker, Judged, Subject, Verdict, conflict, gap, verdict};
use crate::claim::{Claim, Claims, Writer};
use crate::evidence::Evidence;
use crate::inventory::{Reading, TargetGroup};
use crate::managed::Class;
use crate::shape;
use std::collections::HashSet;

impl Bench<'_> {
    /// Those of the VPC, by ARN. `orphans` are the load balancers that go.
    pub(super) fn target_groups(&self, orphans: &HashSet<&str>) -> Vec<Judged> {
        let all = self.inventory.target_groups.items.iter();
        let mut here: Vec<_> = all
            .filter(|group| group.vpc.as_ref() == Some(&self.inventory.vpc.id))
            .collect();
        here.sort_unstable_by(|one, two| one.arn.cmp(&two.arn));
        here.into_iter()
            .map(|group| self.target_group(group, orphans))
            .collect()
    }

    fn target_group(&self, group: &TargetGroup, orphans: &HashSet<&str>) -> Judged {
        let judged = |claim, evidence, verdict| Judged {
            subject: Subject::TargetGroup,
            id: group.arn.clone(),
            name: group.name.clone(),
            claim,
            evidence,
            verdict,
        };
        let tags = match &group.tags {
            Reading::Read(tags) => tags,
            Reading::Unread(why) => {
                let unknown = Verdict::Unknown(format!("its tags could not be read: {why}"));
                return judged(None, Evidence::none("its tags could not be read"), unknown);
            }
        };
        let claims = Claims::read(tags);
        let evidence = self.evidence(&claims, |claim| made_for(group, claim));
        let names = [group.arn.as_str(), group.name.as_str()];
        let verdict = match self.kept(names, &claims, Class::TargetGroup, tags) {
            Some(keep) => Verdict::Kept(keep),
            None => self.free(group, &claims, &evidence, orphans),
        };
        judged(claims.one().cloned(), evidence, verdict)
    }

    fn free(
        &self,
        group: &TargetGroup,
        claims: &Claims,
        evidence: &Evidence,
        orphans: &HashSet<&str>,
    ) -> Verdict {
        if let Some(unknown) = self.unread(claims, evidence) {
            return unknown;
        }
        let stays = group
            .load_balancers
            .iter()
            .find(|arn| !orphans.contains(arn.as_str()))
            .map(|arn| Blocker::UserStays(arn.clone()));
        let blockers = [
            conflict(claims),
            self.foreign_owner(),
            gap("target groups", &self.inventory.target_groups.gap),
            stays,
            self.weak(evidence),
        ];
        verdict(blockers.into_iter().flatten().collect())
    }
}

fn made_for(group: &TargetGroup, claim: &Claim) -> Result<String, String> {
    let namespace = match claim.writer {
        Writer::IngressController => None,
        Writer::CloudController => claim.stack.split_once('/'),
        // For a group of Ingresses the stack has no namespace, the resource has.
        _ => claim
            .resource
            .split_once('/')
            .or_else(|| claim.stack.split_once('/')),
    };
    match namespace {
        Some((namespace, _)) if shape::is_of_namespace(&group.name, namespace) => {
            Ok(format!("its name is made from namespace {namespace}"))
        }
        Some((namespace, _)) => Err(format!("its name is not made from namespace {namespace}")),
        None => Err("the names of this controller can't be recomputed".to_owned()),
    }
}
