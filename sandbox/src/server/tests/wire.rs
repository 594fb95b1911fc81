//! Protocol details SDKs depend on: request ids, escaping, the dispatch between services.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use serde_json::json;

use super::client::inside;
use super::sandbox;

#[tokio::test]
async fn tells_services_apart_by_version() {
    let (_sandbox, api) = sandbox().await;
    let form = "application/x-www-form-urlencoded";
    let cases = [
        ("Action=GetCallerIdentity&Version=2011-06-15", 200, "Account"),
        (
            "Action=DescribeNetworkInterfaces&Version=2016-11-15",
            200,
            "requestId",
        ),
        (
            "Action=DescribeLoadBalancers&Version=2015-12-01",
            200,
            "RequestId",
        ),
        ("Action=ListRoles&Version=2010-05-08", 400, "Code"),
    ];
    for (body, status, member) in cases {
        let (got, xml) = api.send(form, None, body.into()).await.expect("an answer");
        assert_eq!(got, status, "{body}: {xml}");
        assert!(inside(&xml, member).is_some(), "{body}: {xml}");
    }
}

#[tokio::test]
async fn writes_text_so_that_xml_survives_it() {
    let (_sandbox, api) = sandbox().await;
    let (_, xml) = api
        .elb("DescribeLoadBalancers", "Names.member.1=%3Ca%26b%3E")
        .await;
    assert!(xml.contains("&lt;a&amp;b&gt;"), "{xml}");
}

#[tokio::test]
async fn logs_a_form_as_json_with_numbers_and_lists() {
    let (sandbox, api) = sandbox().await;
    let form = "RuleArn=r&Actions.member.2.Type=forward&Actions.member.1.Type=redirect\
                &Actions.member.1.RedirectConfig.Port=443\
                &Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight=7\
                &Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled=false&Conditions=";
    api.elb("ModifyRule", form).await;
    let events = sandbox.events();
    let input = &events.last().expect("a call").json["input"];
    assert_eq!(
        *input,
        json!({
            "RuleArn": "r",
            "Conditions": "",
            "Actions": [
                { "Type": "redirect", "RedirectConfig": { "Port": "443" } },
                { "Type": "forward", "ForwardConfig": {
                    "TargetGroups": [{ "Weight": 7 }], "TargetGroupStickinessConfig": { "Enabled": false },
                } },
            ],
        })
    );
}

#[tokio::test]
async fn refuses_json_that_is_no_object() {
    let (_sandbox, api) = sandbox().await;
    let target = Some("AmazonEC2ContainerServiceV20141113.ListClusters");
    let sent = api.send("application/x-amz-json-1.1", target, "[1]".into()).await;
    let (status, body) = sent.expect("an answer");
    assert_eq!(status, 400);
    assert!(body.contains("SerializationException"), "{body}");
}
