//! The verdict for people at a terminal or in a log. No colors: the words say it.

use super::bars::bar;
use super::{headline, made_by};
use crate::model::Color;
use crate::movement::Movement;
use crate::verdict::{Judged, NONE, Row, Side, UNKNOWN, Verdict, Weight};
use std::fmt::Write;

pub fn write(verdict: &Verdict) -> String {
    let mut out = String::new();
    let changes = match verdict.changing {
        0 => "nothing changes".to_owned(),
        1 => "1 resource changes".to_owned(),
        count => format!("{count} resources change"),
    };
    line(
        &mut out,
        &format!("{} ({}; {changes})", headline(verdict), made_by(verdict)),
    );
    for (at, judged) in verdict.findings.iter().enumerate() {
        finding(&mut out, judged, verdict.findings.get(at + 1));
    }
    let (still, moving): (Vec<&Row>, Vec<&Row>) = verdict
        .services
        .iter()
        .partition(|row| row.movement == Movement::Nothing);
    for row in moving {
        service(&mut out, row);
    }
    if !still.is_empty() {
        let names: Vec<&str> = still.iter().map(|row| row.address.as_str()).collect();
        line(&mut out, "");
        line(&mut out, &format!("unchanged: {}", names.join(", ")));
    }
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

/// What to do is said once for findings of one rule that follow each other.
fn finding(out: &mut String, judged: &Judged, next: Option<&Judged>) {
    let rule = judged.finding.rule;
    let weight = match &judged.weight {
        Weight::Error => "error".to_owned(),
        Weight::Warning => "warning".to_owned(),
        Weight::Waived(label) => format!("waived by label {label:?}"),
    };
    line(out, "");
    line(
        out,
        &format!("{weight}: {} [{}]", judged.finding.address, rule.id()),
    );
    line(out, &format!("  {}", judged.finding.message));
    let last = next.is_none_or(|next| next.finding.rule != rule);
    if last && !matches!(judged.weight, Weight::Waived(_)) {
        line(out, &format!("  → {}", rule.doc().mend));
    }
}

fn service(out: &mut String, row: &Row) {
    line(out, "");
    line(out, &format!("{}: {}", row.address, row.movement));
    if let Some(change) = &row.change {
        line(out, &format!("  {change}"));
    }
    let table = table(row);
    let width = table
        .iter()
        .map(|(_, before, _)| before.chars().count())
        .max()
        .unwrap_or(0);
    for (name, before, after) in table {
        let gap = " ".repeat(width - before.chars().count());
        line(out, &format!("  {name:<9}{before}{gap}   {after}"));
    }
}

/// Name, before, after.
fn table(row: &Row) -> Vec<(&'static str, String, String)> {
    let mut table = vec![("", "before".to_owned(), "after".to_owned())];
    let mut pair = |name, of: &dyn Fn(&Side) -> String| {
        let side = |side: &Option<Side>| side.as_ref().map_or(NONE.to_owned(), of);
        table.push((name, side(&row.before), side(&row.after)));
    };
    pair("phase", &|side| side.phase.clone());
    pair("release", &|side| side.release.clone());
    pair("live", &|side| side.live.clone());
    for color in Color::BOTH {
        pair(color.name(), &|side| {
            format!("{}  {}", bar(side.traffic[color]), tasks(&side.capacity[color]))
        });
    }
    let rules = |side: &Option<Side>| side.as_ref().map_or(0, |side| side.rules.len());
    for index in 0..rules(&row.before).max(rules(&row.after)) {
        let name = if index == 0 { "rules" } else { "" };
        pair(name, &|side| side.rules.get(index).cloned().unwrap_or_default());
    }
    table
}

fn tasks(count: &str) -> String {
    match count {
        UNKNOWN => format!("tasks {UNKNOWN}"),
        NONE => "no ECS service".to_owned(),
        "1" => "1 task".to_owned(),
        count => format!("{count} tasks"),
    }
}
