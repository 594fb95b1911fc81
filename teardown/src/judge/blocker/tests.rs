//! Every reason is said with what it is about, and every one has a remedy that can be followed.

use super::*;

#[test]
fn every_reason_and_what_would_have_to_change() {
    let blockers = [
        Blocker::Conflict("tags of one and of another".into()),
        Blocker::ForeignNetwork {
            what: "the VPC".into(),
            owner: "999999999999".into(),
            caller: "123456789012".into(),
        },
        Blocker::ForeignObject("999999999999".into()),
        Blocker::Incomplete {
            what: "target groups",
            why: "AccessDenied".into(),
        },
        Blocker::EndpointService("vpce-svc-1".into()),
        Blocker::DeletionProtection("arn:lb".into()),
        Blocker::Young {
            made_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            needed: SignedDuration::from_mins(10),
        },
        Blocker::InterfaceStays {
            id: "eni-1".into(),
            description: "Lambda".into(),
        },
        Blocker::MakerStays("arn:lb".into()),
        Blocker::UserStays("arn:lb".into()),
        Blocker::Weak {
            level: Level::E1,
            needed: Level::E4,
            lacks: "no tags".into(),
        },
        Blocker::Weak {
            level: Level::E3,
            needed: Level::E4,
            lacks: "cluster prod is alive".into(),
        },
    ];
    let lines = blockers.map(|blocker| format!("{blocker}\n  > {}\n", blocker.remedy()));
    insta::assert_snapshot!(lines.concat());
}
