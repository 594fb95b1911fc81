//! What would have to change for an object to be deleted.
//!
//! Never advises to look away: where the tool can't be told enough, the remedy is a person's hand.

use crate::judge::{Blocker, Judged, Keep, Verdict};

/// One sentence for each thing that speaks against it.
pub(super) fn of(judged: &Judged) -> Vec<String> {
    match &judged.verdict {
        Verdict::Orphan => Vec::new(),
        Verdict::Kept(keep) => vec![kept(keep, judged)],
        Verdict::Blocked(blockers) => {
            let mut remedies = Vec::new();
            for remedy in blockers.iter().map(Blocker::remedy) {
                if !remedies.contains(&remedy) {
                    remedies.push(remedy);
                }
            }
            remedies
        }
        Verdict::Unknown(_) => {
            vec!["let the caller read that (see the IAM policy), then scan again".to_owned()]
        }
    }
}

fn kept(keep: &Keep, judged: &Judged) -> String {
    match (keep, &judged.claim) {
        (Keep::Live(_), Some(claim)) => format!(
            "delete {} in cluster {} (helm uninstall, kubectl delete): its controller deletes this; or destroy the \
             cluster first",
            claim.purpose(),
            claim.cluster
        ),
        (Keep::NotNamed(_), Some(claim)) => format!("name its cluster too: --cluster {}", claim.cluster),
        (Keep::NotNamed(_), None) => "name its cluster too, with --cluster".to_owned(),
        (Keep::Live(_), None) => "its cluster has to go first".to_owned(),
        (Keep::Managed(address), _) => {
            format!("let Terraform destroy {address}; it leaves alone what is not in its state")
        }
        (Keep::Foreign(_), _) => {
            "nothing this tool can be told: delete it by hand if it is nobody's".to_owned()
        }
        (Keep::Protected(_), _) => "take off the tag, or leave out --keep or --strict".to_owned(),
    }
}
