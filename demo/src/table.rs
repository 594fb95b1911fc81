//! The table at the end: one row per phase, who got how many answers from whom.
//!
//! Measures nothing and judges nothing.

use crate::report::{Document, PerColor, Phase};
use crate::screen::grouped;
use comfy_table::{CellAlignment, Table, presets};

const HEAD: [&str; 11] = [
    "phase",
    "public\nblue",
    "public\ngreen",
    "office\nblue",
    "office\ngreen",
    "failed\n",
    "p50\nms",
    "p99\nms",
    "both\ns",
    "last\nms",
    "took\ns",
];
/// What the short heads mean.
const LEGEND: [&str; 2] = [
    "both: how long both colors answered the public",
    "last: from the last rule change to the public's last answer from the old color",
];
const NOTHING: &str = "-";

pub fn render(document: &Document) -> String {
    let mut table = Table::new();
    let mut style = presets::UTF8_HORIZONTAL_ONLY;
    style.row_separator = comfy_table::LineStyle::none();
    table.load_style(style).set_header(HEAD);
    for phase in &document.phases {
        table.add_row(row(phase));
    }
    table.add_row(total(document));
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if 0 < index {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines = table.to_string();
    let mut lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
    lines.extend(LEGEND);
    lines.join("\n")
}

fn row(phase: &Phase) -> Vec<String> {
    let loaded = phase.p50_ms.is_some();
    let count = |count: u64| {
        if loaded {
            grouped(count)
        } else {
            NOTHING.to_owned()
        }
    };
    let ms = |ms: Option<f64>| ms.map_or_else(|| NOTHING.to_owned(), |ms| format!("{ms:.1}"));
    vec![
        phase.name.clone(),
        count(phase.public.blue),
        count(phase.public.green),
        count(phase.office.blue),
        count(phase.office.green),
        count(phase.failed),
        ms(phase.p50_ms),
        ms(phase.p99_ms),
        ms(phase.both_served_s),
        ms(phase.switch_ms),
        format!("{:.1}", phase.seconds),
    ]
}

fn total(document: &Document) -> Vec<String> {
    let sum = |pick: fn(&Phase) -> PerColor| {
        let zero = PerColor::default();
        document.phases.iter().map(pick).fold(zero, |sum, more| PerColor {
            blue: sum.blue + more.blue,
            green: sum.green + more.green,
        })
    };
    let (public, office) = (sum(|phase| phase.public), sum(|phase| phase.office));
    vec![
        "all".to_owned(),
        grouped(public.blue),
        grouped(public.green),
        grouped(office.blue),
        grouped(office.green),
        grouped(document.total.failed),
        format!("{:.1}", document.total.p50_ms),
        format!("{:.1}", document.total.p99_ms),
        NOTHING.to_owned(),
        NOTHING.to_owned(),
        format!("{:.1}", document.run_seconds),
    ]
}
