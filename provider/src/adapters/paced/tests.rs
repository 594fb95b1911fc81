//! Which calls count as changing, in both protocols.

use super::*;
use aws_smithy_types::body::SdkBody;

fn form(body: &str) -> HttpRequest {
    HttpRequest::new(SdkBody::from(body))
}

fn json(target: &str) -> HttpRequest {
    let mut request = HttpRequest::new(SdkBody::from("{}"));
    request.headers_mut().insert("x-amz-target", target.to_owned());
    request
}

#[test]
fn a_call_is_changing_by_its_name() {
    for (request, expected) in [
        (form("Action=ModifyRule&Version=2015-12-01"), true),
        (form("Version=2015-12-01&Action=DeleteRule"), true),
        (form("Action=AddTags"), true),
        (form("Action=SetRulePriorities"), true),
        (form("Action=DescribeRules&Version=2015-12-01"), false),
        (form("Action=AssumeRole&RoleArn=x"), false),
        (form("Action=GetCallerIdentity"), false),
        (form(""), false),
        (json("AmazonEC2ContainerServiceV20141113.UpdateService"), true),
        (json("AmazonEC2ContainerServiceV20141113.DescribeServices"), false),
    ] {
        assert_eq!(changes(&request), expected, "{request:?}");
    }
}
