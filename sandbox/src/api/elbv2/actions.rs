//! Actions in ELBv2's spellings.
//!
//! A forward to one group may come as `TargetGroupArn`, as `ForwardConfig`, or as both if they agree; it is echoed as both.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::elbv2::{Action, ActionKind, Forward, Redirect, Stickiness};
use crate::world::{Refusal, Ruled};

pub fn parse_actions(args: &Args<'_>, name: &str) -> Ruled<Vec<Action>> {
    args.structures(name)?.iter().map(parse).collect()
}

pub fn actions_json(actions: &[Action]) -> Vec<Value> {
    actions.iter().map(action_json).collect()
}

fn parse(args: &Args<'_>) -> Ruled<Action> {
    let kind = match args.required("Type")? {
        "forward" => ActionKind::Forward(forward(args)?),
        "fixed-response" => {
            let config = config(args, "FixedResponseConfig")?;
            ActionKind::FixedResponse {
                status: status(config.required("StatusCode")?)?,
                content_type: config.owned("ContentType")?,
                body: config.owned("MessageBody")?,
            }
        }
        "redirect" => {
            let config = config(args, "RedirectConfig")?;
            let or = |name: &str, default: &str| -> Ruled<String> {
                Ok(config.text(name)?.unwrap_or(default).to_owned())
            };
            let code = config.required("StatusCode")?;
            ActionKind::Redirect(Redirect {
                status: status(code.strip_prefix("HTTP_").unwrap_or(code))?,
                protocol: or("Protocol", "#{protocol}")?,
                host: or("Host", "#{host}")?,
                port: or("Port", "#{port}")?,
                path: or("Path", "/#{path}")?,
                query: or("Query", "#{query}")?,
            })
        }
        other => {
            return Err(Refusal::validation(format!(
                "Action type '{other}' is not supported here: use forward, redirect or fixed-response"
            )));
        }
    };
    Ok(Action {
        order: args.count("Order")?,
        kind,
    })
}

fn forward(args: &Args<'_>) -> Ruled<Forward> {
    let single = args.text("TargetGroupArn")?;
    let Some(config) = args.structure("ForwardConfig")? else {
        let arn = single.ok_or_else(|| Refusal::validation("A target group ARN must be specified"))?;
        return Ok(Forward {
            groups: vec![(arn.to_owned(), 1)],
            stickiness: Stickiness::default(),
        });
    };
    let mut groups = Vec::new();
    for group in config.structures("TargetGroups")? {
        let weight = match group.integer("Weight")? {
            None => 1,
            Some(weight) => u32::try_from(weight).map_err(|_| {
                Refusal::validation("The weight for each target group must be between 0 and 999, inclusive")
            })?,
        };
        groups.push((group.required("TargetGroupArn")?.to_owned(), weight));
    }
    if let Some(arn) = single
        && (groups.len() != 1 || groups[0].0 != arn)
    {
        return Err(Refusal::validation(
            "You can specify both a target group ARN and a forward config only if they name the same single target group",
        ));
    }
    let stickiness = match config.structure("TargetGroupStickinessConfig")? {
        None => Stickiness::default(),
        Some(config) => Stickiness {
            enabled: config.boolean("Enabled")?.unwrap_or(false),
            seconds: config.count("DurationSeconds")?.map(u64::from),
        },
    };
    Ok(Forward { groups, stickiness })
}

fn config<'a>(args: &Args<'a>, name: &str) -> Ruled<Args<'a>> {
    args.structure(name)?
        .ok_or_else(|| Refusal::validation(format!("An action of this type needs '{name}'")))
}

fn status(text: &str) -> Ruled<u16> {
    text.parse()
        .map_err(|_| Refusal::validation(format!("Status code '{text}' is not valid")))
}

fn action_json(action: &Action) -> Value {
    let mut shown = match &action.kind {
        ActionKind::Forward(forward) => {
            let groups: Vec<Value> = forward
                .groups
                .iter()
                .map(|(arn, weight)| json!({ "TargetGroupArn": arn, "Weight": weight }))
                .collect();
            let mut stickiness = json!({ "Enabled": forward.stickiness.enabled });
            if let Some(seconds) = forward.stickiness.seconds {
                stickiness["DurationSeconds"] = json!(seconds);
            }
            let mut shown = json!({
                "Type": "forward",
                "ForwardConfig": { "TargetGroups": groups, "TargetGroupStickinessConfig": stickiness },
            });
            if let [(arn, _)] = forward.groups.as_slice() {
                shown["TargetGroupArn"] = json!(arn);
            }
            shown
        }
        ActionKind::FixedResponse {
            status,
            content_type,
            body,
        } => json!({
            "Type": "fixed-response",
            "FixedResponseConfig": {
                "StatusCode": status.to_string(), "ContentType": content_type, "MessageBody": body,
            },
        }),
        ActionKind::Redirect(to) => json!({
            "Type": "redirect",
            "RedirectConfig": {
                "StatusCode": format!("HTTP_{}", to.status), "Protocol": to.protocol, "Host": to.host,
                "Port": to.port, "Path": to.path, "Query": to.query,
            },
        }),
    };
    if let Some(order) = action.order {
        shown["Order"] = json!(order);
    }
    shown
}
