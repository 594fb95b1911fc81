//! Failure order of the executor, against a world in memory that fails, or is stopped, at the nth call.

use super::*;
use crate::ports::{Crew, Fleet, Health, Kind, Pace, PortError, Route, Routing, Traffic};
use crate::progress::{Progress, ProgressFile};
use rollout::{Bake, Color, Deployment, Desired, Observed, PerColor, Plan, Ramp, Step, TrafficSplit, plan};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

mod holds;
mod visits;

const N: u32 = 2;
/// What the target group's health check needs to notice.
const NOTICE: Duration = Duration::from_secs(20);

/// What happens at one changing call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    None,
    /// Refused, nothing changed.
    Refused,
    /// It took effect, but the caller is told that it failed.
    Lost,
    /// The operator stops while it runs; it takes effect.
    Stop,
    /// It takes effect, and this color falls ill.
    Ill(Color),
    /// It takes effect, and autoscaling gives blue so many tasks.
    Grow(u32),
    /// It takes effect, and so many looks at green's health end in such an error.
    Blind(Kind, u32),
    /// It takes effect, so many looks at green's health fail in passing, and those that follow find it ill.
    Unseen(u32),
    /// It takes effect, and green falls ill after so many looks more.
    Fades(u32),
}

#[derive(Debug)]
struct World {
    split: TrafficSplit,
    tasks: PerColor<u32>,
    sick: Option<Color>,
    blind: Option<(Kind, u32)>,
    fades: Option<u32>,
    calls: Vec<String>,
    paces: Vec<Pace>,
    trouble: (usize, Trouble),
    /// A second one.
    later: Option<(usize, Trouble)>,
}

struct Fake {
    world: Mutex<World>,
    stop: CancellationToken,
}

impl Fake {
    fn new(trouble: (usize, Trouble)) -> Fake {
        let world = World {
            split: TrafficSplit::all_to(Color::Blue),
            tasks: PerColor { blue: N, green: 0 },
            sick: None,
            blind: None,
            fades: None,
            calls: Vec::new(),
            paces: Vec::new(),
            trouble,
            later: None,
        };
        Fake {
            world: Mutex::new(world),
            stop: CancellationToken::new(),
        }
    }

    fn change(&self, call: String, act: impl FnOnce(&mut World)) -> Result<(), PortError> {
        let mut world = self.world.lock().unwrap();
        world.calls.push(call.clone());
        let made = world.calls.len();
        let mut troubles = [Some(world.trouble), world.later].into_iter().flatten();
        let now = troubles.find(|(nth, _)| *nth == made);
        let now = now.map_or(Trouble::None, |(_, trouble)| trouble);
        if now != Trouble::Refused {
            act(&mut world);
        }
        match now {
            Trouble::None => Ok(()),
            Trouble::Ill(color) => {
                world.sick = Some(color);
                Ok(())
            }
            Trouble::Grow(to) => {
                world.tasks.blue = to;
                Ok(())
            }
            Trouble::Blind(kind, looks) => {
                world.blind = Some((kind, looks));
                Ok(())
            }
            Trouble::Unseen(looks) => {
                world.blind = Some((Kind::Transient, looks));
                world.sick = Some(Color::Green);
                Ok(())
            }
            Trouble::Fades(looks) => {
                world.fades = Some(looks);
                Ok(())
            }
            Trouble::Stop => {
                self.stop.cancel();
                Ok(())
            }
            Trouble::Refused | Trouble::Lost => Err(failed(Kind::Refused, call)),
        }
    }
}

fn failed(kind: Kind, doing: String) -> PortError {
    PortError {
        kind,
        doing,
        on: "the fake".into(),
        code: None,
        source: None,
    }
}

impl Traffic for Fake {
    async fn routing(&self) -> Result<Routing, PortError> {
        Ok(Routing {
            split: Some(self.world.lock().unwrap().split),
            routes: PerColor::default(),
        })
    }

    async fn set_split(&self, split: TrafficSplit, pace: Pace) -> Result<(), PortError> {
        self.world.lock().unwrap().paces.push(pace);
        self.change(format!("split {split}"), |world| world.split = split)
    }

    async fn health(&self, color: Color) -> Result<Health, PortError> {
        let mut world = self.world.lock().unwrap();
        if let Some((kind, looks)) = &mut world.blind
            && color == Color::Green
            && 0 < *looks
        {
            *looks -= 1;
            return Err(failed(*kind, "looking at green's health in".into()));
        }
        if color == Color::Green {
            match world.fades {
                Some(0) => world.sick = Some(Color::Green),
                Some(looks) => world.fades = Some(looks - 1),
                None => {}
            }
        }
        let healthy = if world.sick == Some(color) {
            0
        } else {
            world.tasks[color]
        };
        Ok(Health {
            healthy,
            ailing: vec![],
        })
    }

