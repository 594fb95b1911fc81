//! What a rule or a listener does with a request, as ELBv2 takes it: our forward to both colors, and somebody else's
//! action kept as text so that it can be put back. Makes no call.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupStickinessConfig, TargetGroupTuple,
};
use rollout::{Color, PerColor, TrafficSplit};
use serde_json::{Map, Value, json};

/// How long a client stays with its color, in seconds: only while both have a share. Cookies beat weights, so a color
/// that was just taken out of service must not keep anybody.
pub fn sticky_for(split: TrafficSplit, wanted: Option<u32>) -> Option<u32> {
    wanted.filter(|_| split.live().is_none())
}

/// A forward to both groups in percent, with stickiness on or off in the same call.
pub fn forward(groups: &PerColor<String>, split: TrafficSplit, stickiness: Option<u32>) -> Action {
    let tuple = |color: Color| {
        TargetGroupTuple::builder()
            .target_group_arn(&groups[color])
            .weight(i32::from(split.share(color)))
            .build()
    };
    let seconds = sticky_for(split, stickiness).and_then(|seconds| i32::try_from(seconds).ok());
    let stickiness = TargetGroupStickinessConfig::builder()
        .enabled(seconds.is_some())
        .set_duration_seconds(seconds)
        .build();
    let config = ForwardActionConfig::builder()
        .target_groups(tuple(Color::Blue))
        .target_groups(tuple(Color::Green))
        .target_group_stickiness_config(stickiness)
        .build();
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .forward_config(config)
        .build()
}

/// For a listener of which nothing better is known: a fixed 503.
pub fn unavailable() -> Action {
    let config = FixedResponseActionConfig::builder()
        .status_code("503")
        .content_type("text/plain")
        .message_body("no service")
        .build();
    Action::builder()
        .r#type(ActionTypeEnum::FixedResponse)
        .fixed_response_config(config)
        .build()
}

/// One action as JSON in AWS's own spelling; `None` if it could not be put back from it (authentication, several
/// actions).
pub fn text(actions: &[Action]) -> Option<String> {
    let [action] = actions else { return None };
    let mut value = json!({ "Type": action.r#type()?.as_str() });
    let config = match action.r#type()? {
        ActionTypeEnum::Forward => {
            let groups = match action.forward_config() {
                Some(config) => config
                    .target_groups()
                    .iter()
                    .map(
                        |group| json!({ "TargetGroupArn": group.target_group_arn(), "Weight": group.weight() }),
                    )
                    .collect::<Vec<_>>(),
                None => vec![json!({ "TargetGroupArn": action.target_group_arn()?, "Weight": 1 })],
            };
            let mut config = json!({ "TargetGroups": groups });
            let sticky = action
                .forward_config()
                .and_then(|config| config.target_group_stickiness_config());
            if let Some(sticky) = sticky.filter(|sticky| sticky.enabled() == Some(true)) {
                config["TargetGroupStickinessConfig"] =
                    json!({ "Enabled": true, "DurationSeconds": sticky.duration_seconds() });
            }
            ("ForwardConfig", config)
        }
        ActionTypeEnum::FixedResponse => {
            let config = action.fixed_response_config()?;
            let fields = [
                ("StatusCode", config.status_code()),
                ("ContentType", config.content_type()),
                ("MessageBody", config.message_body()),
            ];
            ("FixedResponseConfig", present(fields))
        }
        ActionTypeEnum::Redirect => {
            let config = action.redirect_config()?;
            let fields = [
                ("StatusCode", config.status_code().map(|code| code.as_str())),
                ("Protocol", config.protocol()),
                ("Host", config.host()),
                ("Port", config.port()),
                ("Path", config.path()),
                ("Query", config.query()),
            ];
            ("RedirectConfig", present(fields))
        }
        _ => return None,
    };
    value[config.0] = config.1;
    Some(value.to_string())
}

fn present<const N: usize>(fields: [(&str, Option<&str>); N]) -> Value {
    let set = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    Value::Object(set.collect::<Map<_, _>>())
}

/// The action that [`text`] wrote.
pub fn parse(text: &str) -> Option<Action> {
    let value: Value = serde_json::from_str(text).ok()?;
    let kind = ActionTypeEnum::from(value["Type"].as_str()?);
    let action = Action::builder().r#type(kind.clone());
    let of = |config: &Value, name: &str| config[name].as_str().map(str::to_owned);
    Some(match kind {
        ActionTypeEnum::Forward => {
            let config = &value["ForwardConfig"];
            let groups = config["TargetGroups"].as_array()?.iter();
            let groups = groups.map(|group| {
                TargetGroupTuple::builder()
                    .set_target_group_arn(of(group, "TargetGroupArn"))
                    .set_weight(whole(&group["Weight"]))
                    .build()
            });
            let sticky = &config["TargetGroupStickinessConfig"];
            let sticky = TargetGroupStickinessConfig::builder()
                .enabled(sticky["Enabled"] == true)
                .set_duration_seconds(whole(&sticky["DurationSeconds"]))
                .build();
            let config = ForwardActionConfig::builder()
                .set_target_groups(Some(groups.collect()))
                .target_group_stickiness_config(sticky)
                .build();
            action.forward_config(config).build()
        }
        ActionTypeEnum::FixedResponse => {
            let config = &value["FixedResponseConfig"];
            let config = FixedResponseActionConfig::builder()
                .set_status_code(of(config, "StatusCode"))
                .set_content_type(of(config, "ContentType"))
                .set_message_body(of(config, "MessageBody"))
                .build();
            action.fixed_response_config(config).build()
        }
        ActionTypeEnum::Redirect => {
            let config = &value["RedirectConfig"];
            let code = config["StatusCode"]
                .as_str()
                .map(RedirectActionStatusCodeEnum::from);
            let config = RedirectActionConfig::builder()
                .set_status_code(code)
                .set_protocol(of(config, "Protocol"))
                .set_host(of(config, "Host"))
                .set_port(of(config, "Port"))
                .set_path(of(config, "Path"))
                .set_query(of(config, "Query"))
                .build();
            action.redirect_config(config).build()
        }
        _ => return None,
    })
}

fn whole(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok())
}
