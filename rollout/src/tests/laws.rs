//! The laws of a rollout over a small model world: exhaustively where it is finite, by random walks where not.

use crate::*;
use proptest::prelude::*;
use std::time::Duration;

const N: u32 = 2;

/// A load balancer and a fleet that do what they are told, and object to what is unsafe.
#[derive(Clone, Debug, PartialEq)]
struct World {
    now: Observed,
    versions: PerColor<Option<String>>,
}

impl World {
    /// Runs one forward step, asserting the order law.
    fn run(&mut self, step: &Step, floor: u32) {
        let now = &mut self.now;
        match step {
            Step::CloseCanary { color } => now.canary_open[*color] = false,
            Step::Deploy { color, version } => {
                assert_eq!(now.split.share(*color), 0, "deployed {version} under traffic");
                assert!(!now.canary_open[*color], "deployed {version} under a canary rule");
                self.versions[*color] = Some(version.clone());
                now.healthy[*color] = 0;
            }
            Step::Scale { color, from, to } => {
                assert_eq!(now.requested[*color], Some(*from), "stale from in {step:?}");
                if to < from {
                    let serves = 0 < now.split.share(*color) || now.canary_open[*color];
                    assert!(!serves, "shrank a serving color: {step:?}");
                }
                now.requested[*color] = Some(*to);
                now.healthy[*color] = now.healthy[*color].min(*to);
            }
            Step::AwaitHealthy { color, at_least } => {
                if let Some(requested) = now.requested[*color] {
                    assert!(*at_least <= requested, "{step:?} can never open: {now:?}");
                    now.healthy[*color] = requested;
                } else {
                    now.healthy[*color] = now.healthy[*color].max(*at_least);
                }
            }
            Step::Smoke { .. } => {}
            Step::KeepUp { color, of, at_least } => {
                // Where nothing changed since the plan was made, there is nothing to keep up with.
                let need = now.healthy[*of].max(*at_least);
                assert!(need <= now.healthy[*color], "{step:?} would scale: {now:?}");
            }
            Step::Shift { from, to } => {
                assert_eq!(now.split, *from);
                for color in Color::BOTH {
                    if now.split.share(color) < to.share(color) {
                        assert!(
                            floor <= now.healthy[color],
                            "raised traffic to short {color}: {now:?}"
                        );
                    }
                }
                now.split = *to;
            }
            Step::Hold {
                at, color, at_least, ..
            } => {
                assert_eq!(now.split, *at);
                assert!(*at_least <= now.healthy[*color], "held an unproven {color}");
            }
            Step::Drain { color, at_least } => {
                assert_eq!(now.split.share(*color), 0, "drained a serving color");
                // Waits for the other color, which must be able to get there.
                let other = color.other();
                let requested = now.requested[other].unwrap_or(u32::MAX);
                assert!(*at_least <= requested, "{step:?} can never open: {now:?}");
                now.healthy[other] = now.healthy[other].max(*at_least);
            }
        }
    }

    /// Runs one step of the way back, which may meet a step that did not land.
    fn undo(&mut self, step: &Step) {
        match step {
            Step::Shift { to, .. } => self.now.split = *to,
            Step::Scale { color, to, .. } => self.now.requested[*color] = Some(*to),
            Step::Drain { color, .. } => {
                assert_eq!(self.now.split.share(*color), 0, "drained a serving color")
            }
            other => panic!("{other:?} is not a way back"),
        }
    }
}

fn splits() -> impl Iterator<Item = TrafficSplit> {
    [0u8, 1, 10, 50, 99, 100]
        .into_iter()
        .filter_map(|g| TrafficSplit::giving(Color::Green, g))
}

fn worlds() -> Vec<World> {
    let mut all = Vec::new();
    for split in splits() {
        for blue in [0, 2, 5] {
            for green in [0, 2, 5] {
                for hb in [0, blue / 2, blue] {
                    for hg in [0, green / 2, green] {
                        for canary in [false, true] {
                            all.push(World {
                                now: Observed {
                                    split,
                                    requested: PerColor {
                                        blue: Some(blue),
                                        green: Some(green),
                                    },
                                    healthy: PerColor { blue: hb, green: hg },
                                    canary_open: PerColor {
                                        blue: false,
                                        green: canary,
                                    },
                                },
                                versions: PerColor {
                                    blue: Some("web:1".into()),
                                    green: None,
                                },
                            });
                        }
                    }
                }
            }
        }
    }
    all.dedup();
    all
}