    async fn notice(&self, _: Color) -> Result<Duration, PortError> {
        Ok(NOTICE)
    }

    async fn elsewhere(&self, _: Color) -> Result<Vec<Route>, PortError> {
        Ok(Vec::new())
    }

    async fn close_canary(&self, _: Color) -> Result<(), PortError> {
        Ok(())
    }
}

impl Fleet for Fake {
    async fn crews(&self) -> Result<PerColor<Option<Crew>>, PortError> {
        let world = self.world.lock().unwrap();
        Ok(PerColor::from_fn(|color| {
            let tasks = world.tasks[color];
            let version = "web:1".to_owned();
            Some(Crew {
                requested: tasks,
                running: tasks,
                version,
                targets: Vec::new(),
                deployment: Deployment::Settled,
                complaint: None,
            })
        }))
    }

    async fn deploy(&self, color: Color, version: &str) -> Result<(), PortError> {
        self.change(format!("deploy {version} to {color}"), |_| {})
    }

    async fn scale(&self, color: Color, to: u32) -> Result<(), PortError> {
        self.change(format!("scale {color} to {to}"), |world| world.tasks[color] = to)
    }
}

/// A straight deploy in two steps that retires blue: every kind of changing call.
fn everything() -> Plan {
    ending(Bake::For(Duration::ZERO))
}

fn ending(last: Bake) -> Plan {
    let observed = Observed {
        split: TrafficSplit::all_to(Color::Blue),
        requested: PerColor {
            blue: Some(N),
            green: Some(0),
        },
        healthy: PerColor { blue: N, green: 0 },
        canary_open: PerColor::default(),
    };
    let desired = Desired {
        split: TrafficSplit::all_to(Color::Green),
        capacity: PerColor {
            blue: Some(0),
            green: Some(N),
        },
        prove: None,
        resized: false,
    };
    let ramp = [Ramp {
        percent: 10,
        bake: Duration::from_secs(60),
    }];
    plan(
        &observed,
        &desired,
        Some((Color::Green, "web:2".into())),
        Color::Green,
        &ramp,
        last,
        N,
    )
}

fn silent() -> Progress {
    ProgressFile::default().of("web", || jiff::Timestamp::UNIX_EPOCH)
}

fn around<'a>(fake: &'a Fake, limits: Limits, progress: &'a Progress) -> Surroundings<'a, Fake, Fake> {
    Surroundings {
        traffic: fake,
        fleet: fake,
        limits,
        smoke: None,
        progress,
        stop: &fake.stop,
    }
}

async fn go(fake: &Fake) -> Outcome {
    go_by(fake, &everything()).await
}

async fn go_by(fake: &Fake, plan: &Plan) -> Outcome {
    let limits = Limits {
        health: Duration::from_secs(600),
        drain: Duration::from_secs(10),
    };
    run(
        plan,
        TrafficSplit::all_to(Color::Blue),
        around(fake, limits, &silent()),
    )
    .await
}

/// Calls: deploy, scale green up, shift 10, shift 100, scale blue down.
const CALLS: usize = 5;
const ADVANCING: usize = 4;

