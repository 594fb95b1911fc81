//! The drawing: one chart per audience over the same seconds, phases as stripes, rule changes as small triangles.
//!
//! Measures no fonts: room for words is reckoned for a wide one.

use super::scene::{Phase, Row, Scene, Stretch};
use crate::screen::grouped;
use acceptance::probe::ruler::{scale, usual};
use acceptance::probe::svg::{Svg, px};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 892.0;
const TOP: f64 = 116.0;
const BOTTOM: f64 = 388.0;
const HEIGHT: f64 = 440.0;
/// Between two charts.
const GAP: f64 = 22.0;
/// Of a letter, in a wide font at 12 pixels.
const LETTER: f64 = 7.0;
/// Above the usual rate; what exceeds it is cut off.
const HEADROOM: f64 = 1.1;
/// Of requests per second, and of seconds: a quarter of what an axis shows at least.
const FINEST: f64 = 1.0;
const STYLE: &str = include_str!("style.css");

/// The whole document.
pub fn draw(scene: &Scene) -> String {
    let failed = match scene.total.failed {
        0 => "none failed".to_owned(),
        some => format!("{} FAILED", grouped(some)),
    };
    let title = format!(
        "{} requests through {} applies, {failed}",
        grouped(scene.total.requests),
        scene.total.applies
    );
    let mut svg = Svg::new(WIDTH, HEIGHT, STYLE, &title, &description(scene));
    let card = [
        ("class", "card"),
        ("x", "0.5"),
        ("y", "0.5"),
        ("rx", "8"),
        ("width", "959"),
        ("height", "439"),
    ];
    svg.empty("rect", &card.each_ref().map(|(key, value)| (*key, value as _)));
    say(&mut svg, (20.0, 32.0), "title", "start", &title);
    let latency = format!(
        "half of them took {:.1} ms, 99 % at most {:.1} ms; none was ever retried",
        scene.total.p50_ms, scene.total.p99_ms
    );
    say(&mut svg, (20.0, 53.0), "muted", "start", &latency);
    legend(&mut svg, scene);
    let x = Axis::new(scene.seconds);
    phases(&mut svg, scene, x);
    let mut top = TOP;
    let room = BOTTOM - TOP - GAP * (scene.rows.len().saturating_sub(1)) as f64;
    let heights: f64 = scene.rows.iter().map(|row| row.height).sum();
    for row in &scene.rows {
        let bottom = top + room * row.height / heights;
        chart(&mut svg, scene, row, x, (top, bottom));
        top = bottom + GAP;
    }
    edges(&mut svg, scene, x);
    seconds(&mut svg, scene, x);
    svg.finish()
}

/// Seconds to pixels.
#[derive(Clone, Copy)]
struct Axis {
    seconds: f64,
}

impl Axis {
    fn new(seconds: f64) -> Self {
        Self {
            seconds: seconds.max(f64::MIN_POSITIVE),
        }
    }

    fn at(self, seconds: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (seconds / self.seconds).clamp(0.0, 1.0)
    }
}