fn asks() -> Vec<Ask> {
    let mut all = Vec::new();
    for phase in [Phase::Stable, Phase::Warm, Phase::Canary, Phase::Promoted] {
        for release in [None, Some("v1"), Some("v2"), Some("v3")] {
            for version in [Version::Unmanaged, Version::Known("web:9".into())] {
                all.push(Ask {
                    phase,
                    release: release.map(str::to_owned),
                    version,
                    version_edited: false,
                    retry: false,
                });
            }
        }
    }
    all
}

fn cycles() -> Vec<Cycle> {
    let mut all = Vec::new();
    for stable in Color::BOTH {
        for candidate in [None, Some("v2")] {
            for failed in [None, Some("v2")] {
                let mut held = PerColor::default();
                held[stable] = Some("v1".to_owned());
                held[stable.other()] = candidate.map(str::to_owned);
                all.push(Cycle {
                    stable,
                    held,
                    failed: failed.map(str::to_owned),
                });
            }
        }
    }
    all
}

/// Everything one apply would be made of.
struct Case {
    world: World,
    intent: Intent,
    desired: Desired,
    plan: Plan,
}

fn ramp() -> [Ramp; 2] {
    [10, 50].map(|percent| Ramp {
        percent,
        bake: Duration::from_secs(1),
    })
}

fn replan(world: &World, intent: &Intent, desired: &Desired, deploy: bool) -> Plan {
    let deploy = match &intent.deploy {
        Some((color, Version::Known(version))) if deploy => Some((*color, version.clone())),
        _ => None,
    };
    plan(
        &world.now,
        desired,
        deploy,
        intent.cycle.candidate(),
        &ramp(),
        Bake::UntilChecksTell,
        N,
    )
}

fn cases(mut each: impl FnMut(Case)) -> u64 {
    let mut count = 0;
    let (worlds, asks) = (worlds(), asks());
    for cycle in cycles() {
        for world in &worlds {
            let facts = Facts {
                cycle: cycle.clone(),
                split: world.now.split,
                versions: world.versions.clone(),
                canary_open: world.now.canary_open,
            };
            for ask in &asks {
                let Ok(intent) = resolve(ask, &facts) else {
                    continue;
                };
                for keep_stable in [false, true] {
                    let sizing = Sizing {
                        desired_count: N,
                        resized: false,
                        requested: world.now.requested,
                        keep_stable,
                    };
                    let desired = desired(&intent, 30, world.now.split, Some(&sizing));
                    let plan = replan(world, &intent, &desired, true);
                    count += 1;
                    each(Case {
                        world: world.clone(),
                        intent: intent.clone(),
                        desired,
                        plan,
                    });
                }
            }
        }
    }
    count
}

#[test]
fn every_plan_arrives_safely_and_planning_again_finds_nothing() {
    let count = cases(
        |Case {
             mut world,
             intent,
             desired,
             plan,
         }| {
            let start = world.clone();
            for step in plan.advance.iter().chain(&plan.settle) {
                world.run(step, N);
            }
            assert_eq!(world.now.split, desired.split, "{start:?} {intent:?} {plan:?}");
            for color in Color::BOTH {
                if let Some(wanted) = desired.capacity[color] {
                    let has = world.now.requested[color].unwrap();
                    assert!(wanted <= has, "{color} asked for {wanted}, has {has}: {start:?}");
                }
            }
            // What took over for a bigger live color may be larger than asked: a floor is not a ceiling. Aim again
            // from there, as the next terraform plan does.
            let sizing = Sizing {
                desired_count: N,
                resized: false,
                requested: world.now.requested,
                keep_stable: desired.capacity[intent.cycle.stable] != Some(0),
            };
            let settled = Intent {
                deploy: None,
                ..intent.clone()
            };
            let again = crate::desired(&settled, 30, world.now.split, Some(&sizing));
            let rest = replan(&world, &settled, &again, false);
            assert!(
                rest.advance.iter().all(|s| !matches!(s, Step::Shift { .. })),
                "not a fixed point: {rest:?}"
            );
            for color in Color::BOTH {
                if let (Some(has), Some(wants)) = (world.now.requested[color], again.capacity[color]) {
                    assert!(
                        wants <= has || desired.capacity != again.capacity,
                        "{start:?} {rest:?}"
                    );
                }
            }
        },
    );
    assert!(10_000 < count, "only {count} plans");
}

