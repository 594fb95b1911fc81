//! What each rule is called, why it is there, and what it means by default. `explain` and the reports print this.

use crate::policy::Level;

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    UnknownOutcome,
    RefusedByApply,
    PhaseOrder,
    FailedRelease,
    ColdRollback,
    Freeze,
    OneAtATime,
    PromotionAlone,
    EcsServiceFields,
    LiveParts,
    CanaryOpenToAll,
    CanaryOverlap,
    CanaryPriorities,
    UnguardedDestroy,
    Drift,
    PartialPlan,
}

/// The documentation of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    pub id: &'static str,
    /// What it demands.
    pub demands: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What to do about a finding.
    pub mend: &'static str,
    pub level: Level,
    /// The label that waives it unless the policy names another.
    pub label: Option<&'static str>,
}

impl Rule {
    pub const ALL: [Rule; 16] = [
        Rule::UnknownOutcome,
        Rule::RefusedByApply,
        Rule::PhaseOrder,
        Rule::FailedRelease,
        Rule::ColdRollback,
        Rule::Freeze,
        Rule::OneAtATime,
        Rule::PromotionAlone,
        Rule::EcsServiceFields,
        Rule::LiveParts,
        Rule::CanaryOpenToAll,
        Rule::CanaryOverlap,
        Rule::CanaryPriorities,
        Rule::UnguardedDestroy,
        Rule::Drift,
        Rule::PartialPlan,
    ];

