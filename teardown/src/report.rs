//! Verdicts as people read them: a table of everything that a controller may have made, and the whole story of one
//! object. Says in words what others say in color.
//!
//! Decides nothing and prints nothing: text comes out.

pub mod applied;
pub mod json;
mod remedy;
mod row;

use crate::judge::{Judged, Judgement, Keep, Subject, Verdict};
use comfy_table::{ContentArrangement, Table, presets};
pub use row::Row;
use std::fmt::Write;

/// What a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// What a controller may have made, and every load balancer: what a destroy meets.
    Candidates,
    /// Everything, down to the VPC's own security group.
    Everything,
}

/// One row for each object, and a line that counts them. Without a `width` rows are as long as they need to be.
pub fn table(judgement: &Judgement, show: Show, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table.set_header(["VERDICT", "EVIDENCE", "KIND", "NAME", "CLUSTER", "WHY"]);
    let mut rows: Vec<&Judged> = judgement
        .objects
        .iter()
        .filter(|judged| is_shown(judged, show))
        .collect();
    rows.sort_by_key(|judged| (rank(&judged.verdict), judged.subject));
    for judged in &rows {
        let row = Row::of(judged);
        let cluster = row.claim.map_or("-".to_owned(), |claim| claim.cluster);
        table.add_row([
            row.verdict.to_owned(),
            row.evidence.level.to_string(),
            row.kind.replace('_', " "),
            row.name,
            cluster,
            row.reasons.join("; "),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    if !rows.is_empty() {
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
    }
    for (cluster, life) in &judgement.clusters {
        // Writing to a string can't fail.
        let _ = writeln!(text, "Cluster {cluster} is {life}.");
    }
    for ghost in &judgement.ghosts {
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "{ghost} belongs to a load balancer that is not listed: it is being released, or the list lacks it."
        );
    }
    for gap in &judgement.gaps {
        let _ = writeln!(text, "Not all {gap}.");
    }
    match judgement.objects.iter().filter(|judged| is_somebodys(judged)).count() {
        0 => {}
        1 => text.push_str(
            "1 load balancer is somebody's and stays: a destroy of the VPC waits for it in vain unless Terraform has it.\n",
        ),
        some => {
            let _ = writeln!(
                text,
                "{some} load balancers are somebody's and stay: a destroy of the VPC waits for them in vain unless Terraform has them."
            );
        }
    }
    text + &summary(judgement) + "\n"
}

/// A load balancer that is in the VPC, in no state that was read, and not to be deleted.
fn is_somebodys(judged: &Judged) -> bool {
    let kept = matches!(
        judged.verdict,
        Verdict::Kept(Keep::Foreign(_) | Keep::Protected(_) | Keep::NotNamed(_))
    );
    kept && judged.subject == Subject::LoadBalancer
}

/// How many of each, in one sentence.
pub fn summary(judgement: &Judgement) -> String {
    let count = |of: fn(&Verdict) -> bool| {
        judgement
            .objects
            .iter()
            .filter(|judged| of(&judged.verdict))
            .count()
    };
    let blocked = count(|verdict| matches!(verdict, Verdict::Blocked(_)));
    let unknown = count(|verdict| matches!(verdict, Verdict::Unknown(_)));
    let orphans = match judgement.orphans().count() {
        0 => "No orphans".to_owned(),
        1 => "1 orphan".to_owned(),
        some => format!("{some} orphans"),
    };
    let rest = [
        (judgement.living().count(), "of a cluster that lives"),
        (blocked, "that may not be deleted"),
        (unknown, "that could not be judged"),
    ];
    let rest = rest.iter().filter(|(count, _)| *count != 0);
    let told: Vec<String> = rest
        .map(|(count, what)| match count {
            1 => format!("1 object {what}"),
            _ => format!("{count} objects {what}"),
        })
        .collect();
    if told.is_empty() {
        format!("{orphans}.")
    } else {
        format!("{orphans}; {}.", told.join(", "))
    }
}

/// Everything that led to the verdict on one object, found by ARN, id or name, and what would have to change.
pub fn why(judgement: &Judgement, wanted: &str) -> Option<String> {
    let row = Row::find(judgement, wanted)?;
    let mut text = format!("{} {}\n{}\n\n", row.kind.replace('_', " "), row.name, row.id);
    // Writing to a string can't fail.
    let _ = match row.verdict {
        "orphan" => writeln!(text, "orphan: it may be deleted"),
        other => writeln!(text, "{other}"),
    };
    for reason in &row.reasons {
        let _ = writeln!(text, "  - {reason}");
    }
    let _ = writeln!(text, "\nevidence {}", row.evidence.level);
    for fact in &row.evidence.facts {
        let _ = writeln!(text, "  + {fact}");
    }
    if let Some(lacks) = &row.evidence.lacks {
        let _ = writeln!(text, "  - {lacks}");
    }
    if !row.remedies.is_empty() {
        let _ = writeln!(text, "\nfor it to go");
    }
    for remedy in &row.remedies {
        let _ = writeln!(text, "  > {remedy}");
    }
    Some(text)
}

fn is_shown(judged: &Judged, show: Show) -> bool {
    let foreign = matches!(judged.verdict, Verdict::Kept(Keep::Foreign(_)));
    show == Show::Everything || !foreign || judged.subject == Subject::LoadBalancer
}

/// What asks for something first.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Unknown(_) => 0,
        Verdict::Blocked(_) => 1,
        Verdict::Orphan => 2,
        Verdict::Kept(_) => 3,
    }
}

#[cfg(test)]
mod tests;
