//! A step is said by what it does and to what.

use super::*;
use teardown::inventory::Direction;

#[test]
fn steps_in_words() {
    let arn = |tail: &str| format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:{tail}");
    let steps = [
        Step::Unprotect {
            load_balancer: arn("loadbalancer/net/web/0123456789abcdef"),
        },
        Step::DeleteLoadBalancer {
            load_balancer: arn("loadbalancer/a0123456789ab4def8123456789abcde"),
        },
        Step::DeleteTargetGroup {
            target_group: arn("targetgroup/web/0123456789abcdef"),
        },
        Step::AwaitRelease {
            load_balancers: Vec::new(),
        },
        Step::RevokeRules {
            security_group: "sg-1".into(),
            direction: Direction::Ingress,
            rules: vec!["sgr-1".into(), "sgr-2".into()],
        },
        Step::DeleteSecurityGroup {
            security_group: "sg-1".into(),
        },
    ];
    let lines = steps.map(|step| says(&step) + "\n");
    insta::assert_snapshot!(lines.concat(), @r"
    take deletion protection off net/web/0123456789abcdef
    delete load balancer a0123456789ab4def8123456789abcde
    delete target group web/0123456789abcdef
    wait for AWS to release their network interfaces
    revoke sgr-1, sgr-2 of security group sg-1
    delete security group sg-1
    ");
}