    /// The rule with this id.
    pub fn parse(id: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.id() == id)
    }

    pub fn id(self) -> &'static str {
        self.doc().id
    }

    pub fn doc(self) -> &'static Doc {
        match self {
            Rule::UnknownOutcome => &Doc {
                id: "unknown-outcome",
                demands: "The plan says which phase, live color and traffic each service will have, and whom each open canary lets in.",
                reason: "Terraform writes \"known after apply\" where a value depends on something that is not made yet. A review of such a plan reviews nothing: whatever comes out is applied without a second look. So a value that hides the outcome counts as a failure, never as a pass.",
                mend: "Give flags, release and audiences as variables or literals, not as attributes of resources that change in the same plan; or apply what they depend on first.",
                level: Level::Error,
                label: None,
            },
            Rule::RefusedByApply => &Doc {
                id: "refused-by-apply",
                demands: "Apply will not refuse what the plan asks for.",
                reason: "What the state forbids is only a warning of `terraform plan`, since an error there would lock `terraform destroy` too. Apply then fails before its first call. A pipeline should say so on the pull request, not after the merge.",
                mend: "The sentence says which flag or release to change.",
                level: Level::Error,
                label: None,
            },
            Rule::PhaseOrder => &Doc {
                id: "phase-order",
                demands: "A release has been warm and in the canary, each in an apply of its own, before it is promoted.",
                reason: "Each stage proves something that the next one relies on: warm proves that the version starts and is healthy, the canary that people can use it. The provider can skip both in one apply and says so in the plan; whether that is acceptable is a decision of the team. The phase before is taken from the state that the plan was made from. Rollbacks and aborts are always in order.",
                mend: "Apply enable_canary = true alone, then activate_canary = true, then promote_to_all = true. `through` names the stages that are demanded.",
                level: Level::Error,
                label: None,
            },
            Rule::FailedRelease => &Doc {
                id: "failed-release",
                demands: "A release that failed its verdict is not promoted again.",
                reason: "Traffic went back because checks said so. A new retry_token lets the provider try once more; promoting on that try repeats the failure in front of everybody if nothing was mended.",
                mend: "Mend it and give it a new release name, or take it through the canary again with a new retry_token.",
                level: Level::Error,
                label: None,
            },
            Rule::ColdRollback => &Doc {
                id: "cold-rollback",
                demands: "A rollback to a color that has to be started first carries a label.",
                reason: "The former color is at 0 tasks, so going back takes as long as starting and proving it, and traffic stays on the broken version meanwhile. Somebody should know that before they wait for it.",
                mend: "Give the run the label, or roll forward. A longer rollback_window keeps the way back warm next time.",
                level: Level::Error,
                label: Some("cold-rollback"),
            },
            Rule::Freeze => &Doc {
                id: "freeze",
                demands: "No release takes a step forward within a freeze window.",
                reason: "Windows are times in which nobody is there to watch. They are told by the clock of the zone that the policy names, summer time included, whatever the clock of the runner says. Rollbacks, aborts and clean-up go through at any time. Without windows in the policy the rule finds nothing.",
                mend: "Wait for the end of the window, or give the run the label that the policy names.",
                level: Level::Error,
                label: None,
            },
            Rule::OneAtATime => &Doc {
                id: "one-at-a-time",
                demands: "At most `at_most` services take a step forward in one plan.",
                reason: "If two services move in one apply and errors rise, nobody can tell which of them it was, and Terraform goes on with the other one. New services, rollbacks, aborts and clean-up are not counted: going back is never made to queue.",
                mend: "Release one service at a time, or raise `at_most`.",
                level: Level::Error,
                label: None,
            },
            Rule::PromotionAlone => &Doc {
                id: "promotion-alone",
                demands: "While a release is promoted, nothing else changes.",
                reason: "A promotion is undone by its flags. A changed security group or listener is not, and Terraform may apply it between two steps of the ramp, so that its effects look like those of the release. Resources of bluegreen and the types in `beside` may change.",
                mend: "Apply the other changes before or after the promotion, in a plan of their own.",
                level: Level::Error,
                label: None,
            },
            Rule::EcsServiceFields => &Doc {
                id: "ecs-service-fields",
                demands: "No plan changes desired_count or task_definition of an aws_ecs_service that a bluegreen_service names, and none replaces or destroys it.",
                reason: "Two owners of one field undo each other: the AWS provider would deploy to both colors at once, or scale a live color to what stands in the configuration, past every gate.",
                mend: "Put lifecycle { ignore_changes = [desired_count, task_definition] } on both aws_ecs_service.",
                level: Level::Error,
                label: None,
            },
            Rule::LiveParts => &Doc {
                id: "live-parts",
                demands: "Nothing that serves is replaced or destroyed: the live color's target group and ECS service, the listener, its load balancer, the rule, the bluegreen_service itself.",
                reason: "Each of them drops requests the moment it goes, and a replacement of one is easily overlooked among other changes. A service that is destroyed is reported once; its parts go with it.",
                mend: "Change what is idle first and move traffic there. For an environment that shall go away, name a label in the policy and give it to that run.",
                level: Level::Error,
                label: None,
            },
            Rule::CanaryOpenToAll => &Doc {
                id: "canary-open-to-all",
                demands: "A canary rule is for some, not for everybody.",
                reason: "0.0.0.0/0, a path of /* or a header of * match each request: that is a promotion without steps, without a bake and without its checks. A range counts as everybody if it is wider than shortest_ipv4 or shortest_ipv6, or if the ranges of a rule together are. A rule is open if none of its conditions narrows it.",
                mend: "Name narrower ranges, add a header, or use canary_weight or promote_to_all for what they are there for.",
                level: Level::Error,
                label: None,
            },
            Rule::CanaryOverlap => &Doc {
                id: "canary-overlap",
                demands: "No address is in two canary rules.",
                reason: "Where two rules match, the lower priority answers: who moves one audience moves a part of the other, and removing a range from one rule leaves its addresses in the canary. Rules of different services are compared too if those match the same requests on one listener.",
                mend: "Give each range to one bluegreen_canary_rule.",
                level: Level::Error,
                label: None,
            },
            Rule::CanaryPriorities => &Doc {
                id: "canary-priorities",
                demands: "No two canary rules take the same priority, and none takes that of a service.",
                reason: "AWS allows few values per rule, so a large audience takes priority, priority − 1, …; those are reserved even while the canary is closed. Two that meet would move each other aside at every apply.",
                mend: "Leave as many priorities free below each canary rule as its `priorities` shows.",
                level: Level::Error,
                label: None,
            },
            Rule::UnguardedDestroy => &Doc {
                id: "unguarded-destroy",
                demands: "No VPC and no EKS cluster is destroyed without a bluegreen_vpc_guard for it.",
                reason: "Load balancers that Kubernetes made are in no state. They hold network interfaces in the subnets, and the destroy of the VPC hangs for 20 minutes and fails, half done.",
                mend: "Add a bluegreen_vpc_guard and apply it first, or run bluegreen-teardown before the destroy.",
                level: Level::Error,
                label: None,
            },
            Rule::Drift => &Doc {
                id: "drift",
                demands: "What was applied last is still true.",
                reason: "Nobody asks for anything new, and still traffic, capacity or the rule differ: somebody moved them by hand, or an apply was cut short. The plan puts it back, which may surprise whoever moved it. Clean-up that a rollback window has put off is something else, and never found here.",
                mend: "Find out who moved it; if that was right, ask for it with the flags instead.",
                level: Level::Warn,
                label: None,
            },
            Rule::PartialPlan => &Doc {
                id: "partial-plan",
                demands: "The plan is of the whole configuration.",
                reason: "With -target, or with deferred changes, this verdict is about a part: services that the plan leaves out are judged by their state alone.",
                mend: "Plan without -target.",
                level: Level::Warn,
                label: None,
            },
        }
    }
}
