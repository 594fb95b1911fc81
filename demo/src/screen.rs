//! What the operator reads: headings, labelled lines, and where color is allowed, color.
//!
//! Color never carries a meaning alone: every painted word says the same in plain text. NO_COLOR and pipes turn it off.

use crate::progress::Ended;
use crate::report::Document;
use console::{Term, measure_text_width, style};
use std::io::Write;
use std::path::Path;

/// Wide enough for a sentence, where nobody says how wide the screen is.
const WIDTH: usize = 110;
const LABEL: usize = 10;

/// One line on standard output. A closed pipe (`cargo demo | head`) is the reader's choice, not a failure.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

pub fn title(text: &str) {
    say(&format!("\n{}\n", style(text).bold()));
}

/// `3/10 canary  what happens`.
pub fn heading(number: usize, of: usize, name: &str, says: &str) {
    let place = style(format!("{number}/{of}")).dim();
    say(&format!("\n{place} {}  {says}", style(name).bold()));
}

/// `  label   text`, the text wrapped and indented below itself.
pub fn labelled(label: &str, text: &str) {
    let indent = LABEL + 2;
    for (index, line) in wrap(text, width().saturating_sub(indent)).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        say(&format!("  {label:<LABEL$}{line}"));
    }
}

/// Words of another program, as it said them.
pub fn quoted(text: &str) {
    for line in text.lines() {
        let bar = style("│").dim();
        say(format!("  {:<LABEL$}{bar} {line}", "").trim_end());
    }
}

/// A step of an apply that has ended.
pub fn step(ended: &Ended) {
    let words = ended.detail.split(' ').map(color).collect::<Vec<_>>().join(" ");
    let failed = if ended.failed {
        style(" failed").red().to_string()
    } else {
        String::new()
    };
    let took = format!("{:>5.1} s", ended.took.as_secs_f64());
    labelled(
        "step",
        &format!("{}  {words}{failed}", style(took.trim_start()).dim()),
    );
}

/// A check that held.
pub fn good(text: &str) {
    labelled(&padded(style("ok").green().to_string()), text);
}

/// A check that did not.
pub fn bad(text: &str) {
    labelled(&padded(style("RED").red().bold().to_string()), text);
}

/// What it comes to: each finding in a sentence, the files, and the last line.
pub fn conclude(document: &Document, events: usize, out: &Path) {
    let total = &document.total;
    for finding in &document.findings {
        bad(finding);
    }
    labelled("report", &out.join("report.json").display().to_string());
    labelled("picture", &out.join("switch.svg").display().to_string());
    labelled(
        "AWS log",
        &format!(
            "{} ({} events)",
            out.join("events.jsonl").display(),
            grouped(events as u64)
        ),
    );
    let word = if document.green {
        style("GREEN").green().bold()
    } else {
        style("RED").red().bold()
    };
    let failed = if total.failed == 0 {
        "none".to_owned()
    } else {
        grouped(total.failed)
    };
    let why = match document.findings.len() {
        0 => "every call in a safe order".to_owned(),
        1 => "1 finding above".to_owned(),
        many => format!("{many} findings above"),
    };
    say(&format!(
        "\n{word}  {} requests, {}/s, {failed} failed; {why}",
        grouped(total.requests),
        grouped(total.requests_per_second as u64),
    ));
}

/// The name of a color, in that color.
pub fn color(name: &str) -> String {
    match name {
        "blue" => style(name).blue().to_string(),
        "green" => style(name).green().to_string(),
        _ => name.to_owned(),
    }
}

/// `70213` as `70,213`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A painted label has letters that take no room.
fn padded(label: String) -> String {
    let missing = LABEL.saturating_sub(measure_text_width(&label));
    label + &" ".repeat(missing)
}

fn width() -> usize {
    let term = Term::stdout();
    match term.size_checked() {
        Some((_, columns)) if term.is_term() => usize::from(columns).clamp(60, WIDTH),
        _ => WIDTH,
    }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && width < measure_text_width(line) + 1 + measure_text_width(word) {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests;
