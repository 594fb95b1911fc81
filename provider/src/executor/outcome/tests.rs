//! Where traffic is said to be left when nobody can look.

use super::*;
use crate::ports::Kind;

fn at(green: u8) -> TrafficSplit {
    TrafficSplit::giving(Color::Green, green).unwrap()
}

fn climbed() -> Vec<Step> {
    [(0, 10), (10, 50)]
        .map(|(from, to)| Step::Shift {
            from: at(from),
            to: at(to),
        })
        .into()
}

fn failure() -> Failure {
    Failure::Port(PortError {
        kind: Kind::Transient,
        doing: "shifting".to_owned(),
        on: "the rule".to_owned(),
        code: None,
        source: None,
    })
}

#[test]
fn a_rolled_back_run_left_traffic_where_it_began() {
    let outcome = Outcome::RolledBack {
        attempted: climbed(),
        why: failure(),
    };
    assert_eq!(outcome.leaves(at(0)), at(0));
}

#[test]
fn an_interrupted_run_left_traffic_at_the_split_it_went_back_to() {
    let left = |back| {
        let outcome = Outcome::Interrupted {
            attempted: climbed(),
            back,
        };
        outcome.leaves(at(0))
    };
    assert_eq!(left(Some(Ok(at(10)))), at(10));
    assert_eq!(left(Some(Err(failure()))), at(50), "it could not go back");
    assert_eq!(left(None), at(50), "it had held");
}

#[test]
fn a_stuck_run_left_traffic_where_it_could_not_leave() {
    let left = |undoing| {
        let outcome = Outcome::Stuck {
            attempted: climbed(),
            why: failure(),
            undoing,
            then: failure(),
        };
        outcome.leaves(at(0))
    };
    let back = Step::Shift {
        from: at(50),
        to: at(0),
    };
    assert_eq!(left(back), at(50));
    let drain = Step::Drain {
        color: Color::Green,
        at_least: 0,
    };
    assert_eq!(left(drain), at(0), "traffic goes back first");
}
