//! Throttling at AWS's published rates: what is counted together, what a bucket holds, how it fills, what is said.
//!
//! AWS's time stands almost still where a bucket is emptied, so that nothing flows in meanwhile.

use super::client::{Api, inside};
use crate::{Options, RateLimits, Sandbox};

async fn limited(time_scale: f64) -> (Sandbox, Api) {
    let options = Options {
        time_scale,
        rate_limits: RateLimits::Published,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("starts");
    let api = Api::new(sandbox.endpoint());
    (sandbox, api)
}

/// How many calls are answered before the first that is throttled, and how that one is.
async fn until_throttled(api: &Api, version: &str, form: &str) -> (usize, u16, String) {
    for admitted in 0..1000 {
        let body = format!("{form}&Version={version}");
        let sent = api.send("application/x-www-form-urlencoded", None, body).await;
        let (status, xml) = sent.expect("an answer");
        let code = inside(&xml, "Code").unwrap_or_default();
        if code == "RequestLimitExceeded" || code == "Throttling" {
            return (admitted, status, code.to_owned());
        }
    }
    panic!("a thousand calls and no limit: {form}");
}

const EC2: &str = "2016-11-15";
const ELB: &str = "2012-06-01";
const ELBV2: &str = "2015-12-01";
/// Real seconds per AWS second: a test lives in a moment of AWS's time.
const STILL: f64 = 10_000.0;

#[tokio::test]
async fn ec2_counts_each_action_by_itself_and_a_listing_of_everything_twice_as_dear() {
    let (_sandbox, api) = limited(STILL).await;
    let refused = |admitted| (admitted, 503, "RequestLimitExceeded".to_owned());
    let narrow = "Action=DescribeVpcs&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-0b1ae6f0c0ffee000";
    assert_eq!(until_throttled(&api, EC2, narrow).await, refused(100));
    assert_eq!(
        until_throttled(&api, EC2, "Action=DescribeVpcs").await,
        refused(50)
    );
    let paged = "Action=DescribeSubnets&MaxResults=5";
    assert_eq!(until_throttled(&api, EC2, paged).await, refused(100));
    let change = "Action=AllocateAddress&Domain=vpc";
    assert_eq!(until_throttled(&api, EC2, change).await, refused(50));
}

#[tokio::test]
async fn each_version_of_elastic_load_balancing_counts_its_reads_and_changes_and_both_together() {
    let (_sandbox, api) = limited(STILL).await;
    let refused = |admitted| (admitted, 400, "Throttling".to_owned());
    let delete = "Action=DeleteLoadBalancer&LoadBalancerName=nobody";
    assert_eq!(until_throttled(&api, ELB, delete).await, refused(20));
    // What is left of the bucket for all actions.
    let list = "Action=DescribeLoadBalancers";
    assert_eq!(until_throttled(&api, ELB, list).await, refused(20));
    assert_eq!(until_throttled(&api, ELBV2, list).await, refused(40));
}

#[tokio::test]
async fn a_refused_call_takes_nothing_and_changes_nothing_and_time_fills_the_bucket() {
    // A tenth of a real second is one of AWS's: 5 changes flow in.
    let (sandbox, api) = limited(0.1).await;
    let change = "Action=AllocateAddress&Domain=vpc";
    let (admitted, ..) = until_throttled(&api, EC2, change).await;
    let made = || sandbox.dump()["addresses"].as_array().map_or(0, Vec::len);
    assert!(50 <= admitted, "{admitted}");
    assert_eq!(made(), admitted);
    super::eventually(&sandbox, "the bucket fills", async || {
        let body = format!("{change}&Version={EC2}");
        let sent = api.send("application/x-www-form-urlencoded", None, body).await;
        (sent.expect("an answer").0 == 200).then_some(())
    })
    .await;
    assert_eq!(made(), admitted + 1);
}

#[tokio::test]
async fn nobody_is_throttled_unless_it_is_asked_for() {
    let (_sandbox, api) = super::sandbox().await;
    for _ in 0..120 {
        let body = format!("Action=DescribeVpcs&Version={EC2}");
        let sent = api.send("application/x-www-form-urlencoded", None, body).await;
        assert_eq!(sent.expect("an answer").0, 200);
    }
}
