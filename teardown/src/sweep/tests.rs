//! The order works: whatever order among free steps is taken, AWS's refusals are never met, and no rule is revoked
//! without need.

use super::*;
use crate::inventory::Reference;
use crate::judge::judge;
use crate::test_world::*;
use proptest::prelude::*;

fn sweep(world: &World) -> Sweep {
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    Sweep::of(&world.inventory, &judgement, &world.policy)
}

/// Deletes as AWS does: refuses a security group that another one names or that is on an interface which is not
/// released, and a target group that is in use. Takes free steps in the order that `pick` says.
fn play(world: &World, sweep: &Sweep, pick: &[usize]) -> Result<(), String> {
    let mut rules: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for group in &world.inventory.security_groups.items {
        for reference in &group.references {
            rules.insert(&reference.rule, (&group.id, &reference.peer));
        }
    }
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut released = false;
    let mut picks = pick.iter().cycle();
    while done.len() < sweep.nodes.len() {
        let free: Vec<usize> = (0..sweep.nodes.len())
            .filter(|at| !done.contains(at) && sweep.nodes[*at].after.iter().all(|it| done.contains(it)))
            .collect();
        let at = *free
            .get(picks.next().unwrap() % free.len().max(1))
            .ok_or("a circle")?;
        match &sweep.nodes[at].step {
            Step::Unprotect { .. } => {}
            Step::DeleteLoadBalancer { load_balancer } => drop(gone.insert(load_balancer)),
            Step::DeleteTargetGroup { target_group } => {
                let group = world.inventory.target_groups.items.iter();
                let group = group.filter(|group| group.arn == *target_group);
                if let Some(user) = group
                    .flat_map(|group| &group.load_balancers)
                    .find(|arn| !gone.contains(arn.as_str()))
                {
                    return Err(format!("{target_group} is in use by {user}"));
                }
            }
            Step::AwaitRelease { load_balancers } => {
                released = load_balancers.iter().all(|arn| gone.contains(arn.as_str()));
            }
            Step::RevokeRules { rules: which, .. } => {
                for rule in which {
                    rules
                        .remove(rule.as_str())
                        .ok_or(format!("{rule} is revoked twice"))?;
                }
            }
            Step::DeleteSecurityGroup { security_group } => {
                let named = rules
                    .values()
                    .find(|(owner, peer)| peer == security_group && owner != security_group);
                if let Some((owner, _)) = named {
                    return Err(format!("{owner} names {security_group}"));
                }
                let interfaces = world.inventory.interfaces.items.iter();
                if !released
                    && interfaces
                        .flat_map(|interface| &interface.security_groups)
                        .any(|id| id == security_group)
                {
                    return Err(format!("{security_group} is on an interface"));
                }
                rules.retain(|_, (owner, _)| *owner != security_group.as_str());
            }
        }
        done.insert(at);
    }
    Ok(())
}

fn revoked(sweep: &Sweep) -> Vec<&str> {
    let rules = sweep.nodes.iter().filter_map(|node| match &node.step {
        Step::RevokeRules { rules, .. } => Some(rules),
        _ => None,
    });
    rules.flatten().map(String::as_str).collect()
}

fn name(world: &mut World, owner: &str, peer: &str) {
    let groups = world.inventory.security_groups.items.iter_mut();
    for group in groups.filter(|group| group.id == owner) {
        let rule = format!("sgr-{owner}-{peer}");
        if !group.references.iter().any(|reference| reference.rule == rule) {
            group.references.push(Reference {
                rule,
                direction: Direction::Ingress,
                peer: peer.into(),
            });
        }
    }
}

/// `n` more groups that a classic load balancer of the cloud controller left, which is gone itself.
fn leftovers(world: &mut World, n: usize) -> Vec<String> {
    (0..n)
        .map(|at| {
            let id = format!("sg-left-{at}");
            let balancer = format!("a00000000000040008000000000000{at:02}");
            world.inventory.security_groups.items.push(group(
                &id,
                &format!("k8s-elb-{balancer}"),
                &format!("Security group for Kubernetes ELB {balancer} (shop/web)"),
                &[("kubernetes.io/cluster/prod", "owned")],
            ));
            id
        })
        .collect()
}

#[test]
fn the_sweep_of_what_a_cluster_left() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&sweep(&World::new())).unwrap());
}

#[test]
fn the_same_world_in_another_order_gives_the_same_sweep() {
    let mut world = World::new();
    leftovers(&mut world, 4);
    let before = sweep(&world);
    world.inventory.security_groups.items.reverse();
    world.inventory.interfaces.items.reverse();
    assert_eq!(sweep(&world), before);
}

#[test]
fn nothing_to_delete_is_nothing_to_do() {
    let mut world = World::new();
    world.cluster(crate::inventory::Cluster::Found("ACTIVE".into()));
    assert!(sweep(&world).is_empty());
}

#[test]
fn a_chain_is_deleted_from_its_beginning_and_a_circle_loses_one_rule() {
    for n in 2..=6 {
        let mut world = World::new();
        let ids = leftovers(&mut world, n);
        for pair in ids.windows(2) {
            name(&mut world, &pair[0], &pair[1]);
        }
        let chain = sweep(&world);
        play(&world, &chain, &[0]).unwrap();
        let before = revoked(&chain).len();
        name(&mut world, &ids[n - 1], &ids[0]);
        let circle = sweep(&world);
        play(&world, &circle, &[0]).unwrap();
        assert_eq!(revoked(&circle).len(), before + 1, "a circle of {n}");
    }
}

#[test]
fn a_group_that_stays_loses_only_the_rules_that_name_what_goes() {
    let mut world = World::new();
    name(&mut world, NODE_SG, EKS_SG);
    name(&mut world, EKS_SG, NODE_SG);
    let mut rules = revoked(&sweep(&world))
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    rules.sort_unstable();
    assert_eq!(rules, ["sgr-nodes-sg-back", "sgr-nodes-sg-classic"]);
}

proptest! {
    #[test]
    fn no_order_of_free_steps_meets_a_refusal(
        names in prop::collection::vec((0_usize..11, 0_usize..11), 0..40),
        pick in prop::collection::vec(0_usize..50, 1..30),
    ) {
        let mut world = World::new();
        let mut ids = leftovers(&mut world, 6);
        ids.extend([CLASSIC_SG, FRONT_SG, BACK_SG, NODE_SG, EKS_SG].map(str::to_owned));
        for (owner, peer) in names {
            name(&mut world, &ids[owner], &ids[peer]);
        }
        let sweep = sweep(&world);
        prop_assert!(sweep.nodes.iter().enumerate().all(|(at, node)| node.after.iter().all(|it| *it < at)));
        prop_assert_eq!(play(&world, &sweep, &pick), Ok(()));
        // Whatever stays keeps its rules among what stays.
        let kept: BTreeSet<String> = [NODE_SG, EKS_SG].iter().flat_map(|one| {
            [NODE_SG, EKS_SG].iter().map(move |two| format!("sgr-{one}-{two}"))
        }).collect();
        prop_assert!(revoked(&sweep).iter().all(|rule| !kept.contains(*rule)));
    }
}
