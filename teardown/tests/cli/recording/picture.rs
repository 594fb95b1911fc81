//! A terminal's screen as SVG: every run of letters at its place in the grid, in the terminal's colors, as text.
//!
//! Brings no font and no script; follows the reader's light or dark.

use super::session::COLUMNS;
use std::fmt::Write;
use vt100::{Cell, Color, Screen};

const STYLE: &str = include_str!("style.css");
const LETTER: f64 = 7.2;
const LINE: f64 = 18.0;
const MARGIN: f64 = 22.0;
const TOP: f64 = 66.0;
/// Above a prompt.
const PAUSE: f64 = 10.0;

/// Letters of one look.
struct Run {
    column: u16,
    text: String,
    class: String,
}

/// Draws what is on the screen down to the last prompt, which stays out of it.
pub fn draw(screen: &Screen, title: &str, description: &str) -> String {
    let rows: Vec<Vec<Run>> = rows(screen);
    let mut body = String::new();
    let mut y = TOP;
    for (number, row) in rows.iter().enumerate() {
        if number > 0 && is_prompt(row) {
            y += PAUSE;
        }
        for run in row {
            let length = run.text.chars().count() as f64 * LETTER;
            let x = MARGIN + f64::from(run.column) * LETTER;
            let _ = writeln!(
                body,
                "  <text class=\"{}\" x=\"{x:.1}\" y=\"{y:.0}\" textLength=\"{length:.1}\">{}</text>",
                run.class,
                escaped(&run.text)
            );
        }
        y += LINE;
    }
    let (width, height) = (f64::from(COLUMNS) * LETTER + 2.0 * MARGIN, y + 8.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-labelledby=\"title description\">\n  <title id=\"title\">{}</title>\n  \
         <desc id=\"description\">{}</desc>\n  <style>\n{STYLE}</style>\n",
        escaped(title),
        escaped(description)
    );
    let _ = writeln!(
        svg,
        "  <rect class=\"card\" x=\"0.5\" y=\"0.5\" rx=\"10\" width=\"{:.0}\" height=\"{:.0}\"/>\n  \
         <path class=\"edge\" d=\"M1 38.5H{:.0}\"/>",
        width - 1.0,
        height - 1.0,
        width - 1.0
    );
    for (x, class) in [(22, "c1"), (42, "c3"), (62, "c2")] {
        let _ = writeln!(
            svg,
            "  <circle class=\"{class}\" cx=\"{x}\" cy=\"19.5\" r=\"6\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "  <text class=\"d\" x=\"{:.0}\" y=\"24\" text-anchor=\"middle\">{}</text>",
        width / 2.0,
        escaped(title)
    );
    svg + &body + "</svg>\n"
}

fn rows(screen: &Screen) -> Vec<Vec<Run>> {
    let (height, width) = screen.size();
    let (height, width) = (height.get(), width.get());
    let mut rows: Vec<Vec<Run>> = (0..height)
        .map(|row| {
            let cells = (0..width).filter_map(|column| screen.cell(row, column).map(|cell| (column, cell)));
            runs(cells)
        })
        .collect();
    while rows.last().is_some_and(|row| row.is_empty() || text(row) == "$") {
        rows.pop();
    }
    rows
}

/// Spaces separate runs: where a letter stands does not depend on the font.
fn runs<'a>(cells: impl Iterator<Item = (u16, &'a Cell)>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, cell) in cells {
        let letter = cell.contents();
        if letter.trim().is_empty() {
            continue;
        }
        let class = class(cell);
        match runs.last_mut() {
            Some(run) if run.class == class && run.column + width(&run.text) == column => {
                run.text.push_str(letter);
            }
            // One space between two words keeps them together.
            Some(run) if run.class == class && run.column + width(&run.text) + 1 == column => {
                run.text.push(' ');
                run.text.push_str(letter);
            }
            _ => runs.push(Run {
                column,
                text: letter.to_owned(),
                class,
            }),
        }
    }
    if is_prompt(&runs) {
        for run in &mut runs[1..] {
            run.class.push_str(" b");
        }
    }
    runs
}

fn width(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap()
}

fn text(row: &[Run]) -> String {
    row.iter().map(|run| run.text.as_str()).collect()
}

fn is_prompt(row: &[Run]) -> bool {
    row.first().is_some_and(|run| run.column == 0 && run.text == "$")
}

fn class(cell: &Cell) -> String {
    let mut class = match cell.fgcolor() {
        Color::Idx(color) => format!("c{}", color % 8),
        Color::Default | Color::Rgb(..) => "t".to_owned(),
    };
    if cell.bold() {
        class.push_str(" b");
    }
    if cell.dim() {
        class.push_str(" d");
    }
    class
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
