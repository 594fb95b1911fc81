//! Every way a run can end is said as its schema allows, and in words.

use super::*;
use crate::execute::{Holder, Proof};
use crate::judge::judge;
use crate::report::json::tests::check;
use crate::report::json::text;
use crate::test_world::*;

fn header() -> Header {
    Header {
        account: "123456789012".into(),
        region: "eu-central-1".into(),
        vpc: "vpc-1".into(),
        made_at: "2026-01-01T12:00:00Z".parse().unwrap(),
        valid_until: "2026-01-01T13:00:00Z".parse().unwrap(),
        states: [].into(),
    }
}

fn done(stop: Option<Stop>) -> Done {
    let world = World::new();
    let outcomes = [
        Outcome::Deleted,
        Outcome::AlreadyGone,
        Outcome::Drifted("it has changed since the plan was made".into()),
        Outcome::Unproven("EKS could not be asked".into()),
        Outcome::Refused(Blocker {
            holder: Holder::Service,
            said: "ResourceInUse".into(),
            remedy: "delete the endpoint service first".into(),
        }),
        Outcome::NotReached("the run was stopped".into()),
    ];
    let ids = [ALB, CLASSIC, TARGET_GROUP, BACK_SG, CLASSIC_SG, FRONT_SG];
    let step = Step::DeleteSecurityGroup {
        security_group: FRONT_SG.into(),
    };
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    Done {
        objects: ids
            .iter()
            .map(|id| (*id).to_owned())
            .zip(outcomes.clone())
            .collect(),
        steps: vec![(step, outcomes[5].clone())],
        proof: match stop {
            None => Ok(Proof {
                inventory: world.inventory,
                judgement,
            }),
            Some(_) => Err("the run was stopped".into()),
        },
        stop,
    }
}

#[test]
fn every_end_is_what_the_schema_says() {
    let stops = [
        None,
        Some(Stop::Operator),
        Some(Stop::ControllerAlive("Service shop/web".into())),
        Some(Stop::Unrecorded("no space left".into())),
    ];
    for stop in stops {
        let applied = Applied::new(&header(), &Policy::default(), &done(stop));
        check("apply.schema.json", &text(&applied).unwrap());
    }
}

#[test]
fn every_end_in_words() {
    let applied = Applied::new(&header(), &Policy::default(), &done(Some(Stop::Operator)));
    insta::assert_snapshot!(applied.text());
}
