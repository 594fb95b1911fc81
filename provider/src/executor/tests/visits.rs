//! The smoke check and the floor that moves, against the same world in memory.

use super::*;
use crate::ports::Visitor;
use tfplugin::async_trait;

/// Answers what the nth request (from 0) gets; `None` is no answer.
struct Scripted {
    asked: Mutex<usize>,
    answer: fn(usize) -> Option<u16>,
}

impl Scripted {
    fn new(answer: fn(usize) -> Option<u16>) -> Scripted {
        Scripted {
            asked: Mutex::default(),
            answer,
        }
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

#[async_trait]
impl Visitor for Scripted {
    async fn visit(&self) -> Result<u16, PortError> {
        let mut asked = self.asked.lock().unwrap();
        let nth = *asked;
        *asked += 1;
        (self.answer)(nth).ok_or_else(|| PortError {
            kind: Kind::Transient,
            doing: "asking".into(),
            on: self.asks(),
            code: None,
            source: None,
        })
    }

    fn asks(&self) -> String {
        "GET http://shop/".into()
    }
}

const COUNT: u32 = 3;

async fn smoked(fake: &Fake, visitor: &Scripted) -> Outcome {
    let limits = Limits {
        health: Duration::from_secs(60),
        drain: Duration::from_secs(10),
    };
    let progress = silent();
    let around = Surroundings {
        smoke: Some(Smoke {
            visitor,
            candidate: Color::Green,
            status: 200,
            count: COUNT,
        }),
        ..around(fake, limits, &progress)
    };
    let plan = everything().with_smoke(Color::Green);
    run(&plan, TrafficSplit::all_to(Color::Blue), around).await
}

fn back(fake: &Fake) -> (TrafficSplit, PerColor<u32>) {
    let world = fake.world.lock().unwrap();
    (world.split, world.tasks)
}

fn before() -> (TrafficSplit, PerColor<u32>) {
    (TrafficSplit::all_to(Color::Blue), PerColor { blue: N, green: 0 })
}

#[tokio::test(start_paused = true)]
async fn every_step_and_every_look_of_a_bake_is_checked() {
    let (fake, visitor) = (Fake::new((0, Trouble::None)), Scripted::new(|_| Some(200)));
    let outcome = smoked(&fake, &visitor).await;
    assert!(
        matches!(outcome, Outcome::Reached { unsettled: None }),
        "{outcome:?}"
    );
    // Before, at 10 % and at 100 %; and a bake of a minute has a dozen looks at least.
    assert!(3 * COUNT as usize + 12 < visitor.asked(), "{}", visitor.asked());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_answer_before_anything_moves_blames_nobody() {
    let (fake, visitor) = (Fake::new((0, Trouble::None)), Scripted::new(|_| Some(404)));
    let outcome = smoked(&fake, &visitor).await;
    let Outcome::RolledBack { why, .. } = &outcome else {
        panic!("{outcome:?}");
    };
    assert!(matches!(why, Failure::Smoke { got: 404, .. }), "{why:?}");
    assert_eq!(back(&fake), before());
    assert!(fake.world.lock().unwrap().paces.is_empty(), "traffic was moved");
}

#[tokio::test(start_paused = true)]
async fn one_wrong_answer_at_any_time_after_the_first_move_is_a_verdict_and_traffic_goes_back() {
    // The first one of a step, the last one of a step, and one in the middle of a bake.
    let wrong: [fn(usize) -> Option<u16>; 3] = [
        |nth| Some(if nth == 3 { 500 } else { 200 }),
        |nth| Some(if nth == 5 { 500 } else { 200 }),
        |nth| Some(if nth == 12 { 500 } else { 200 }),
    ];
    for answer in wrong {
        let (fake, visitor) = (Fake::new((0, Trouble::None)), Scripted::new(answer));
        let outcome = smoked(&fake, &visitor).await;
        let Outcome::RolledBack { why, .. } = &outcome else {
            panic!("{outcome:?}");
        };
        let Failure::Verdict(blocker) = why else {
            panic!("{why:?}");
        };
        assert_eq!(blocker.color(), Color::Green);
        assert_eq!(back(&fake), before());
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_asked_again_and_then_goes_back_without_blame() {
    let (fake, visitor) = (
        Fake::new((0, Trouble::None)),
        Scripted::new(|nth| (nth % 2 == 1).then_some(200)),
    );
    let outcome = smoked(&fake, &visitor).await;
    assert!(
        matches!(outcome, Outcome::Reached { unsettled: None }),
        "{outcome:?}"
    );

    let (fake, visitor) = (
        Fake::new((0, Trouble::None)),
        Scripted::new(|nth| (nth < 4).then_some(200)),
    );
    let outcome = smoked(&fake, &visitor).await;
    assert!(
        matches!(
            outcome,
            Outcome::RolledBack {
                why: Failure::Port(_),
                ..
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(back(&fake), before());
}

#[tokio::test(start_paused = true)]
async fn a_color_grows_with_the_one_it_takes_over_from_before_its_share_grows() {
    // Autoscaling acts right after green got 10 %.
    let fake = Fake::new((3, Trouble::Grow(5)));
    assert!(matches!(go(&fake).await, Outcome::Reached { unsettled: None }));
    let calls = fake.world.lock().unwrap().calls.join("\n");
    insta::assert_snapshot!(calls, @r"
    deploy web:2 to green
    scale green to 2
    split blue 90%, green 10%
    scale green to 5
    split blue 0%, green 100%
    scale blue to 0
    ");
}

#[tokio::test(start_paused = true)]
async fn what_was_grown_on_the_way_is_put_back_too() {
    // The move to 100 % is refused, after green grew.
    let fake = Fake::new((3, Trouble::Grow(5)));
    fake.world.lock().unwrap().later = Some((5, Trouble::Refused));
    let outcome = go(&fake).await;
    assert!(matches!(outcome, Outcome::RolledBack { .. }), "{outcome:?}");
    assert_eq!(back(&fake).1.green, 0);
    let calls = fake.world.lock().unwrap().calls.clone();
    let scaled = calls.iter().filter(|call| call.starts_with("scale green to 0"));
    assert_eq!(scaled.count(), 1, "{calls:?}");
}
