//! The drawing: a chart for each audience over the same seconds, and one of latency below them.
//!
//! Measures no fonts: room for words is reckoned for a wide one.

use super::super::ruler::{scale, usual};
use super::super::svg::{Svg, px};
use super::grouped;
use super::latency;
use super::scene::{Row, Scene};

const WIDTH: f64 = 960.0;
pub(super) const LEFT: f64 = 64.0;
pub(super) const RIGHT: f64 = 880.0;
const TOP: f64 = 124.0;
/// Of the only chart, and of one among several.
const TALL: f64 = 180.0;
const LOW: f64 = 110.0;
const LATENCY: f64 = 110.0;
/// Between two charts: a name and what failed stand there.
const GAP: f64 = 40.0;
/// Below the last one.
const FOOT: f64 = 52.0;
/// Of a letter, in a wide font at 12 pixels.
const LETTER: f64 = 6.6;
/// Above the usual rate; what exceeds it is cut off.
const HEADROOM: f64 = 1.15;
/// How far words may stand from what they tell of.
const NEAR: f64 = 120.0;
/// Of a name over a chart, in letters.
const LONGEST_NAME: usize = 96;
/// Of requests per second, and of seconds: a quarter of what an axis shows at least.
const FINEST: f64 = 0.5;
const STYLE: &str = include_str!("style.css");

/// The whole document.
pub(super) fn draw(scene: &Scene) -> String {
    let each = if scene.rows.len() == 1 { TALL } else { LOW };
    let charts = TOP + (each + GAP) * scene.rows.len() as f64;
    let bottom = charts + LATENCY;
    let height = bottom + FOOT;
    let title = title(scene);
    let mut svg = Svg::new(WIDTH, height, STYLE, &title, &description(scene));
    svg.empty(
        "rect",
        &[
            ("class", &"card"),
            ("x", &0.5),
            ("y", &0.5),
            ("rx", &8),
            ("width", &(WIDTH - 1.0)),
            ("height", &(height - 1.0)),
        ],
    );
    let class = if scene.total.failed == 0 {
        "title"
    } else {
        "title red"
    };
    say(&mut svg, (20.0, 32.0), class, "start", &title);
    let took = &scene.total.latency;
    let took = format!(
        "half of the answers took {}, 99 of 100 at most {}, the slowest {}; none was ever retried",
        latency::words(took.p50_ms),
        latency::words(took.p99_ms),
        latency::words(took.max_ms)
    );
    say(&mut svg, (20.0, 53.0), "muted", "start", &took);
    legend(&mut svg, scene);
    let x = Axis {
        seconds: scene.seconds,
    };
    let mut top = TOP;
    for row in &scene.rows {
        chart(&mut svg, scene, row, x, (top, top + each));
        top += each + GAP;
    }
    say(&mut svg, (LEFT, charts - 8.0), "who", "start", "latency");
    latency::chart(&mut svg, scene, x, (charts, bottom));
    marks(&mut svg, scene, x, bottom);
    seconds(&mut svg, scene, x, bottom);
    svg.finish()
}

/// Seconds to pixels.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    seconds: f64,
}

impl Axis {
    pub(super) fn at(self, seconds: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (seconds / self.seconds).clamp(0.0, 1.0)
    }
}

pub(super) fn say(svg: &mut Svg, (x, y): (f64, f64), class: &str, anchor: &str, words: &str) {
    svg.text(
        "text",
        &[
            ("class", &class),
            ("x", &px(x)),
            ("y", &px(y)),
            ("text-anchor", &anchor),
        ],
        words,
    );
}

pub(super) fn line(svg: &mut Svg, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let (x1, y1, x2, y2) = (px(x1), px(y1), px(x2), px(y2));
    svg.empty(
        "line",
        &[
            ("class", &class),
            ("x1", &x1),
            ("x2", &x2),
            ("y1", &y1),
            ("y2", &y2),
        ],
    );
}

pub(super) fn rect(svg: &mut Svg, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let (x, y, width, height) = (px(x), px(y), px(width), px(height));
    svg.empty(
        "rect",
        &[
            ("class", &class),
            ("x", &x),
            ("y", &y),
            ("width", &width),
            ("height", &height),
        ],
    );
}

fn title(scene: &Scene) -> String {
    let failed = match scene.total.failed {
        0 => "none failed".to_owned(),
        some => format!("{} FAILED", grouped(some)),
    };
    let requests = grouped(scene.total.requests);
    format!("{requests} requests in {:.1} s, {failed}", scene.seconds)
}

/// How a color is painted: by its own name where that is one of ours.
fn paint(colors: &[String], index: usize) -> String {
    match colors[index].as_str() {
        name @ ("blue" | "green" | "none") => name.to_owned(),
        _ => format!("other{}", index % 6),
    }
}

/// From the left edge to the right, below the title.
fn legend(svg: &mut Svg, scene: &Scene) {
    let mut x = 20.0;
    let names = scene.colors.iter().enumerate().map(|(index, name)| {
        let words = match name.as_str() {
            "none" => "an answer of no color".to_owned(),
            name => format!("{} answered", short(name, 24)),
        };
        (paint(&scene.colors, index), words)
    });
    let failed = (
        "failed".to_owned(),
        format!("failed: {}", grouped(scene.total.failed)),
    );
    for (class, words) in names.chain([failed]) {
        rect(svg, &class, (x, 68.0), (10.0, 10.0));
        say(svg, (x + 16.0, 77.0), "", "start", &words);
        x += 16.0 + words.chars().count() as f64 * LETTER + 18.0;
    }
}

