//! One object as a table, a JSON document and a plan file show it.
//!
//! Its words are part of the interface: they appear in published schemas.

use super::remedy;
use crate::claim::Claim;
use crate::evidence::Evidence;
use crate::judge::{Blocker, Judged, Judgement, Keep, Subject, Verdict};
use serde::Serialize;

/// One object, what is to become of it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `classic_load_balancer`, `target_group`, `security_group` …
    pub kind: &'static str,
    /// ARN, or the id of a security group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `orphan`, `live`, `managed`, `foreign`, `protected`, `blocked` or `unknown`.
    pub verdict: &'static str,
    /// Why.
    pub reasons: Vec<String>,
    /// What would have to change for it to be deleted; empty for an orphan.
    pub remedies: Vec<String>,
    /// Whose its tags say it is.
    pub claim: Option<Claim>,
    /// How sure that is.
    pub evidence: Evidence,
}

impl Row {
    /// What is to be shown of one object.
    pub fn of(judged: &Judged) -> Row {
        Row {
            kind: kind(judged),
            id: judged.id.clone(),
            name: judged.name.clone(),
            verdict: word(&judged.verdict),
            reasons: reasons(judged),
            remedies: remedy::of(judged),
            claim: judged.claim.clone(),
            evidence: judged.evidence.clone(),
        }
    }

    /// The object with this ARN, id or name.
    pub fn find(judgement: &Judgement, wanted: &str) -> Option<Row> {
        let by_id = |judged: &&Judged| judged.id == wanted;
        let by_name = |judged: &&Judged| judged.name == wanted;
        let mut all = judgement.objects.iter();
        let found = all
            .find(by_id)
            .or_else(|| judgement.objects.iter().find(by_name))?;
        Some(Row::of(found))
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Orphan => "orphan",
        Verdict::Kept(Keep::Live(_)) => "live",
        Verdict::Kept(Keep::Managed(_)) => "managed",
        Verdict::Kept(Keep::Foreign(_)) => "foreign",
        Verdict::Kept(Keep::Protected(_) | Keep::NotNamed(_)) => "protected",
        Verdict::Blocked(_) => "blocked",
        Verdict::Unknown(_) => "unknown",
    }
}

fn kind(judged: &Judged) -> &'static str {
    match judged.subject {
        Subject::LoadBalancer => match judged.id.split_once(":loadbalancer/").map(|(_, tail)| tail) {
            Some(tail) if tail.starts_with("app/") => "application_load_balancer",
            Some(tail) if tail.starts_with("net/") => "network_load_balancer",
            Some(tail) if tail.starts_with("gwy/") => "gateway_load_balancer",
            _ => "classic_load_balancer",
        },
        Subject::TargetGroup => "target_group",
        Subject::SecurityGroup | Subject::SharedSecurityGroup => "security_group",
    }
}

fn reasons(judged: &Judged) -> Vec<String> {
    match &judged.verdict {
        Verdict::Orphan => {
            let claim = judged.claim.iter();
            claim
                .map(|claim| format!("was made for {}", claim.purpose()))
                .collect()
        }
        Verdict::Kept(Keep::Managed(address)) => vec![format!("Terraform manages it as {address}")],
        Verdict::Kept(Keep::Live(why) | Keep::Foreign(why) | Keep::Protected(why) | Keep::NotNamed(why))
        | Verdict::Unknown(why) => vec![why.clone()],
        Verdict::Blocked(blockers) => blockers.iter().map(Blocker::to_string).collect(),
    }
}
