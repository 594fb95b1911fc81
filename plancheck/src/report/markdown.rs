//! The verdict for a pull request or a job's summary: findings, then a table before → after per service.
//!
//! Escapes whatever comes from the plan: a name may hold what Markdown takes for markup.

use super::bars::bar;
use super::{headline, made_by};
use crate::model::Color;
use crate::movement::Movement;
use crate::verdict::{Judged, NONE, Row, Side, Verdict, Weight};

pub fn write(verdict: &Verdict) -> String {
    let mark = match verdict.refused {
        true => "❌",
        false => "✅",
    };
    let mut out = format!("### {mark} Release {}\n\n", headline(verdict));
    if !verdict.findings.is_empty() {
        out += "| | rule | resource | finding |\n|---|---|---|---|\n";
        for judged in &verdict.findings {
            out += &finding(judged);
        }
        out += "\n";
    }
    for row in verdict
        .services
        .iter()
        .filter(|row| row.movement != Movement::Nothing)
    {
        out += &service(row);
    }
    let still = verdict
        .services
        .iter()
        .filter(|row| row.movement == Movement::Nothing);
    let still: Vec<String> = still.map(|row| code(&row.address)).collect();
    if !still.is_empty() {
        out += &format!("Unchanged: {}\n\n", still.join(", "));
    }
    out += &format!("<sub>bluegreen-plancheck, {}</sub>\n", escaped(&made_by(verdict)));
    out
}

fn finding(judged: &Judged) -> String {
    let weight = match &judged.weight {
        Weight::Error => "❌ error".to_owned(),
        Weight::Warning => "⚠️ warning".to_owned(),
        Weight::Waived(label) => format!("☑️ waived by {}", code(label)),
    };
    let finding = &judged.finding;
    let mend = match judged.weight {
        Weight::Waived(_) => String::new(),
        _ => format!("<br>→ {}", escaped(finding.rule.doc().mend)),
    };
    format!(
        "| {weight} | `{}` | {} | {}{mend} |\n",
        finding.rule.id(),
        code(&finding.address),
        escaped(&finding.message)
    )
}

fn service(row: &Row) -> String {
    let mut out = format!("#### {}: {}\n\n", code(&row.address), row.movement);
    if let Some(change) = &row.change {
        out += &format!("{}\n\n", escaped(change));
    }
    out += "| | before | after |\n|---|---|---|\n";
    let mut line = |name: &str, of: &dyn Fn(&Side) -> String| {
        let side = |side: &Option<Side>| side.as_ref().map_or(NONE.to_owned(), of);
        let (before, after) = (side(&row.before), side(&row.after));
        let after = match before == after {
            true => after,
            false => format!("**{after}**"),
        };
        out += &format!("| {name} | {before} | {after} |\n");
    };
    line("phase", &|side| escaped(&side.phase));
    line("release", &|side| escaped(&side.release));
    line("live", &|side| escaped(&side.live));
    for color in Color::BOTH {
        line(&format!("traffic, {color}"), &|side| {
            code(&bar(side.traffic[color]))
        });
    }
    for color in Color::BOTH {
        line(&format!("tasks, {color}"), &|side| escaped(&side.capacity[color]));
    }
    line("rules", &|side| {
        side.rules
            .iter()
            .map(|rule| escaped(rule))
            .collect::<Vec<_>>()
            .join("<br>")
    });
    out + "\n"
}

/// Text within a cell.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A mention would write to people.
            '@' => out.push_str("&#64;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// As code within a cell; a fence longer than any run of ticks in it.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    match longest {
        0 => format!("`{text}`"),
        longest => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}
