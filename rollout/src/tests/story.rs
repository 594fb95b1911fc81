//! Eight flag combinations × every prior state × every release, as one golden table. Read it as documentation.

use crate::*;
use std::fmt::Write;
use std::time::Duration;

const N: u32 = 2;
const LAST: Bake = Bake::For(Duration::ZERO);

struct Prior {
    name: &'static str,
    facts: Facts,
    phase: Phase,
    requested: PerColor<Option<u32>>,
    flags: Flags,
    release: &'static str,
}

fn flags(bits: u8) -> Flags {
    Flags {
        enable_canary: bits & 4 != 0,
        activate_canary: bits & 2 != 0,
        promote_to_all: bits & 1 != 0,
    }
}

fn prior(
    name: &'static str,
    green: Option<&str>,
    failed: bool,
    (share, canary): (u8, bool),
    tasks: (u32, u32),
    phase: Phase,
    bits: u8,
) -> Prior {
    Prior {
        name,
        facts: Facts {
            cycle: Cycle {
                stable: Color::Blue,
                held: PerColor {
                    blue: Some("v1".into()),
                    green: green.map(str::to_owned),
                },
                failed: failed.then(|| "v2".into()),
            },
            split: TrafficSplit::giving(Color::Green, share).unwrap(),
            versions: PerColor {
                blue: Some("web:1".into()),
                green: green.map(|_| "web:2".into()),
            },
            canary_open: PerColor {
                blue: false,
                green: canary,
            },
        },
        phase,
        requested: PerColor {
            blue: Some(tasks.0),
            green: Some(tasks.1),
        },
        flags: flags(bits),
        release: green.map_or("v1", |_| "v2"),
    }
}

fn priors() -> Vec<Prior> {
    let v2 = Some("v2");
    vec![
        prior("fresh", None, false, (0, false), (2, 0), Phase::Stable, 0b000),
        prior("warm", v2, false, (0, false), (2, 2), Phase::Warm, 0b100),
        prior("canary", v2, false, (0, true), (2, 2), Phase::Canary, 0b110),
        prior(
            "promoted",
            v2,
            false,
            (100, false),
            (2, 2),
            Phase::Promoted,
            0b101,
        ),
        prior("mid-ramp", v2, false, (10, false), (2, 2), Phase::Canary, 0b110),
        prior(
            "failed release",
            v2,
            true,
            (0, false),
            (2, 0),
            Phase::Stable,
            0b100,
        ),
        prior("rolled back", v2, false, (0, false), (2, 0), Phase::Stable, 0b000),
    ]
}

fn tell(prior: &Prior, asked: Flags, label: &str, release: Option<&str>) -> String {
    let phase = match asked.phase() {
        Ok(phase) => phase,
        Err(contradiction) => return format!("contradiction: {contradiction}"),
    };
    let version = match release {
        Some(release) => Version::Known(release.replace('v', "web:")),
        None => Version::Unmanaged,
    };
    let ask = Ask {
        phase,
        release: release.map(str::to_owned),
        version,
        version_edited: false,
        retry: false,
    };
    let intent = match resolve(&ask, &prior.facts) {
        Ok(intent) => intent,
        Err(refusal) => return format!("refused: {refusal}"),
    };
    let sizing = Sizing {
        desired_count: N,
        resized: false,
        requested: prior.requested,
        keep_stable: true,
    };
    let desired = desired(&intent, 0, prior.facts.split, Some(&sizing));
    let ramp = [
        Ramp {
            percent: 10,
            bake: Duration::from_secs(60),
        },
        Ramp {
            percent: 50,
            bake: Duration::ZERO,
        },
    ];
    let change = Change {
        intent: &intent,
        release,
        before: prior.facts.split,
        phase_before: prior.phase,
        requested: prior.requested,
        desired: &desired,
        ramp: &ramp,
        canary_open: prior.facts.canary_open,
        repeated: label == "same" && asked == prior.flags,
    };
    let observed = Observed {
        split: prior.facts.split,
        requested: prior.requested,
        healthy: PerColor::from_fn(|c| prior.requested[c].unwrap_or(0)),
        canary_open: prior.facts.canary_open,
    };
    let deploy = intent.deploy.clone().map(|(color, version)| match version {
        Version::Known(version) => (color, version),
        other => panic!("the table only deploys known versions, got {other:?}"),
    });
    let plan = plan(
        &observed,
        &desired,
        deploy,
        intent.cycle.candidate(),
        &ramp,
        LAST,
        N,
    );
    let mut text = format!("{} | {}", intent.phase, change.sentence());
    for (name, steps) in [("advance", &plan.advance), ("settle", &plan.settle)] {
        if !steps.is_empty() {
            let steps: Vec<String> = steps.iter().map(show).collect();
            write!(text, "\n      {name}: {}", steps.join(" · ")).unwrap();
        }
    }
    text
}

