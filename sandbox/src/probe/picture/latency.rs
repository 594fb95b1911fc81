//! How long answers took, over time, on a logarithmic scale: nothing slow hides behind the fast.
//!
//! Draws nothing where nobody answered.

use super::super::svg::{Svg, px};
use super::chart::{Axis, LEFT, RIGHT, line, say};
use super::scene::{Band, Scene};

/// Milliseconds in words.
pub(super) fn words(ms: f64) -> String {
    match ms {
        ms if ms < 9.95 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 99_950.0 => format!("{:.1} s", ms / 1000.0),
        ms => format!("{:.0} s", ms / 1000.0),
    }
}

pub(super) fn chart(svg: &mut Svg, scene: &Scene, x: Axis, (top, bottom): (f64, f64)) {
    let seen: Vec<Band> = scene.latency.iter().flatten().copied().collect();
    let least = seen.iter().map(|band| band.p50).fold(f64::INFINITY, f64::min);
    let most = seen.iter().map(|band| band.max).fold(0.0, f64::max);
    let (least, most) = if seen.is_empty() {
        (1.0, 10.0)
    } else {
        (least, most)
    };
    // Whole powers of ten, at least one apart.
    let low = least.max(0.01).log10().floor();
    let high = most.max(0.01).log10().ceil().max(low + 1.0);
    let y = |ms: f64| {
        let share = (ms.max(0.001).log10() - low) / (high - low);
        bottom - (bottom - top) * share.clamp(0.0, 1.0)
    };
    let mut power = low;
    while power <= high {
        let ms = 10_f64.powf(power);
        line(svg, "grid", (LEFT, y(ms)), (RIGHT, y(ms)));
        say(svg, (LEFT - 8.0, y(ms) + 4.0), "muted", "end", &tick(ms));
        power += 1.0;
    }
    let middle = |column: usize| x.at(scene.width * (column as f64 + 0.5));
    for stretch in stretches(&scene.latency) {
        let edge = |pick: fn(&Band) -> f64| -> Vec<String> {
            let point =
                |(column, band): &(usize, Band)| format!("{} {}", px(middle(*column)), px(y(pick(band))));
            stretch.iter().map(point).collect()
        };
        let (p50, mut p99, max) = (
            edge(|band| band.p50),
            edge(|band| band.p99),
            edge(|band| band.max),
        );
        svg.empty(
            "path",
            &[("class", &"max"), ("d", &format!("M{}", max.join("L")))],
        );
        svg.empty(
            "path",
            &[("class", &"p50"), ("d", &format!("M{}", p50.join("L")))],
        );
        svg.empty(
            "path",
            &[("class", &"p99"), ("d", &format!("M{}", p99.join("L")))],
        );
        p99.reverse();
        let area = format!("M{}L{}Z", p50.join("L"), p99.join("L"));
        svg.empty("path", &[("class", &"between"), ("d", &area)]);
    }
    let middle = (top + bottom) / 2.0;
    for (row, (class, words)) in [("max", "slowest"), ("p99", "99 of 100"), ("p50", "half")]
        .into_iter()
        .enumerate()
    {
        let at = middle + 18.0 * (row as f64 - 1.0);
        let path = format!("M{} {}h12", px(RIGHT + 6.0), px(at - 4.0));
        svg.empty("path", &[("class", &class), ("d", &path)]);
        say(svg, (RIGHT + 22.0, at), "small", "start", words);
    }
    line(svg, "axis", (LEFT, bottom), (RIGHT, bottom));
}

/// A power of ten.
fn tick(ms: f64) -> String {
    match ms {
        ms if ms < 0.05 => "10 µs".to_owned(),
        ms if ms < 0.5 => "0.1 ms".to_owned(),
        ms if ms < 999.0 => format!("{ms:.0} ms"),
        ms => format!("{:.0} s", ms / 1000.0),
    }
}

/// Columns with answers that follow one another, each with its number.
fn stretches(columns: &[Option<Band>]) -> Vec<Vec<(usize, Band)>> {
    let mut all: Vec<Vec<(usize, Band)>> = Vec::new();
    let mut open = false;
    for (number, column) in columns.iter().enumerate() {
        match column {
            Some(band) if open => {
                if let Some(stretch) = all.last_mut() {
                    stretch.push((number, *band));
                }
            }
            Some(band) => all.push(vec![(number, *band)]),
            None => {}
        }
        open = column.is_some();
    }
    all
}
