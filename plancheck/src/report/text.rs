//! The verdict for people at a terminal or in a log. No colors: the words say it.

use super::bars::bar;
use super::{headline, made_by};
use crate::model::{Color, PerColor};
use crate::movement::Movement;
use crate::verdict::{Judged, NONE, Row, Side, Verdict, Weight};
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
    for judged in &verdict.findings {
        finding(&mut out, judged);
    }
    for row in verdict
        .services
        .iter()
        .filter(|row| row.movement != Movement::Nothing)
    {
        service(&mut out, row);
    }
    let still: Vec<&str> = verdict
        .services
        .iter()
        .filter(|row| row.movement == Movement::Nothing)
        .map(|row| row.address.as_str())
        .collect();
    if !still.is_empty() {
        line(&mut out, "");
        line(&mut out, &format!("unchanged: {}", still.join(", ")));
    }
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

fn finding(out: &mut String, judged: &Judged) {
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
    if !matches!(judged.weight, Weight::Waived(_)) {
        line(out, &format!("  → {}", rule.doc().mend));
    }
}

fn service(out: &mut String, row: &Row) {
    line(out, "");
    line(out, &format!("{}: {}", row.address, row.movement));
    if let Some(change) = &row.change {
        line(out, &format!("  {change}"));
    }
    let (before, after) = (row.before.as_ref(), row.after.as_ref());
    let width = 34;
    let pair = |out: &mut String, name: &str, of: &dyn Fn(&Side) -> String| {
        let side = |side: Option<&Side>| side.map_or(NONE.to_owned(), of);
        let (before, after) = (side(before), side(after));
        let gap = " ".repeat(width - before.chars().count().min(width));
        line(out, &format!("  {name:<10}{before}{gap}  {after}"));
    };
    let gap = " ".repeat(width - "before".len());
    line(out, &format!("  {:<10}before{gap}  after", ""));
    pair(out, "phase", &|side| side.phase.clone());
    pair(out, "release", &|side| side.release.clone());
    pair(out, "live", &|side| side.live.clone());
    for color in Color::BOTH {
        pair(out, color.name(), &|side| {
            share(&side.traffic, &side.capacity, color)
        });
    }
    let most = before
        .map_or(0, |side| side.rules.len())
        .max(after.map_or(0, |side| side.rules.len()));
    for index in 0..most {
        let name = if index == 0 { "rules" } else { "" };
        pair(out, name, &|side| {
            side.rules.get(index).cloned().unwrap_or_default()
        });
    }
}

fn share(traffic: &PerColor<Option<u32>>, capacity: &PerColor<String>, color: Color) -> String {
    format!("{}  {} tasks", bar(traffic[color]), capacity[color])
}
