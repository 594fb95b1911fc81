//! The rules, one by one, on a small VPC: a cluster that is gone has left a classic load balancer with its security
//! group, and an ALB with target group and security groups.

use super::*;
use crate::exit::Exit;
use crate::inventory::Reading;
use crate::sweep::{Step, Sweep};
use crate::test_world::*;

fn verdict_of(world: &World, id: &str) -> Verdict {
    judged(world, id).verdict
}

fn judged(world: &World, id: &str) -> Judged {
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    let found = judgement.objects.into_iter().find(|judged| judged.id == id);
    found.unwrap_or_else(|| panic!("{id} was not judged"))
}

fn blockers(world: &World, id: &str) -> String {
    match verdict_of(world, id) {
        Verdict::Blocked(blockers) => {
            let all: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
            all.join("\n")
        }
        other => panic!("{id} is {other:?}"),
    }
}

fn kept(world: &World, id: &str) -> Keep {
    match verdict_of(world, id) {
        Verdict::Kept(keep) => keep,
        other => panic!("{id} is {other:?}"),
    }
}

/// Everything the gone cluster left, and nothing else.
const LEFT: [&str; 6] = [CLASSIC, ALB, TARGET_GROUP, CLASSIC_SG, FRONT_SG, BACK_SG];

#[test]
fn what_a_gone_cluster_left_is_an_orphan_with_the_highest_evidence() {
    let world = World::new();
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    let orphans: BTreeSet<&str> = judgement.orphans().map(|judged| judged.id.as_str()).collect();
    assert_eq!(orphans, BTreeSet::from(LEFT));
    assert!(
        judgement
            .orphans()
            .all(|judged| judged.evidence.level == Level::E4)
    );
    assert!(!judgement.is_blocked());
}

#[test]
fn a_living_cluster_keeps_everything() {
    let mut world = World::new();
    world.cluster(Cluster::Found("ACTIVE".into()));
    for id in LEFT {
        assert!(matches!(kept(&world, id), Keep::Live(_)), "{id}");
    }
    // Its nodes' interfaces outlive the answer of EKS by a moment.
    let mut world = World::new();
    world.interface("eni-cni", "aws-K8S-i-0123", &[NODE_SG]).in_use = true;
    for id in LEFT {
        assert!(matches!(kept(&world, id), Keep::Live(_)), "{id}");
    }
    // A leaked one is no sign of life.
    let mut world = World::new();
    world.interface("eni-cni", "aws-K8S-i-0123", &[NODE_SG]).in_use = false;
    assert_eq!(verdict_of(&world, CLASSIC), Verdict::Orphan);
}

#[test]
fn not_found_proves_nothing_of_a_cluster_that_never_was_one_of_eks_here() {
    let mut world = World::new();
    world
        .inventory
        .security_groups
        .items
        .retain(|group| group.id != EKS_SG);
    assert!(blockers(&world, CLASSIC).contains("name it with --cluster"));
    world.policy.said.clusters.insert("prod".into());
    assert_eq!(verdict_of(&world, CLASSIC), Verdict::Orphan);
}