#[test]
fn rollback_is_right_whether_or_not_the_failed_step_landed() {
    let mut rollbacks = 0u64;
    cases(
        |Case {
             world: start, plan, ..
         }| {
            for failed in 0..plan.advance.len() {
                for landed in [false, true] {
                    let mut world = start.clone();
                    for step in &plan.advance[..failed] {
                        world.run(step, N);
                    }
                    if landed {
                        world.run(&plan.advance[failed], N);
                    }
                    for step in rollback(&plan.advance[..=failed], start.now.split) {
                        world.undo(&step);
                    }
                    assert_eq!(world.now.split, start.now.split);
                    for color in Color::BOTH {
                        let (has, had) = (world.now.requested[color], start.now.requested[color]);
                        let serves = 0 < start.now.split.share(color);
                        assert!(
                            has == had || (serves && had < has),
                            "{color} had {had:?}, has {has:?}"
                        );
                    }
                    rollbacks += 1;
                }
            }
        },
    );
    assert!(50_000 < rollbacks, "only {rollbacks} rollbacks");
}

#[test]
fn an_interrupt_moves_traffic_at_most_once_and_only_to_a_held_split() {
    cases(
        |Case {
             world: start, plan, ..
         }| {
            for stopped in 0..plan.advance.len() {
                let attempted = &plan.advance[..=stopped];
                let mut held = start.now.split;
                for step in &attempted[..stopped] {
                    if let Step::Hold { at, .. } = step {
                        held = *at;
                    }
                }
                let mut at = held;
                for step in attempted {
                    if let Step::Shift { to, .. } = step {
                        at = *to;
                    }
                }
                match retreat(attempted) {
                    Some(Step::Shift { to, .. }) => assert_eq!(to, held, "{attempted:?}"),
                    None => assert_eq!(at, held, "left at an unproven split: {attempted:?}"),
                    other => panic!("{other:?} is not one move of traffic"),
                }
            }
        },
    );
}

#[test]
fn a_retreat_is_one_move() {
    cases(
        |Case {
             world,
             intent,
             desired,
             plan,
             ..
         }| {
            let candidate = intent.cycle.candidate();
            let shifts = plan
                .advance
                .iter()
                .filter(|s| matches!(s, Step::Shift { .. }))
                .count();
            if desired.split.share(candidate) <= world.now.split.share(candidate) {
                assert!(shifts < 2, "{plan:?}");
            }
        },
    );
}

#[test]
fn a_failed_cleanup_leaves_traffic_where_it_was_asked_to_be() {
    cases(
        |Case {
             world: start,
             desired,
             plan,
             ..
         }| {
            for failed in 0..plan.settle.len() {
                let mut world = start.clone();
                for step in plan.advance.iter().chain(&plan.settle[..failed]) {
                    world.run(step, N);
                }
                assert_eq!(world.now.split, desired.split);
            }
        },
    );
}

#[test]
fn an_empty_color_never_opens_a_gate() {
    for at_least in 0..3 {
        for deployment in [
            Deployment::Settled,
            Deployment::Rolling {
                running: 0,
                wanted: 2,
            },
        ] {
            let evidence = Evidence {
                color: Color::Green,
                healthy: 0,
                ailing: vec![],
                deployment,
            };
            assert!(!matches!(judge(&evidence, at_least), Gate::Open));
        }
    }
    let failed = Deployment::Failed("tasks exited".into());
    let evidence = Evidence {
        color: Color::Green,
        healthy: 9,
        ailing: vec![],
        deployment: failed,
    };
    assert!(
        matches!(judge(&evidence, 1), Gate::Shut(_)),
        "healthy old tasks hid a failed deployment"
    );
}

#[test]
fn weights_never_hide_a_color_that_serves() {
    for blue in [0, 1, 2, 499, 500, 999] {
        for green in [0, 1, 2, 499, 500, 999] {
            match TrafficSplit::from_weights(blue, green) {
                None => assert_eq!((blue, green), (0, 0)),
                Some(split) => {
                    assert_eq!(0 < split.share(Color::Blue), 0 < blue, "{blue}/{green}");
                    assert_eq!(0 < split.share(Color::Green), 0 < green, "{blue}/{green}");
                }
            }
        }
    }
}

