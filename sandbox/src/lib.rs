//! A local AWS: ELBv2, ECS and STS on one port, with AWS's refusals, delays and a real HTTP data plane.
//!
//! Speaks for no real account, checks no credentials, and shares no code with what is tested against it.

mod actors;
mod api;
mod clock;
pub mod dataplane;
mod faults;
mod limits;
mod log;
mod options;
pub mod probe;
mod seed;
mod server;
mod wire;
mod world;

pub use actors::{
    Controller, KubernetesChange, KubernetesCluster, KubernetesController, KubernetesIngress,
    KubernetesObject, KubernetesService, ServiceClass,
};
pub use api::calls;
pub use faults::{Fault, FaultRule, Faults};
pub use log::Event;
pub use options::{Options, RateLimits};
pub use seed::{
    FixedResponse, Seed, SeedAclEntry, SeedAction, SeedAddress, SeedAutoscaling, SeedCircuitBreaker,
    SeedClassic, SeedConditions, SeedDirection, SeedEks, SeedEndpoint, SeedEndpointKind, SeedForward,
    SeedHeader, SeedHealthCheck, SeedInstance, SeedInterface, SeedKind, SeedListener, SeedLoadBalancer,
    SeedNatGateway, SeedNetworkAcl, SeedNodeGroup, SeedPermission, SeedQuery, SeedRedirect, SeedRevision,
    SeedRoute, SeedRouteTable, SeedRule, SeedSecurityGroup, SeedService, SeedSubnet, SeedTargetGroup,
    SeedTaskDefinition, SeedVerdict, SeedVpc, SeedWeight,
};
pub use server::Sandbox;
