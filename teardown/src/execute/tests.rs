//! What a run's outcomes amount to, and that it can run within any task.

use super::*;
use crate::test_world::World;

#[test]
fn a_run_can_be_sent_to_another_thread() {
    fn sent<T: Send>(_: impl FnOnce(&'static Aws, Job<'static>) -> T) {}
    sent(|aws, job| execute(aws, job));
}

fn done(outcome: Outcome) -> Done {
    let mut world = World::new();
    world.inventory.classic.items.clear();
    world.inventory.modern.items.clear();
    world.inventory.target_groups.items.clear();
    world.inventory.security_groups.items.clear();
    world.inventory.interfaces.items.clear();
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    Done {
        objects: [("a".to_owned(), outcome)].into(),
        steps: Vec::new(),
        stop: None,
        proof: Ok(Proof {
            inventory: world.inventory,
            judgement,
        }),
    }
}

#[test]
fn the_exit_says_what_was_left() {
    let refused = Outcome::Refused(Blocker {
        holder: Holder::Other,
        said: String::new(),
        remedy: String::new(),
    });
    for (outcome, exit) in [
        (Outcome::Deleted, Exit::Clean),
        (Outcome::AlreadyGone, Exit::Clean),
        (Outcome::Drifted(String::new()), Exit::Partial),
        (refused, Exit::Partial),
        (Outcome::NotReached(String::new()), Exit::Partial),
        (Outcome::Unproven(String::new()), Exit::Blocked),
    ] {
        assert_eq!(done(outcome.clone()).exit(), exit, "{outcome:?}");
    }
    let unproven = Outcome::Unproven(String::new());
    let mut some = done(Outcome::Deleted);
    some.objects.insert("b".to_owned(), unproven);
    assert_eq!(some.exit(), Exit::Partial, "a part was done");
    let mut blind = done(Outcome::Deleted);
    blind.proof = Err("throttled".to_owned());
    assert_eq!(blind.exit(), Exit::Blocked, "without proof it is not clean");
    let mut stopped = done(Outcome::Deleted);
    stopped.stop = Some(Stop::Operator);
    assert_eq!(stopped.exit(), Exit::Partial);
}