#[test]
fn a_cluster_that_could_not_be_asked_for_leaves_everything_unknown() {
    let mut world = World::new();
    world.cluster(Cluster::Unread("AccessDenied".into()));
    for id in LEFT {
        let verdict = verdict_of(&world, id);
        assert!(
            matches!(&verdict, Verdict::Unknown(why) if why.contains("AccessDenied")),
            "{id}: {verdict:?}"
        );
    }
    // The operator's word is taken only for a cluster that the state knows.
    world.policy.said.destroyed.insert("prod".into());
    assert!(matches!(verdict_of(&world, CLASSIC), Verdict::Unknown(_)));
    world.state(r#"{"type":"aws_eks_cluster","mode":"managed","name":"main","instances":[{"attributes":{"name":"prod"}}]}"#);
    assert_eq!(verdict_of(&world, CLASSIC), Verdict::Orphan);
    // Interfaces that nobody could list may be those of a cluster that lives after all.
    world.inventory.interfaces.gap = Some("AccessDenied".into());
    for id in LEFT {
        assert!(!verdict_of(&world, id).is_orphan(), "{id}");
    }
}

#[test]
fn clusters_that_were_not_named_are_left_alone_alive_or_not() {
    let mut world = World::new();
    world.policy.said.clusters.insert("other".into());
    for life in [Cluster::NotFound, Cluster::Found("ACTIVE".into())] {
        world.cluster(life);
        for id in LEFT {
            assert!(matches!(kept(&world, id), Keep::NotNamed(_)), "{id}");
        }
        let judgement = judge(&world.inventory, &world.managed, &world.policy);
        assert_eq!(Exit::of(&judgement), Exit::Clean);
    }
}

#[test]
fn a_living_cluster_that_nobody_excluded_is_in_the_way() {
    let mut world = World::new();
    world.cluster(Cluster::Found("ACTIVE".into()));
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    assert_eq!(judgement.living().count(), LEFT.len());
    assert!(!judgement.is_blocked(), "nothing that is to go is held");
    assert_eq!(Exit::of(&judgement), Exit::Blocked);
}

#[test]
fn what_terraform_manages_is_kept_whatever_its_tags_say() {
    for (resource, id) in [
        (
            r#"{"type":"aws_elb","mode":"managed","name":"x","instances":[{"attributes":{"name":"a0123456789ab4def8123456789abcde"}}]}"#,
            CLASSIC,
        ),
        (
            r#"{"type":"aws_lb","mode":"managed","name":"x","instances":[{"attributes":{"arn":"ALB"}}]}"#,
            ALB,
        ),
        (
            r#"{"type":"aws_security_group","mode":"managed","name":"x","instances":[{"attributes":{"id":"sg-front"}}]}"#,
            FRONT_SG,
        ),
        (
            r#"{"type":"aws_lb_target_group","mode":"managed","name":"x","instances":[{"attributes":{"arn":"TG"}}]}"#,
            TARGET_GROUP,
        ),
    ] {
        let mut world = World::new();
        world.state(&resource.replace("ALB", ALB).replace("TG", TARGET_GROUP));
        assert!(
            matches!(kept(&world, id), Keep::Managed(address) if address.ends_with(".x")),
            "{id}"
        );
    }
}

#[test]
fn a_keep_tag_and_cloudformation_keep() {
    for tag in [KEEP, "aws:cloudformation:stack-name"] {
        let mut world = World::new();
        world.tag(CLASSIC, tag, "");
        assert!(matches!(kept(&world, CLASSIC), Keep::Protected(_)), "{tag}");
    }
}

#[test]
fn tags_that_were_not_read_leave_it_unknown() {
    let mut world = World::new();
    world.inventory.classic.items[0].tags = Reading::Unread("Throttling".into());
    assert!(matches!(verdict_of(&world, CLASSIC), Verdict::Unknown(why) if why.contains("Throttling")));
    // And the group that is on it stays with it.
    assert!(blockers(&world, CLASSIC_SG).contains("stays"));
}

#[test]
fn a_listing_with_a_gap_lets_nothing_of_its_kind_go() {
    type Gap = fn(&mut Inventory);
    let all: [(Gap, &[&str]); 6] = [
        (|it| it.subnets.gap = Some("page 2".into()), &LEFT),
        (|it| it.classic.gap = Some("page 2".into()), &[CLASSIC]),
        (|it| it.modern.gap = Some("page 2".into()), &[ALB]),
        (|it| it.target_groups.gap = Some("page 2".into()), &[TARGET_GROUP]),
        (
            |it| it.security_groups.gap = Some("page 2".into()),
            &[CLASSIC_SG, FRONT_SG, BACK_SG],
        ),
        (|it| it.interfaces.gap = Some("page 2".into()), &LEFT),
    ];
    for (gap, ids) in all {
        let mut world = World::new();
        gap(&mut world.inventory);
        for id in ids {
            assert!(!verdict_of(&world, id).is_orphan(), "{id}");
        }
        assert!(judge(&world.inventory, &world.managed, &world.policy).is_blocked());
    }
}

#[test]
fn a_name_that_does_not_follow_from_the_tags_is_too_little() {
    let mut world = World::new();
    world.inventory.modern.items[0].name = "k8s-shop-web-0000000000".into();
    let judged = judged(&world, ALB);
    assert_eq!(judged.evidence.level, Level::E2);
    assert!(blockers(&world, ALB).contains("E2, E4 is needed: its name would be k8s-shop-web-"));
    // What is tied to it stays too.
    assert!(blockers(&world, TARGET_GROUP).contains("uses it and stays"));
    assert!(blockers(&world, FRONT_SG).contains("eni-alb"));
}

#[test]
fn an_interface_where_the_balancer_is_not_speaks_against_it() {
    let mut world = World::new();
    world.find_interface("eni-classic").subnet = "subnet-elsewhere".into();
    assert!(blockers(&world, CLASSIC).contains("subnet-elsewhere"));
    let mut world = World::new();
    world
        .find_interface("eni-classic")
        .security_groups
        .push(NODE_SG.into());
    assert!(blockers(&world, CLASSIC).contains(NODE_SG));
}

#[test]
fn a_group_on_anything_else_stays() {
    let mut world = World::new();
    world.interface("eni-mine", "a user's", &[CLASSIC_SG]).in_use = true;
    assert!(blockers(&world, CLASSIC_SG).contains("eni-mine"));
    // A description is no proof of whose interface it is.
    let mut world = World::new();
    let description = format!("ELB {CLASSIC_NAME}");
    let forged = world.interface("eni-forged", &description, &[CLASSIC_SG]);
    (forged.in_use, forged.requester_managed) = (true, false);
    assert!(blockers(&world, CLASSIC_SG).contains("eni-forged"));
}

#[test]
fn a_users_group_with_the_clusters_tag_is_never_touched() {
    let world = World::new();
    for id in [NODE_SG, EKS_SG, "sg-default"] {
        assert!(matches!(kept(&world, id), Keep::Foreign(_)), "{id}");
    }
}

#[test]
fn a_shared_vpc_blocks_everything() {
    let mut world = World::new();
    world.inventory.vpc.owner = "999999999999".into();
    for id in LEFT {
        assert!(blockers(&world, id).contains("999999999999"), "{id}");
    }
    let mut world = World::new();
    world.inventory.subnets.items[1].owner = "999999999999".into();
    assert!(blockers(&world, ALB).contains("subnet-b"));
}

#[test]
fn deletion_protection_blocks_until_it_is_allowed_to_be_taken_off() {
    let mut world = World::new();
    world.inventory.modern.items[0].protected = Some(true);
    assert!(blockers(&world, ALB).contains("deletion protection is on"));
    world.policy.unprotect.insert(ALB.into());
    assert_eq!(verdict_of(&world, ALB), Verdict::Orphan);
    let sweep = sweep(&world);
    assert_eq!(
        sweep.nodes[at(
            &sweep,
            &Step::Unprotect {
                load_balancer: ALB.into()
            }
        )]
        .after,
        [0; 0]
    );
}

#[test]
fn what_the_operator_keeps_stays_and_so_does_what_belongs_to_it() {
    for name in [CLASSIC, CLASSIC_NAME] {
        let mut world = World::new();
        world.policy.keep.insert(name.into());
        assert!(matches!(kept(&world, CLASSIC), Keep::Protected(_)), "{name}");
        assert!(blockers(&world, CLASSIC_SG).contains("stays"));
        assert_eq!(verdict_of(&world, ALB), Verdict::Orphan);
    }
    let mut world = World::new();
    world.policy.keep.insert(CLASSIC_SG.into());
    assert!(matches!(kept(&world, CLASSIC_SG), Keep::Protected(_)));
}

#[test]
fn a_tag_that_no_controller_writes_keeps_only_where_that_was_asked_for() {
    let mut world = World::new();
    world.tag(CLASSIC, "team", "shop");
    assert_eq!(verdict_of(&world, CLASSIC), Verdict::Orphan);
    world.policy.other_tags = OtherTags::Keep;
    match kept(&world, CLASSIC) {
        Keep::Protected(why) => assert!(why.contains("team"), "{why}"),
        other => panic!("{other:?}"),
    }
    // Everything else carries its controller's tags alone.
    for id in LEFT.into_iter().filter(|id| ![CLASSIC, CLASSIC_SG].contains(id)) {
        assert_eq!(verdict_of(&world, id), Verdict::Orphan, "{id}");
    }
}

#[test]
fn an_endpoint_service_blocks_by_name() {
    let mut world = World::new();
    world
        .inventory
        .endpoint_services
        .items
        .push(crate::inventory::EndpointService {
            id: "vpce-svc-1".into(),
            load_balancers: vec![ALB.into()],
        });
    assert!(blockers(&world, ALB).contains("vpce-svc-1"));
}

#[test]
fn two_claims_block() {
    let mut world = World::new();
    world.tag(CLASSIC, "kubernetes.io/cluster/other", "owned");
    assert!(blockers(&world, CLASSIC).contains("more than one claims it"));
}

#[test]
fn an_interface_of_a_balancer_that_is_not_listed_is_told() {
    let mut world = World::new();
    world.elb_interface("eni-ghost", "app/gone/0123456789abcdef", &[]);
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    assert_eq!(judgement.ghosts, ["eni-ghost (ELB app/gone/0123456789abcdef)"]);
    assert!(judgement.is_blocked());
}

fn sweep(world: &World) -> Sweep {
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    Sweep::of(&world.inventory, &judgement, &world.policy)
}

fn at(sweep: &Sweep, step: &Step) -> usize {
    let found = sweep.nodes.iter().position(|node| node.step == *step);
    found.unwrap_or_else(|| panic!("{step:?} is not in {sweep:#?}"))
}