fn say(svg: &mut Svg, (x, y): (f64, f64), class: &str, anchor: &str, words: &str) {
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

/// From the right edge to the left, so that it ends where the card does.
fn legend(svg: &mut Svg, scene: &Scene) {
    let mut x = WIDTH - 20.0;
    let failed = format!("failed: {}", grouped(scene.total.failed));
    for (class, words) in [
        ("change", "a rule changed"),
        ("failed", failed.as_str()),
        ("green", "green answered"),
        ("blue", "blue answered"),
    ] {
        x -= words.len() as f64 * LETTER;
        say(svg, (x, 32.0), "", "start", words);
        x -= 16.0;
        if class == "change" {
            triangle(svg, x + 5.0, 31.0);
        } else {
            let at = (px(x), px(22.0));
            svg.empty(
                "rect",
                &[
                    ("class", &class),
                    ("x", &at.0),
                    ("y", &at.1),
                    ("width", &10),
                    ("height", &10),
                    ("rx", &2),
                ],
            );
        }
        x -= 14.0;
    }
}

/// Its tip points down at (`x`, `y`).
fn triangle(svg: &mut Svg, x: f64, y: f64) {
    let path = format!("M{} {}l-4 -7h8z", px(x), px(y));
    svg.empty("path", &[("class", &"change"), ("d", &path)]);
}

/// A stripe for every second phase, and each one's name above its beginning, in the first line that has room.
fn phases(svg: &mut Svg, scene: &Scene, x: Axis) {
    let mut ends = [0.0; 2];
    for (number, phase) in scene.phases.iter().enumerate() {
        let (from, to) = (x.at(phase.from), x.at(phase.to));
        if number % 2 == 1 {
            let (width, height) = (px(to - from), px(BOTTOM - TOP));
            svg.empty(
                "rect",
                &[
                    ("class", &"stripe"),
                    ("x", &px(from)),
                    ("y", &px(TOP)),
                    ("width", &width),
                    ("height", &height),
                ],
            );
        }
        let words = caption(phase);
        let width = words.chars().count() as f64 * LETTER;
        let line = usize::from(from < ends[0]);
        ends[line] = from + width;
        let y = TOP - 14.0 - 14.0 * line as f64;
        let class = if phase.refused { "phase red" } else { "phase" };
        say(svg, (from + 2.0, y), class, "start", &words);
    }
}

fn caption(phase: &Phase) -> String {
    if phase.refused {
        format!("{}: the apply fails, nobody notices", phase.name)
    } else {
        phase.name.clone()
    }
}

fn chart(svg: &mut Svg, scene: &Scene, row: &Row, x: Axis, (top, bottom): (f64, f64)) {
    let all: Vec<f64> = row
        .blue
        .iter()
        .zip(&row.green)
        .map(|(blue, green)| blue + green)
        .collect();
    let usual = usual(&all);
    let (step, most) = scale(usual * HEADROOM, FINEST);
    let y = |rate: f64| bottom - (bottom - top) * rate.min(most) / most;
    let mut tick = 0.0;
    while tick <= most {
        let at = px(y(tick));
        svg.empty(
            "line",
            &[
                ("class", &"grid"),
                ("x1", &LEFT),
                ("x2", &RIGHT),
                ("y1", &at),
                ("y2", &at),
            ],
        );
        say(
            svg,
            (LEFT - 8.0, y(tick) + 4.0),
            "muted",
            "end",
            &grouped(tick as u64),
        );
        tick += step;
    }
    let line = |rates: &[f64]| {
        let point = |(index, rate): (usize, &f64)| {
            let at = (index as f64 + 0.5) * scene.slice;
            format!("{} {}", px(x.at(at)), px(y(*rate)))
        };
        rates.iter().enumerate().map(point).collect::<Vec<_>>().join("L")
    };
    // Green stands on blue: the upper edge of blue is the switch.
    for (class, rates) in [("green", &all), ("blue", &row.blue)] {
        let (from, to) = (px(x.at(0.0)), px(x.at(scene.seconds)));
        let (first, last) = (rates.first(), rates.last());
        if let (Some(first), Some(last)) = (first, last) {
            let path = format!(
                "M{from} {base}V{}L{}L{to} {}V{base}Z",
                px(y(*first)),
                line(rates),
                px(y(*last)),
                base = px(bottom)
            );
            svg.empty("path", &[("class", &class), ("d", &path)]);
        }
    }
    if !row.blue.is_empty() {
        svg.empty(
            "path",
            &[("class", &"seam"), ("d", &format!("M{}", line(&row.blue)))],
        );
    }
    for stretch in row.alone(scene.slice) {
        named(svg, stretch, x, y(usual / 2.0) + 4.0);
    }
    let middle = (top + bottom) / 2.0;
    say(svg, (RIGHT + 10.0, middle), "who", "start", row.name);
    say(svg, (RIGHT + 10.0, middle + 15.0), "muted", "start", "req/s");
}

/// The version, if there is room for it.
fn named(svg: &mut Svg, stretch: Stretch, x: Axis, y: f64) {
    let words = stretch.by.to_string();
    let (from, to) = (x.at(stretch.from), x.at(stretch.to));
    if words.len() as f64 * LETTER + 8.0 < to - from {
        let class = format!("on-{}", stretch.by.color);
        say(svg, ((from + to) / 2.0, y), &class, "middle", &words);
    }
}

/// Over the charts: where phases begin, when rules changed, and every slice with a failure.
fn edges(svg: &mut Svg, scene: &Scene, x: Axis) {
    for phase in scene.phases.iter().skip(1) {
        let at = px(x.at(phase.from));
        svg.empty(
            "line",
            &[
                ("class", &"edge"),
                ("x1", &at),
                ("x2", &at),
                ("y1", &TOP),
                ("y2", &BOTTOM),
            ],
        );
    }
    for at in &scene.changes {
        triangle(svg, x.at(*at), TOP - 2.0);
    }
    for at in &scene.failures {
        let (from, to) = (x.at(*at), x.at(*at + scene.slice));
        svg.empty(
            "rect",
            &[
                ("class", &"failed"),
                ("x", &px(from)),
                ("y", &px(TOP)),
                ("width", &px((to - from).max(2.0))),
                ("height", &px(BOTTOM - TOP)),
            ],
        );
    }
}

fn seconds(svg: &mut Svg, scene: &Scene, x: Axis) {
    let base = px(BOTTOM);
    svg.empty(
        "line",
        &[
            ("class", &"axis"),
            ("x1", &LEFT),
            ("x2", &RIGHT),
            ("y1", &base),
            ("y2", &base),
        ],
    );
    let (step, _) = scale(scene.seconds * 0.7, FINEST);
    let mut tick = 0.0;
    while tick <= scene.seconds {
        say(
            svg,
            (x.at(tick), BOTTOM + 18.0),
            "muted",
            "middle",
            &grouped(tick as u64),
        );
        tick += step;
    }
    let middle = (LEFT + RIGHT) / 2.0;
    say(
        svg,
        (middle, BOTTOM + 38.0),
        "muted",
        "middle",
        "seconds since the load began",
    );
}

/// The picture in words.
fn description(scene: &Scene) -> String {
    let names: Vec<&str> = scene.phases.iter().map(|phase| phase.name.as_str()).collect();
    format!(
        "Requests per second by the color that answered, for the public and the office, over {:.0} seconds and the \
         phases {}; short bursts beyond the scale are cut off. {} of {} requests failed.",
        scene.seconds,
        names.join(", "),
        grouped(scene.total.failed),
        grouped(scene.total.requests)
    )
}
