//! A local AWS: ELBv2, ECS and STS on one port, with AWS's refusals, delays and a real HTTP data plane.
//!
//! Speaks for no real account, checks no credentials, and shares no code with what is tested against it.

mod api;
mod clock;
pub mod dataplane;
mod faults;
mod log;
mod options;
mod seed;
mod server;
mod wire;
mod world;

pub use api::calls;
pub use faults::{Fault, FaultRule, Faults};
pub use log::Event;
pub use options::Options;
pub use seed::{
    FixedResponse, Seed, SeedAction, SeedAutoscaling, SeedCircuitBreaker, SeedConditions, SeedForward,
    SeedHeader, SeedHealthCheck, SeedInstance, SeedInterface, SeedListener, SeedLoadBalancer, SeedPermission,
    SeedQuery, SeedRedirect, SeedRevision, SeedRule, SeedSecurityGroup, SeedService, SeedSubnet,
    SeedTargetGroup, SeedTaskDefinition, SeedVpc, SeedWeight,
};
pub use server::Sandbox;
