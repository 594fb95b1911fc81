//! The rows: a figure, a peer's figure beside it, the aim, and whether it was met. As a table, as Markdown, as JSON.
//!
//! Judges nothing: who measures says what the aim was.

use crate::ground::Machine;
use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub what: String,
    pub unit: &'static str,
    pub ours: f64,
    pub beside: Option<f64>,
    /// Whose figure `beside` is.
    pub peer: Option<String>,
    pub aim: Option<String>,
    /// `None` without an aim.
    pub met: Option<bool>,
    pub note: String,
}

impl Row {
    pub fn new(what: &str, unit: &'static str, ours: f64) -> Self {
        Self {
            what: what.to_owned(),
            unit,
            ours,
            beside: None,
            peer: None,
            aim: None,
            met: None,
            note: String::new(),
        }
    }

    pub fn beside(what: &str, unit: &'static str, ours: f64, theirs: f64) -> Self {
        Self {
            beside: Some(theirs),
            ..Self::new(what, unit, ours)
        }
    }

    pub fn peer(mut self, name: &str) -> Self {
        self.peer = Some(name.to_owned());
        self
    }

    pub fn aim(mut self, aim: impl Into<String>, met: bool) -> Self {
        self.aim = Some(aim.into());
        self.met = Some(met);
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn cells(&self) -> [String; 6] {
        let beside = match (self.beside, &self.peer) {
            (Some(value), Some(peer)) => format!("{} ({peer})", self.measured(value)),
            (Some(value), None) => self.measured(value),
            (None, _) => String::new(),
        };
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        [
            self.what.clone(),
            self.measured(self.ours),
            beside,
            self.aim.clone().unwrap_or_default(),
            met.to_owned(),
            self.note.clone(),
        ]
    }

    fn measured(&self, value: f64) -> String {
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        format!("{}{unit}", number(value))
    }
}

#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    pub rows: Vec<Row>,
}

const HEAD: [&str; 6] = ["figure", "here", "beside", "aim", "", "note"];

impl Report {
    pub fn new(machine: Machine) -> Self {
        Self {
            machine,
            rows: Vec::new(),
        }
    }

    /// For a screen.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        let mut style = presets::UTF8_HORIZONTAL_ONLY;
        style.row_separator = comfy_table::LineStyle::none();
        table.load_style(style).set_header(HEAD);
        for row in &self.rows {
            table.add_row(row.cells());
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let lines = table.to_string();
        let lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
        format!("{}\n\n{}", self.place(), lines.join("\n"))
    }

    /// For a page.
    pub fn markdown(&self) -> String {
        let mut text = format!("{}\n\n| {} |\n", self.place(), HEAD.join(" | "));
        text += "|---|--:|---|---|---|---|\n";
        for row in &self.rows {
            let _ = writeln!(text, "| {} |", row.cells().join(" | "));
        }
        text
    }

    pub fn write(&self, out: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self).context("writing the figures as JSON")?;
        for (name, text) in [("report.json", json + "\n"), ("report.md", self.markdown())] {
            let path = out.join(name);
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    }

    fn place(&self) -> String {
        let Machine {
            cores,
            memory_gib,
            load_before,
            terraform,
        } = &self.machine;
        format!(
            "{cores} cores, {memory_gib:.0} GiB of memory, Terraform {terraform}; the load of the minute before was {load_before:.1}"
        )
    }
}

/// Three digits say what such a measurement is good for.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if 100.0 <= size => 0,
        size if 10.0 <= size || size == 0.0 => 1,
        size if 0.1 <= size => 2,
        _ => 3,
    };
    if value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::{Report, Row, number};
    use crate::ground::Machine;

    #[test]
    fn figures_have_three_digits() {
        let texts = [0.0, 5.0, 62_127.0, 1234.5, 12.34, 1.234, 0.0456].map(number);
        assert_eq!(texts, ["0", "5", "62127", "1234", "12.3", "1.23", "0.046"]);
    }

    #[test]
    fn a_missed_aim_is_called_missed() {
        let machine = Machine {
            cores: 2,
            memory_gib: 24.0,
            load_before: 0.25,
            terraform: "1.11.4".to_owned(),
        };
        let mut report = Report::new(machine);
        report.rows.push(
            Row::beside("start", "ms", 5.5, 61.0)
                .aim("at least 10 × quicker", true)
                .peer("other 1.0")
                .note("11 × quicker"),
        );
        report
            .rows
            .push(Row::new("calls", "", 7.0).aim("at most 3", false));
        report.rows.push(Row::new("seconds", "s", 4.25));
        insta::assert_snapshot!(report.markdown());
    }
}
