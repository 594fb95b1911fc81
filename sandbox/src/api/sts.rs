//! STS: who the caller is.
//!
//! Checks no credentials: whoever reaches the port is the account.

use serde_json::{Value, json};

use super::unknown_action;
use crate::world::{Ruled, World};

pub fn apply(world: &World, action: &str) -> Ruled<Value> {
    let account = world.ids.account();
    match action {
        "GetCallerIdentity" => Ok(json!({
            "Arn": format!("arn:aws:iam::{account}:user/sandbox"),
            "UserId": "AIDASANDBOXSANDBOXSND",
            "Account": account,
        })),
        other => Err(unknown_action(other, "2011-06-15")),
    }
}
