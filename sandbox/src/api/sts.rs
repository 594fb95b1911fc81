//! STS: who the caller is.
//!
//! Checks no credentials: whoever reaches the port is the account.

use serde_json::{Map, Value, json};

use super::args::Args;
use super::unknown_action;
use crate::world::{Ruled, World};

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "ValidationError");
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2011-06-15")))
}

answers! { |world, _args| {
    "GetCallerIdentity" => Ok(caller(world)),
} }

fn caller(world: &World) -> Value {
    let account = world.ids.account();
    json!({
        "Arn": format!("arn:aws:iam::{account}:user/sandbox"),
        "UserId": "AIDASANDBOXSANDBOXSND",
        "Account": account,
    })
}