/// Words that fit.
fn short(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most - 1).chain(['…']).collect()
}

fn chart(svg: &mut Svg, scene: &Scene, row: &Row, x: Axis, (top, bottom): (f64, f64)) {
    let name = short(&row.name, LONGEST_NAME);
    say(svg, (LEFT, top - 8.0), "who", "start", &name);
    let columns = row.failed.len();
    let mut sums = vec![0.0; columns];
    let layers: Vec<Vec<f64>> = row
        .rates
        .iter()
        .map(|rates| {
            sums.iter_mut().zip(rates).for_each(|(sum, rate)| *sum += rate);
            sums.clone()
        })
        .collect();
    let (step, most) = scale(usual(&sums) * HEADROOM, FINEST);
    let y = |rate: f64| bottom - (bottom - top) * rate.min(most) / most;
    let mut tick = 0.0;
    while tick <= most {
        line(svg, "grid", (LEFT, y(tick)), (RIGHT, y(tick)));
        let words = if step < 1.0 {
            format!("{tick:.1}")
        } else {
            grouped(tick as u64)
        };
        say(svg, (LEFT - 8.0, y(tick) + 4.0), "muted", "end", &words);
        tick += step;
    }
    say(svg, (RIGHT + 10.0, y(most) + 4.0), "muted", "start", "req/s");
    // Each layer stands on those before it, so the highest is painted first.
    for (index, layer) in layers.iter().enumerate().rev() {
        if row.rates[index].iter().any(|rate| 0.0 < *rate) {
            let mut path = format!("M{} {}", px(x.at(0.0)), px(bottom));
            for (column, rate) in layer.iter().enumerate() {
                let end = x.at(scene.width * (column + 1) as f64);
                path += &format!("V{}H{}", px(y(*rate)), px(end));
            }
            path += &format!("V{}Z", px(bottom));
            let class = paint(&scene.colors, index);
            svg.empty("path", &[("class", &class), ("d", &path)]);
        }
    }
    failures(
        svg,
        scene,
        row,
        x,
        (top, bottom),
        LEFT + (name.chars().count() as f64 + 2.0) * LETTER,
    );
    line(svg, "axis", (LEFT, bottom), (RIGHT, bottom));
}

/// Every column with a failure, and each outage in words where there is room above the chart.
fn failures(svg: &mut Svg, scene: &Scene, row: &Row, x: Axis, (top, bottom): (f64, f64), mut free_from: f64) {
    for (column, _) in row.failed.iter().enumerate().filter(|(_, failed)| **failed != 0) {
        let (from, to) = (
            x.at(scene.width * column as f64),
            x.at(scene.width * (column + 1) as f64),
        );
        rect(svg, "veil", (from, top), ((to - from).max(2.0), bottom - top));
        rect(svg, "failed", (from, top), ((to - from).max(2.0), 5.0));
    }
    for outage in &row.outages {
        let lasted = latency::words(outage.to_ms - outage.from_ms);
        let words = format!("{} failed within {lasted}", grouped(outage.failed));
        let room = words.chars().count() as f64 * LETTER;
        let begins = x.at(outage.from_ms / 1000.0);
        let from = begins.max(free_from);
        // Words that end beyond the chart, or stand far from what they tell of, mislead.
        if from + room <= RIGHT && from - begins < NEAR {
            say(svg, (from, top - 8.0), "red", "start", &words);
            free_from = from + room + 12.0;
        }
    }
}

fn marks(svg: &mut Svg, scene: &Scene, x: Axis, bottom: f64) {
    let mut free_from = LEFT;
    for (at, name) in &scene.marks {
        let at = x.at(*at);
        line(svg, "edge", (at, TOP - 24.0), (at, bottom));
        let room = name.chars().count() as f64 * LETTER;
        let from = at.min(RIGHT - room).max(free_from);
        say(svg, (from, TOP - 28.0), "muted", "start", name);
        free_from = from + room + 8.0;
    }
}

fn seconds(svg: &mut Svg, scene: &Scene, x: Axis, bottom: f64) {
    let (step, _) = scale(scene.seconds * 0.6, FINEST);
    let mut tick = 0.0;
    while tick <= scene.seconds {
        let words = if step < 1.0 {
            format!("{tick:.1}")
        } else {
            grouped(tick as u64)
        };
        say(svg, (x.at(tick), bottom + 18.0), "muted", "middle", &words);
        tick += step;
    }
    let middle = (LEFT + RIGHT) / 2.0;
    say(
        svg,
        (middle, bottom + 38.0),
        "muted",
        "middle",
        "seconds since the load began",
    );
}

/// The picture in words.
fn description(scene: &Scene) -> String {
    let names: Vec<&str> = scene.rows.iter().map(|row| row.name.as_str()).collect();
    format!(
        "Requests per second by the color that answered, for {}, over {:.0} seconds, and how long answers took; short \
         bursts beyond the scale are cut off. {} of {} requests failed.",
        names.join(", "),
        scene.seconds,
        grouped(scene.total.failed),
        grouped(scene.total.requests)
    )
}