fn show(step: &Step) -> String {
    match step {
        Step::CloseCanary { color } => format!("close canary {color}"),
        Step::Deploy { color, version } => format!("deploy {version} to {color}"),
        Step::Scale { color, from, to } => format!("scale {color} {from}→{to}"),
        Step::AwaitHealthy { color, at_least } => format!("await {color} {at_least} healthy"),
        Step::Smoke { color } => format!("smoke before {color}"),
        Step::KeepUp { color, at_least, .. } => format!("keep {color} up, {at_least} at least"),
        Step::Shift { to, .. } => format!("shift to {to}"),
        Step::Hold {
            bake: Bake::For(bake),
            ..
        } => format!("hold {}s", bake.as_secs()),
        Step::Hold { .. } => "hold until checks tell".to_owned(),
        Step::Drain { color, .. } => format!("drain {color}"),
    }
}

#[test]
fn every_flag_row_from_every_state_for_every_release() {
    let mut table = String::new();
    let mut rows = 0;
    for prior in priors() {
        let g = prior.facts.split;
        writeln!(
            table,
            "\n== {}: {g}; blue holds v1, green holds {}; tasks {}/{}\n",
            prior.name,
            prior.facts.cycle.held.green.as_deref().unwrap_or("nothing"),
            prior.requested.blue.unwrap(),
            prior.requested.green.unwrap(),
        )
        .unwrap();
        for bits in 0..8u8 {
            let asked = flags(bits);
            let releases = [
                ("same", Some(prior.release)),
                ("stable's", Some("v1")),
                ("candidate's", Some("v2")),
                ("new", Some("v3")),
                ("none", None),
            ];
            let row = format!("{}{}{}", bits >> 2 & 1, bits >> 1 & 1, bits & 1);
            // In a fresh state no candidate holds anything: v2 is then simply another new name.
            let told = releases.map(|(label, release)| tell(&prior, asked, label, release));
            rows += told.len();
            if told.iter().all(|line| *line == told[0]) {
                writeln!(table, "{row} any release: {}", told[0]).unwrap();
                continue;
            }
            for ((label, release), told) in releases.iter().zip(told) {
                writeln!(table, "{row} {label} ({}): {told}", release.unwrap_or("-")).unwrap();
            }
        }
    }
    assert_eq!(rows, 8 * 7 * 5);
    insta::assert_snapshot!("flag_table", table);
}

#[test]
fn a_first_apply_serves_at_once_or_says_why_not() {
    let mut table = String::new();
    for bits in 0..8u8 {
        for release in [Some("v1"), None] {
            let told = match flags(bits).phase() {
                Err(contradiction) => format!("contradiction: {contradiction}"),
                Ok(phase) => match first(phase, release, Color::Blue) {
                    None => "refused".into(),
                    Some(intent) => format!("stable {}, {} serves 100%", intent.cycle.stable, intent.live()),
                },
            };
            let row = format!("{}{}{}", bits >> 2 & 1, bits >> 1 & 1, bits & 1);
            writeln!(table, "{row} ({}): {told}", release.unwrap_or("-")).unwrap();
        }
    }
    insta::assert_snapshot!("first_apply", table);
}
