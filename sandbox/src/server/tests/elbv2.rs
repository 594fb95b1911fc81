//! ELBv2: what it refuses, and how rules and priorities live.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use super::client::{Api, all, inside};
use super::{eventually, sandbox};

/// Two balancers: the first with a listener on 80, a rule at 10 forwarding to `{a}`, free groups `{b}`…; the second
/// with a listener whose default forwards to `{other}`.
struct Setup {
    names: Vec<(String, String)>,
}

impl Setup {
    async fn new(api: &Api) -> Self {
        let mut names = Vec::new();
        for name in ["lb", "lb2"] {
            let form =
                format!("Name={name}&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222");
            names.push((
                name.into(),
                api.elb_get("CreateLoadBalancer", &form, "LoadBalancerArn").await,
            ));
        }
        for name in ["a", "b", "c", "d", "e", "f", "other"] {
            let form = format!("Name={name}&Protocol=HTTP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip");
            names.push((
                name.into(),
                api.elb_get("CreateTargetGroup", &form, "TargetGroupArn").await,
            ));
        }
        let mut setup = Self { names };
        let fixed = "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
        let form = setup.fill(&format!("LoadBalancerArn={{lb}}&Protocol=HTTP&Port=80&{fixed}"));
        setup.names.push((
            "listener".into(),
            api.elb_get("CreateListener", &form, "ListenerArn").await,
        ));
        let forward = "DefaultActions.member.1.Type=forward&DefaultActions.member.1.TargetGroupArn={other}";
        let form = setup.fill(&format!(
            "LoadBalancerArn={{lb2}}&Protocol=HTTP&Port=80&{forward}"
        ));
        api.elb_get("CreateListener", &form, "ListenerArn").await;
        let form = setup.fill(&format!("ListenerArn={{listener}}&Priority=10&{HOST}&{TO_A}"));
        setup
            .names
            .push(("rule".into(), api.elb_get("CreateRule", &form, "RuleArn").await));
        let (_, rules) = api
            .elb("DescribeRules", &setup.fill("ListenerArn={listener}"))
            .await;
        let default = all(&rules, "RuleArn")[1].to_owned();
        setup.names.push(("default".into(), default));
        setup
    }

    fn fill(&self, form: &str) -> String {
        self.names.iter().fold(form.to_owned(), |form, (name, arn)| {
            form.replace(&format!("{{{name}}}"), arn)
        })
    }
}

const HOST: &str = "Conditions.member.1.Field=host-header&Conditions.member.1.Values.member.1=a.example";
const TO_A: &str = "Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={a}";
const TO_B: &str = "Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={b}";

fn weighted(groups: &[(&str, i64)]) -> String {
    let mut form = "Actions.member.1.Type=forward".to_owned();
    for (index, (group, weight)) in groups.iter().enumerate() {
        let at = format!("Actions.member.1.ForwardConfig.TargetGroups.member.{}", index + 1);
        form += &format!("&{at}.TargetGroupArn={{{group}}}&{at}.Weight={weight}");
    }
    form
}