#[tokio::test(start_paused = true)]
async fn runs_in_the_only_safe_order() {
    let fake = Fake::new((0, Trouble::None));
    assert!(matches!(go(&fake).await, Outcome::Reached { unsettled: None }));
    let calls = fake.world.lock().unwrap().calls.join("\n");
    insta::assert_snapshot!(calls, @r"
    deploy web:2 to green
    scale green to 2
    split blue 90%, green 10%
    split blue 0%, green 100%
    scale blue to 0
    ");
}

#[tokio::test(start_paused = true)]
async fn a_failure_while_advancing_puts_traffic_and_counts_back_whether_or_not_the_call_landed() {
    for nth in 1..=ADVANCING {
        for trouble in [Trouble::Refused, Trouble::Lost] {
            let fake = Fake::new((nth, trouble));
            let outcome = go(&fake).await;
            assert!(
                matches!(outcome, Outcome::RolledBack { .. }),
                "call {nth} {trouble:?}: {outcome:?}"
            );
            let world = fake.world.lock().unwrap();
            assert_eq!(
                world.split,
                TrafficSplit::all_to(Color::Blue),
                "call {nth} {trouble:?}"
            );
            assert_eq!(
                world.tasks,
                PerColor { blue: N, green: 0 },
                "call {nth} {trouble:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_way_back_does_not_wait_for_its_turn() {
    for trouble in [Trouble::Refused, Trouble::Stop] {
        let fake = Fake::new((ADVANCING, trouble));
        go(&fake).await;
        let paces = fake.world.lock().unwrap().paces.clone();
        assert_eq!(
            paces,
            [Pace::Measured, Pace::Measured, Pace::AtOnce],
            "{trouble:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_cleanup_is_not_a_failed_release() {
    let fake = Fake::new((CALLS, Trouble::Refused));
    let outcome = go(&fake).await;
    let Outcome::Reached {
        unsettled:
            Some((
                Step::Scale {
                    color: Color::Blue, ..
                },
                _,
            )),
    } = outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        fake.world.lock().unwrap().split,
        TrafficSplit::all_to(Color::Green)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_any_call_makes_at_most_one_more_and_leaves_a_held_split() {
    let held = [
        TrafficSplit::all_to(Color::Blue),
        TrafficSplit::giving(Color::Green, 10).unwrap(),
    ];
    for nth in 1..=ADVANCING {
        let fake = Fake::new((nth, Trouble::Stop));
        let outcome = go(&fake).await;
        assert!(
            matches!(outcome, Outcome::Interrupted { .. }),
            "call {nth}: {outcome:?}"
        );
        let world = fake.world.lock().unwrap();
        assert!(world.calls.len() <= nth + 1, "call {nth}: {:?}", world.calls);
        let expected = if nth < ADVANCING { held[0] } else { held[1] };
        assert_eq!(world.split, expected, "call {nth}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_color_that_never_becomes_healthy_is_a_verdict_at_the_deadline() {
    let fake = Fake::new((0, Trouble::None));
    fake.world.lock().unwrap().sick = Some(Color::Green);
    let began = tokio::time::Instant::now();
    let outcome = go(&fake).await;
    let Outcome::RolledBack {
        why: Failure::Verdict(blocker),
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(blocker.to_string(), "green has 0 of 2 healthy targets");
    assert!(Duration::from_secs(600) <= began.elapsed());
    let world = fake.world.lock().unwrap();
    assert!(
        world.calls.iter().all(|call| !call.starts_with("split")),
        "traffic moved: {:?}",
        world.calls
    );
    assert_eq!(world.tasks.green, 0);
}

#[tokio::test(start_paused = true)]
async fn a_way_back_that_fails_too_asks_for_a_person() {
    let fake = Fake::new((0, Trouble::None));
    fake.world.lock().unwrap().sick = Some(Color::Green);
    // The third call is the scale-down of the way back.
    fake.world.lock().unwrap().trouble = (3, Trouble::Refused);
    let outcome = go(&fake).await;
    assert!(
        matches!(
            outcome,
            Outcome::Stuck {
                undoing: Step::Scale {
                    color: Color::Green,
                    ..
                },
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_color_that_falls_ill_under_its_new_traffic_loses_it_within_seconds() {
    // The third call gives green 10 % under a minute's bake, the fourth everything and no bake at all.
    for nth in [3, 4] {
        let fake = Fake::new((nth, Trouble::Ill(Color::Green)));
        let began = tokio::time::Instant::now();
        let outcome = go(&fake).await;
        let Outcome::RolledBack {
            why: Failure::Verdict(_),
            ..
        } = &outcome
        else {
            panic!("call {nth}: {outcome:?}")
        };
        let world = fake.world.lock().unwrap();
        assert_eq!(world.split, TrafficSplit::all_to(Color::Blue), "call {nth}");
        assert_eq!(world.tasks.blue, N, "call {nth}: blue was given up");
        let bakes = if nth == 3 { 0 } else { 60 };
        assert!(
            began.elapsed() < Duration::from_secs(bakes + 20),
            "call {nth}: took {:?}",
            began.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_losing_color_falling_ill_is_no_verdict_on_the_winner() {
    let fake = Fake::new((3, Trouble::Ill(Color::Blue)));
    let outcome = go(&fake).await;
    assert!(
        matches!(outcome, Outcome::Reached { unsettled: None }),
        "{outcome:?}"
    );
    assert_eq!(
        fake.world.lock().unwrap().split,
        TrafficSplit::all_to(Color::Green)
    );
}

#[tokio::test(start_paused = true)]
async fn the_former_color_is_not_given_up_for_one_that_fell_ill_while_it_drained() {
    let fake = Fake::new((0, Trouble::None));
    let plan = Plan {
        advance: vec![],
        settle: vec![
            Step::Drain {
                color: Color::Blue,
                at_least: N,
            },
            Step::Scale {
                color: Color::Blue,
                from: N,
                to: 0,
            },
        ],
    };
    fake.world.lock().unwrap().split = TrafficSplit::all_to(Color::Green);
    fake.world.lock().unwrap().sick = Some(Color::Green);
    let limits = Limits {
        health: Duration::from_secs(60),
        drain: Duration::from_secs(10),
    };
    let outcome = run(
        &plan,
        TrafficSplit::all_to(Color::Green),
        around(&fake, limits, &silent()),
    )
    .await;
    assert!(
        matches!(
            outcome,
            Outcome::Reached {
                unsettled: Some((Step::Drain { .. }, _))
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(fake.world.lock().unwrap().tasks.blue, N);
}
