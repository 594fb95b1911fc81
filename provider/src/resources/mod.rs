//! The resource types: schema, plan, and which adapters to plug in. Thin: the decisions are `rollout`'s.

pub mod canary_rule;
pub mod service;