#[tokio::test]
async fn refuses_what_elbv2_refuses_and_changes_nothing() {
    let (sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    // Nothing else may move while the world is compared with itself.
    eventually(&sandbox, "the balancers are active", async || {
        let (_, xml) = api.elb("DescribeLoadBalancers", "").await;
        (!xml.contains("provisioning")).then_some(())
    })
    .await;
    let rule = |rest: &str| format!("ListenerArn={{listener}}&Priority=20&{rest}");
    let six: String = (2..=6)
        .map(|n| format!("&Conditions.member.1.Values.member.{n}={n}.example"))
        .collect();
    let all_six = weighted(&[("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1), ("f", 1)]);
    let sticky = format!(
        "{}&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=true",
        weighted(&[("b", 1)])
    );
    let group = "Protocol=HTTP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000&TargetType=ip";
    let cases: Vec<(&str, String, &str)> = vec![
        ("CreateLoadBalancer", "Name=lb&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-33333333".into(), "DuplicateLoadBalancerName"),
        ("CreateLoadBalancer", "Name=new&Subnets.member.1=subnet-11111111".into(), "ValidationError"),
        ("CreateLoadBalancer", "Name=-new&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222".into(), "ValidationError"),
        ("CreateLoadBalancer", "Name=n&Type=classic&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222".into(), "ValidationError"),
        ("DescribeLoadBalancers", "Names.member.1=nope".into(), "LoadBalancerNotFound"),
        ("DescribeLoadBalancers", "PageSize=401".into(), "ValidationError"),
        ("DescribeLoadBalancers", "Marker=junk".into(), "ValidationError"),
        ("ModifyLoadBalancerAttributes", "LoadBalancerArn={lb}&Attributes.member.1.Key=x&Attributes.member.1.Value=y".into(), "ValidationError"),
        ("CreateListener", format!("LoadBalancerArn={{lb}}&Protocol=HTTP&Port=80&{}", TO_B.replace("Actions", "DefaultActions")), "DuplicateListener"),
        ("CreateListener", format!("LoadBalancerArn={{lb}}&Protocol=HTTPS&Port=443&{}", TO_B.replace("Actions", "DefaultActions")), "ValidationError"),
        ("CreateListener", format!("LoadBalancerArn=nope&Protocol=HTTP&Port=81&{}", TO_B.replace("Actions", "DefaultActions")), "LoadBalancerNotFound"),
        ("DescribeListeners", "ListenerArns.member.1=nope".into(), "ListenerNotFound"),
        ("CreateRule", format!("ListenerArn={{listener}}&Priority=10&{HOST}&{TO_B}"), "PriorityInUse"),
        ("CreateRule", format!("ListenerArn={{listener}}&Priority=0&{HOST}&{TO_B}"), "ValidationError"),
        ("CreateRule", format!("ListenerArn={{listener}}&Priority=50001&{HOST}&{TO_B}"), "ValidationError"),
        ("CreateRule", format!("ListenerArn=nope&Priority=20&{HOST}&{TO_B}"), "ListenerNotFound"),
        ("CreateRule", rule(TO_B), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}{six}&{TO_B}")), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{}&{TO_B}", HOST.replace("member.1.", "member.2."))), "InvalidConfigurationRequest"),
        ("CreateRule", rule(&format!("{HOST}&Conditions.member.1.HostHeaderConfig.Values.member.1=b&{TO_B}")), "ValidationError"),
        ("CreateRule", rule(&format!("Conditions.member.1.Field=source-ip&Conditions.member.1.SourceIpConfig.Values.member.1=10.0.0.1&{TO_B}")), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn=nope")), "TargetGroupNotFound"),
        ("CreateRule", rule(&format!("{HOST}&{}", weighted(&[("b", 1000)]))), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{}", weighted(&[("b", -1)]))), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{}", weighted(&[("b", 1), ("b", 2)]))), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{all_six}")), "TooManyTargetGroups"),
        ("CreateRule", rule(&format!("{HOST}&{sticky}")), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{}", TO_B.replace("{b}", "{other}"))), "TargetGroupAssociationLimit"),
        ("CreateRule", rule(&format!("{HOST}&{}&Actions.member.1.TargetGroupArn={{c}}", weighted(&[("b", 1)]))), "ValidationError"),
        ("ModifyRule", format!("RuleArn={{rule}}&{}", weighted(&[("a", 1), ("other", 1)])), "TargetGroupAssociationLimit"),
        ("ModifyRule", format!("RuleArn=nope&{TO_B}"), "RuleNotFound"),
        ("ModifyRule", format!("RuleArn={{default}}&{TO_B}"), "OperationNotPermitted"),
        ("DeleteRule", "RuleArn={default}".into(), "OperationNotPermitted"),
        ("SetRulePriorities", "RulePriorities.member.1.RuleArn={default}&RulePriorities.member.1.Priority=3".into(), "OperationNotPermitted"),
        ("DescribeRules", String::new(), "ValidationError"),
        ("DeleteTargetGroup", "TargetGroupArn={a}".into(), "ResourceInUse"),
        ("DeleteTargetGroup", "TargetGroupArn={other}".into(), "ResourceInUse"),
        ("CreateTargetGroup", format!("Name=a&{group}&HealthCheckPath=/x"), "DuplicateTargetGroupName"),
        ("CreateTargetGroup", format!("Name=n&{group}&HealthCheckIntervalSeconds=5&HealthCheckTimeoutSeconds=5"), "ValidationError"),
        ("CreateTargetGroup", format!("Name=n&{group}&HealthyThresholdCount=1"), "ValidationError"),
        ("CreateTargetGroup", format!("Name=n&{group}&Matcher.HttpCode=600"), "ValidationError"),
        ("CreateTargetGroup", "Name=n&Protocol=SCTP&Port=80&VpcId=vpc-0b1ae6f0c0ffee000".into(), "UnsupportedProtocol"),
        ("ModifyTargetGroupAttributes", "TargetGroupArn={a}&Attributes.member.1.Key=deregistration_delay.timeout_seconds&Attributes.member.1.Value=3601".into(), "ValidationError"),
        ("RegisterTargets", "TargetGroupArn={a}&Targets.member.1.Id=i-123".into(), "ValidationError"),
        ("RegisterTargets", "TargetGroupArn=nope&Targets.member.1.Id=127.0.0.1".into(), "TargetGroupNotFound"),
        ("DescribeTags", "ResourceArns.member.1=nope".into(), "ValidationError"),
        ("CreateRule", rule(&format!("{HOST}&{TO_B}&Transforms.member.1.Type=url-rewrite")), "ValidationError"),
        ("ModifyTargetGroupAttributes", "TargetGroupArn={a}&Attributes.member.1.Key=stickiness.type&Attributes.member.1.Value=app_cookie&Attributes.member.2.Key=stickiness.enabled&Attributes.member.2.Value=true".into(), "ValidationError"),
        ("ModifyTargetGroupAttributes", "TargetGroupArn={a}&Attributes.member.1.Key=slow_start.duration_seconds&Attributes.member.1.Value=10".into(), "ValidationError"),
        ("Fly", String::new(), "InvalidAction"),
    ];
    for (action, form, code) in cases {
        let before = sandbox.dump();
        let (status, xml) = api.elb(action, &setup.fill(&form)).await;
        assert_eq!(
            (status, inside(&xml, "Code")),
            (400, Some(code)),
            "{action} {form}: {xml}"
        );
        assert!(
            inside(&xml, "Message").is_some_and(|text| !text.is_empty()),
            "{action} says why: {xml}"
        );
        assert!(sandbox.dump() == before, "{action} {form} changed the world");
    }
}

#[tokio::test]
async fn echoes_one_group_both_ways_and_several_as_a_config() {
    let (_sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    let (_, one) = api
        .elb("DescribeRules", &setup.fill("RuleArns.member.1={rule}"))
        .await;
    let a = setup.fill("{a}");
    assert_eq!(
        all(&one, "TargetGroupArn"),
        [&a, &a],
        "once beside and once inside the config: {one}"
    );
    assert_eq!(inside(&one, "Weight"), Some("1"));
    assert_eq!(
        inside(&one, "HostHeaderConfig"),
        Some("<Values><member>a.example</member></Values>")
    );

    let form = setup.fill(&format!("RuleArn={{rule}}&{}", weighted(&[("a", 90), ("b", 10)])));
    let (_, two) = api.elb("ModifyRule", &form).await;
    assert_eq!(
        all(&two, "TargetGroupArn").len(),
        2,
        "only inside the config: {two}"
    );
    assert_eq!(all(&two, "Weight"), ["90", "10"]);
    assert_eq!(
        inside(&two, "Field"),
        Some("host-header"),
        "conditions not sent are conditions kept"
    );
}

#[tokio::test]
async fn swaps_priorities_in_one_call_and_tries_rules_in_their_order() {
    let (_sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    let form = setup.fill(&format!("ListenerArn={{listener}}&Priority=20&{HOST}&{TO_B}"));
    let second = api.elb_get("CreateRule", &form, "RuleArn").await;
    let pair = |n: u8, arn: &str, priority: u16| {
        format!("RulePriorities.member.{n}.RuleArn={arn}&RulePriorities.member.{n}.Priority={priority}")
    };
    let rule = setup.fill("{rule}");
    let (status, xml) = api.elb("SetRulePriorities", &pair(1, &rule, 20)).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("PriorityInUse")));
    let form = format!("{}&{}", pair(1, &rule, 20), pair(2, &second, 10));
    api.elb_get("SetRulePriorities", &form, "RuleArn").await;
    let (_, rules) = api
        .elb("DescribeRules", &setup.fill("ListenerArn={listener}"))
        .await;
    assert_eq!(all(&rules, "Priority"), ["10", "20", "default"]);
    assert_eq!(all(&rules, "RuleArn")[0], second);
}

#[tokio::test]
async fn allows_a_hundred_rules_and_pages_them() {
    let (_sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    for priority in 101..=199 {
        let form = setup.fill(&format!(
            "ListenerArn={{listener}}&Priority={priority}&{HOST}&{TO_B}"
        ));
        api.elb_get("CreateRule", &form, "RuleArn").await;
    }
    let form = setup.fill(&format!("ListenerArn={{listener}}&Priority=200&{HOST}&{TO_B}"));
    let (status, xml) = api.elb("CreateRule", &form).await;
    assert_eq!((status, inside(&xml, "Code")), (400, Some("TooManyRules")));

    let (mut marker, mut seen) = (String::new(), Vec::new());
    loop {
        let form = setup.fill(&format!("ListenerArn={{listener}}&PageSize=40{marker}"));
        let (_, page) = api.elb("DescribeRules", &form).await;
        seen.extend(all(&page, "RuleArn").into_iter().map(str::to_owned));
        match inside(&page, "NextMarker") {
            Some(next) => marker = format!("&Marker={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 101, "a hundred and the default");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 101, "none twice");
}

#[tokio::test]
async fn deletes_a_balancer_with_all_that_hangs_on_it_unless_protected() {
    let (sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    let protect = |value: &str| {
        setup.fill(&format!(
            "LoadBalancerArn={{lb}}&Attributes.member.1.Key=deletion_protection.enabled&Attributes.member.1.Value={value}"
        ))
    };
    api.elb_get("ModifyLoadBalancerAttributes", &protect("true"), "Key")
        .await;
    let (status, xml) = api
        .elb("DeleteLoadBalancer", &setup.fill("LoadBalancerArn={lb}"))
        .await;
    assert_eq!(
        (status, inside(&xml, "Code")),
        (400, Some("OperationNotPermitted"))
    );
    assert!(sandbox.listener_addr(&setup.fill("{listener}")).is_some());

    api.elb_get("ModifyLoadBalancerAttributes", &protect("false"), "Key")
        .await;
    for _ in 0..2 {
        let (status, _) = api
            .elb("DeleteLoadBalancer", &setup.fill("LoadBalancerArn={lb}"))
            .await;
        assert_eq!(status, 200, "deleting what is gone succeeds");
    }
    assert_eq!(sandbox.listener_addr(&setup.fill("{listener}")), None);
    let (status, _) = api
        .elb("DeleteTargetGroup", &setup.fill("TargetGroupArn={a}"))
        .await;
    assert_eq!(status, 200, "no rule names the group any more");
}

#[tokio::test]
async fn a_client_that_stays_on_its_target_must_stay_in_its_group_first() {
    let (_sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    let both = weighted(&[("a", 1), ("b", 1)]);
    let sticky =
        "TargetGroupArn={a}&Attributes.member.1.Key=stickiness.enabled&Attributes.member.1.Value=true";
    api.elb_get("ModifyRule", &setup.fill(&format!("RuleArn={{rule}}&{both}")), "")
        .await;
    let (status, refused) = api.elb("ModifyTargetGroupAttributes", &setup.fill(sticky)).await;
    assert_eq!(
        (status, inside(&refused, "Code")),
        (400, Some("InvalidConfigurationRequest")),
        "{refused}"
    );

    let group = "Actions.member.1.ForwardConfig.TargetGroupStickinessConfig";
    let kept = format!("RuleArn={{rule}}&{both}&{group}.Enabled=true&{group}.DurationSeconds=60");
    api.elb_get("ModifyRule", &setup.fill(&kept), "").await;
    api.elb_get("ModifyTargetGroupAttributes", &setup.fill(sticky), "")
        .await;
    let (status, refused) = api
        .elb("ModifyRule", &setup.fill(&format!("RuleArn={{rule}}&{both}")))
        .await;
    assert_eq!(
        (status, inside(&refused, "Code")),
        (400, Some("InvalidConfigurationRequest")),
        "{refused}"
    );
}

#[tokio::test]
async fn a_load_balancer_holds_fifty_listeners() {
    let (_sandbox, api) = sandbox().await;
    let setup = Setup::new(&api).await;
    for port in 81..=130 {
        let fixed = "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
        let form = setup.fill(&format!(
            "LoadBalancerArn={{lb}}&Protocol=HTTP&Port={port}&{fixed}"
        ));
        let (status, xml) = api.elb("CreateListener", &form).await;
        // One was there before.
        let code = if port < 130 {
            (200, None)
        } else {
            (400, Some("TooManyListeners"))
        };
        assert_eq!((status, inside(&xml, "Code")), code, "{port}: {xml}");
    }
}