proptest! {
    /// Any walk over flags and releases: what is applied can be planned again to nothing, the live color never
    /// changes its version, and a new cycle never moves traffic by itself.
    #[test]
    fn any_walk_over_flags_and_releases_keeps_the_live_version(walk in prop::collection::vec((0u8..8, 0u8..4), 1..24)) {
        let first = first(Phase::Stable, Some("r0"), Color::Blue).unwrap();
        let mut cycle = first.cycle;
        let mut canary = false;
        let mut world = World {
            now: Observed {
                split: TrafficSplit::all_to(Color::Blue),
                requested: PerColor { blue: Some(N), green: Some(0) },
                healthy: PerColor { blue: N, green: 0 },
                canary_open: PerColor::default(),
            },
            versions: PerColor { blue: Some("r0".into()), green: None },
        };
        for (bits, release) in walk {
            let flags = Flags {
                enable_canary: bits & 4 != 0, activate_canary: bits & 2 != 0, promote_to_all: bits & 1 != 0,
            };
            let Ok(phase) = flags.phase() else { continue };
            let name = format!("r{release}");
            let ask = Ask { phase, release: Some(name.clone()), version: Version::Known(name.clone()), version_edited: false, retry: false };
            world.now.canary_open[cycle.candidate()] = canary;
            let facts = Facts {
                cycle: cycle.clone(),
                split: world.now.split,
                versions: world.versions.clone(),
                canary_open: world.now.canary_open,
            };
            let Ok(intent) = resolve(&ask, &facts) else { continue };
            let sizing = Sizing {
                desired_count: N, resized: false, requested: world.now.requested, keep_stable: release % 2 == 0,
            };
            let desired = desired(&intent, 0, world.now.split, Some(&sizing));
            let plan = replan(&world, &intent, &desired, true);
            let live = world.now.split.live().unwrap();
            let version = world.versions[live].clone();
            for step in plan.advance.iter().chain(&plan.settle) {
                world.run(step, N);
            }
            prop_assert_eq!(&world.versions[live], &version, "the live color {} changed its version", live);
            prop_assert!(N <= world.now.healthy[world.now.split.live().unwrap()]);
            cycle = intent.cycle.clone();
            canary = phase == Phase::Canary;
            if phase == Phase::Promoted {
                prop_assert_eq!(world.versions[world.now.split.live().unwrap()].as_deref(), Some(name.as_str()));
            }
            let facts = Facts {
                cycle: cycle.clone(), split: world.now.split, versions: world.versions.clone(),
                canary_open: world.now.canary_open,
            };
            let again = resolve(&ask, &facts).unwrap();
            prop_assert!(!again.new_cycle && again.deploy.is_none() && again.cycle == cycle);
        }
    }
}

#[test]
fn a_way_back_scales_each_color_once_to_where_it_began() {
    let green = Color::Green;
    let scale = |from, to| Step::Scale {
        color: green,
        from,
        to,
    };
    let all = |color| TrafficSplit::all_to(color);
    let shift = Step::Shift {
        from: all(Color::Blue),
        to: all(green),
    };
    let back = rollback(&[scale(0, 2), scale(2, 5), shift], all(Color::Blue));
    let scales: Vec<_> = back
        .iter()
        .filter(|step| matches!(step, Step::Scale { .. }))
        .collect();
    assert_eq!(scales, [&scale(5, 0)]);
}

#[test]
fn a_smoke_check_stands_before_the_first_move_onto_the_candidate_only() {
    cases(|Case { world, plan, .. }| {
        for candidate in Color::BOTH {
            let smoked = plan.clone().with_smoke(candidate);
            let mut at = world.now.split;
            let mut asked = 0;
            for step in &smoked.advance {
                match step {
                    Step::Smoke { .. } => {
                        asked += 1;
                        assert_eq!(at, world.now.split, "asked after a move: {smoked:?}");
                    }
                    Step::Shift { to, .. } => {
                        assert!(
                            at.share(candidate) >= to.share(candidate) || asked == 1,
                            "{smoked:?}"
                        );
                        at = *to;
                    }
                    _ => {}
                }
            }
            assert!(asked <= 1);
        }
    });
}
