//! What a run deletes, in which order, and what it leaves alone.

use crate::answers::{Answer, Call};
use crate::cloud::{Cloud, RELEASE, alb, arn};
use crate::wire::{Fate, Trouble, Wire};
use crate::{Applied, look};
use std::collections::BTreeSet;
use std::time::Duration;
use teardown::execute::{Holder, Outcome, Stop};
use teardown::exit::Exit;
use teardown::judge::Policy;
use tokio::time::Instant;

pub fn deleted(wire: &Wire) -> BTreeSet<String> {
    let changed = wire.changed().into_iter();
    changed.filter(|id| !id.starts_with("sgr-")).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_that_was_left_goes_and_nothing_else() {
    let wire = Wire::new(Cloud::left());
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let began = Instant::now();
    let done = applied.done(&wire).await;
    assert_eq!(done.exit(), Exit::Clean, "{done:?}");
    assert_eq!(deleted(&wire), Cloud::orphans());
    wire.change(|cloud| {
        let left: Vec<_> = cloud.groups.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(left, ["sg-default", "sg-nodes", "sg-eks"]);
        assert!(
            cloud.groups[1].rules.is_empty(),
            "only the rules that named what went"
        );
        assert!(cloud.present().is_empty());
    });
    assert!(
        began.elapsed() < RELEASE + Duration::from_secs(17),
        "at most one interval too long"
    );
    teardown::audit::verify(&applied.audit.text()).unwrap();

    let before = wire.changed().len();
    let again = applied.done(&wire).await;
    assert_eq!(
        (again.exit(), wire.changed().len()),
        (Exit::Clean, before),
        "a second time changes nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn whatever_has_changed_since_the_plan_is_left_alone() {
    type Change = fn(&mut Cloud);
    let classic = arn("loadbalancer", crate::cloud::CLASSIC);
    let changes: [(&str, Change, String); 8] = [
        (
            "tag",
            |it| drop(it.classic[0].tags.insert("team".into(), "shop".into())),
            classic.clone(),
        ),
        (
            "time of creation",
            |it| it.classic[0].created = "2026-02-01T00:00:00Z".into(),
            classic.clone(),
        ),
        (
            "security groups",
            |it| it.classic[0].groups.push("sg-nodes".into()),
            classic.clone(),
        ),
        (
            "tag",
            |it| drop(it.modern[0].tags.insert("team".into(), "shop".into())),
            alb(),
        ),
        (
            "tag",
            |it| drop(it.targets[0].tags.insert("team".into(), "shop".into())),
            arn("targetgroup", "web/0123456789abcdef"),
        ),
        (
            "user",
            |it| it.targets[0].balancers.push(arn("loadbalancer", "app/other/1")),
            arn("targetgroup", "web/0123456789abcdef"),
        ),
        (
            "owner",
            |it| it.groups[3].owner = "999999999999".into(),
            "sg-classic".into(),
        ),
        (
            "description",
            |it| it.groups[4].description.push('!'),
            "sg-front".into(),
        ),
    ];
    for (what, change, id) in changes {
        let wire = Wire::new(Cloud::left());
        let applied = Applied::planned(&wire, &Policy::default()).await;
        wire.change(change);
        let done = applied.done(&wire).await;
        assert!(
            matches!(done.objects[&id], Outcome::Drifted(_)),
            "{what} of {id}: {:?}",
            done.objects[&id]
        );
        assert!(!deleted(&wire).contains(&id), "{what} of {id}");
        assert_eq!(done.exit(), Exit::Partial, "{what} of {id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_right_before_the_delete_is_seen() {
    // Later than the run's first look, earlier than the look before the delete.
    let wire = Wire::new(Cloud::left());
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let other = wire.clone();
    let (done, ()) = tokio::join!(applied.done(&wire), async move {
        #[expect(
            clippy::disallowed_methods,
            reason = "after the four waves of the first look, in paused time"
        )]
        tokio::time::sleep(Duration::from_millis(205)).await;
        other.change(|cloud| cloud.modern[0].tags.insert("team".into(), "shop".into()));
    });
    assert!(matches!(done.objects[&alb()], Outcome::Drifted(_)), "{done:?}");
    assert!(!deleted(&wire).contains(&alb()));
    assert!(!deleted(&wire).contains("sg-front"), "it is still on what stays");
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_makes_it_again_ends_the_run() {
    let mut cloud = Cloud::left();
    cloud.controller = true;
    let wire = Wire::new(cloud);
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let done = applied.done(&wire).await;
    assert!(matches!(done.stop, Some(Stop::ControllerAlive(_))), "{done:?}");
    assert_eq!(done.exit(), Exit::Partial);
    let classic = wire
        .changed()
        .into_iter()
        .filter(|id| id.ends_with(crate::cloud::CLASSIC));
    assert_eq!(classic.count(), 1, "it is not deleted a second time");
    assert!(!deleted(&wire).contains("sg-classic"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_named_with_its_remedy_and_what_hangs_on_it_stays() {
    let mut cloud = Cloud::left();
    cloud.held.insert(alb());
    let wire = Wire::new(cloud);
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let began = Instant::now();
    let done = applied.done(&wire).await;
    let took = began.elapsed();
    assert!(
        took < RELEASE + Duration::from_secs(17),
        "it waits for what nobody releases: {took:?}"
    );
    match &done.objects[&alb()] {
        Outcome::Refused(blocker) => assert_eq!(blocker.holder, Holder::Service),
        other => panic!("{other:?}"),
    }
    let gone = [
        arn("loadbalancer", crate::cloud::CLASSIC),
        "sg-classic".to_owned(),
    ];
    assert_eq!(deleted(&wire), gone.into());
    assert_eq!(done.exit(), Exit::Partial);
}

#[tokio::test(start_paused = true)]
async fn protection_is_taken_off_only_where_that_was_allowed() {
    let mut cloud = Cloud::left();
    cloud.modern[0].protected = true;
    let policy = Policy {
        unprotect: [alb()].into(),
        ..Policy::default()
    };
    let wire = Wire::new(cloud);
    let done = Applied::planned(&wire, &policy).await.done(&wire).await;
    assert_eq!(done.exit(), Exit::Clean, "{done:?}");
    assert_eq!(deleted(&wire), Cloud::orphans());
    assert!(look(&wire).await.unwrap().modern.items.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stop_begins_no_call() {
    let wire = Wire::new(Cloud::left());
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let stop = applied.stop.clone();
    let (done, calls) = tokio::join!(applied.run(&wire), async {
        #[expect(
            clippy::disallowed_methods,
            reason = "while the load balancers are deleted, in paused time"
        )]
        tokio::time::sleep(Duration::from_millis(275)).await;
        stop.cancel();
        wire.calls().len()
    });
    let done = done.unwrap().unwrap();
    assert_eq!(
        (done.stop.clone(), done.exit()),
        (Some(Stop::Operator), Exit::Partial),
        "{done:?}"
    );
    // Those under way were finished: one for each load balancer.
    assert!(wire.calls().len() <= calls + 2, "{:?}", &wire.calls()[calls..]);
}

/// Somebody makes the classic load balancer anew after it was looked at, while its tags can't be read yet.
#[derive(Debug, Default)]
struct Slow {
    refused: u32,
}

impl Fate for Slow {
    fn before(&mut self, call: &Call, cloud: &mut Cloud) -> Option<Trouble> {
        let tags = call.action.ends_with("DescribeTags") && call.version == "2012-06-01";
        if !tags || 9 <= self.refused {
            return None;
        }
        self.refused += 1;
        if self.refused == 9 {
            cloud.classic[0].created = "2024-02-01T00:00:00Z".to_owned();
        }
        Some(Trouble::Throttled)
    }

    fn after(&mut self, _: &Call, _: &Answer, _: &Cloud) {}
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_long_before_the_tags_is_looked_at_again() {
    let wire = Wire::new(Cloud::left());
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let other = wire.clone();
    let (done, ()) = tokio::join!(applied.done(&wire), async move {
        #[expect(
            clippy::disallowed_methods,
            reason = "after the four waves of the first look, in paused time"
        )]
        tokio::time::sleep(Duration::from_millis(205)).await;
        other.befalls(Slow::default());
    });
    let classic = arn("loadbalancer", crate::cloud::CLASSIC);
    assert!(!deleted(&wire).contains(&classic));
    assert!(matches!(done.objects[&classic], Outcome::Drifted(_)), "{done:?}");
}
