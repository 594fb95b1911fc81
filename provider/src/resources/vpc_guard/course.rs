//! What a judgement of the VPC means for the guard: go on, or stop before anything is touched; and, at the end, whether
//! the destroy of the network will pass.
//!
//! Pure; calls nobody.

use teardown::inventory::Inventory;
use teardown::judge::{Judged, Judgement, Keep, Subject, Verdict};
use teardown::life::{self, Life, Said};
use teardown::managed::Managed;
use teardown::report::Row;
use tfplugin::{Diagnostics, Path};

/// The clusters among `named` that are not known to be gone, each with what is known.
pub fn living<'a>(inventory: &Inventory, said: &Said, named: impl Iterator<Item = &'a str>) -> Vec<String> {
    named
        .filter_map(
            |name| match life::judge(inventory, &Managed::default(), said, name) {
                Life::Gone(_) => None,
                life => Some(format!("Cluster {name} is {life}")),
            },
        )
        .collect()
}

/// The guard is deleted while its clusters live: nothing was touched.
pub fn too_early(living: &[String], diags: &mut Diagnostics) {
    let detail = format!(
        "{}. The guard has to be deleted after the clusters and before the network, and nothing was touched. Let the cluster take its \
         subnet_ids from this guard, and write cluster_names as literals: then Terraform destroys the cluster first. If the cluster \
         stays and only the guard goes, take it out of the state: terraform state rm, or a removed block with destroy = false.",
        living.join("; ")
    );
    diags.error_at(
        Path::root("cluster_names"),
        "A guarded cluster is not gone",
        detail,
    );
}

/// What is left after the sweep. An error for what was left behind and could not be removed, a warning for what is
/// somebody's and stands in the way.
pub fn leftovers(judgement: &Judgement, diags: &mut Diagnostics) {
    let holds = |judged: &&Judged| judged.subject != Subject::TargetGroup;
    let stuck = |judged: &&Judged| {
        matches!(
            judged.verdict,
            Verdict::Orphan | Verdict::Blocked(_) | Verdict::Unknown(_)
        )
    };
    let told = |judged: &Judged| {
        let row = Row::of(judged);
        let because = match row.reasons.is_empty() {
            true => String::new(),
            false => format!(" ({})", row.reasons.join("; ")),
        };
        let remedy = match row.remedies.is_empty() {
            true => String::new(),
            false => format!(". To remove it: {}", row.remedies.join("; ")),
        };
        format!(
            "- {} {}, {}{because}{remedy}",
            row.kind.replace('_', " "),
            row.name,
            row.id
        )
    };
    let blocking: Vec<String> = judgement
        .objects
        .iter()
        .filter(stuck)
        .filter(holds)
        .map(told)
        .collect();
    if !blocking.is_empty() || !judgement.gaps.is_empty() {
        let gaps = judgement.gaps.iter().map(|gap| format!("- not all {gap}"));
        let lines: Vec<String> = blocking.into_iter().chain(gaps).collect();
        diags.error(
            "The network can't be destroyed yet",
            format!(
                "These may block it, and could not be proven to be left behind or could not be deleted:\n{}\n\nWhat should stay can be named \
                 in keep. Run destroy again when they are gone.",
                lines.join("\n")
            ),
        );
    }
    let harmless: Vec<String> = judgement
        .objects
        .iter()
        .filter(|judged| judged.subject == Subject::TargetGroup)
        .filter(stuck)
        .map(told)
        .collect();
    if !harmless.is_empty() {
        let detail = format!("They block nothing, and stay:\n{}", harmless.join("\n"));
        diags.warning("Target groups are left", detail);
    }
    let standing: Vec<String> = judgement
        .objects
        .iter()
        .filter(|judged| judged.subject == Subject::LoadBalancer)
        .filter(|judged| {
            matches!(
                &judged.verdict,
                Verdict::Kept(Keep::Live(_) | Keep::Foreign(_) | Keep::Protected(_) | Keep::NotNamed(_))
            )
        })
        .map(told)
        .collect();
    if !standing.is_empty() {
        let detail = format!(
            "The guard leaves them alone, for they are somebody's. Unless Terraform deletes them too, the destroy of the network will \
             wait for them in vain:\n{}",
            standing.join("\n")
        );
        diags.warning("Load balancers stay in the VPC", detail);
    }
}
