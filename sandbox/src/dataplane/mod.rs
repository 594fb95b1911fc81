//! The data plane: real sockets that route real HTTP by the world's latest table.
//!
//! Decides nothing about the world: it reads [`RouteTable`]s and reports what its health probes found.

mod types;

pub use types::{
    Action, Condition, GroupRoutes, HealthCheck, ListenerRoutes, ProbeResult, RouteTable, RuleRoutes, TargetRoute,
};
