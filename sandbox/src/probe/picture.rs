//! A run as a picture: who answered when, what failed, and how long answers took. Needs no script and no font of its own.
//!
//! Never flatters: what is drawn are the run's own counts, and where a request failed there is red.

mod chart;
mod latency;
mod scene;

use super::Report;

/// The picture as SVG, one chart for each audience.
pub fn draw(report: &Report) -> String {
    chart::draw(&scene::Scene::new(report))
}

/// 12345 as 12,345.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
