//! ECS: clusters, task definitions, services with rolling deployments, tasks.
//!
//! A state machine with deadlines; it starts no server itself and knows no clock but [`World::now`](super::World).

mod autoscaling;
mod clusters;
mod deployments;
mod health;
mod networks;
mod scheduler;
mod services;
mod task_definitions;
mod tasks;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use autoscaling::{ScalableChange, ScalableTarget, Suspended};
pub use services::{NewService, ServiceChange};

/// All of ECS.
#[derive(Debug, Default)]
pub struct Ecs {
    /// By name.
    pub clusters: BTreeMap<String, Cluster>,
    /// By family; the revision is the index plus one.
    pub task_definitions: BTreeMap<String, Vec<TaskDefinition>>,
    /// By cluster and name.
    pub services: BTreeMap<ServiceKey, Service>,
    /// By ARN. Stopped tasks stay for an AWS hour, as ECS shows them.
    pub tasks: BTreeMap<String, Task>,
    /// The services that Application Auto Scaling may scale.
    pub scalable: BTreeMap<ServiceKey, ScalableTarget>,
}

/// Cluster and service name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceKey {
    pub cluster: String,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    pub name: String,
    pub arn: String,
    pub active: bool,
    /// Settings, configuration and capacity providers, echoed as given.
    pub extra: Map<String, Value>,
}

#[derive(Debug, Clone)]
pub struct TaskDefinition {
    pub arn: String,
    pub family: String,
    pub revision: u32,
    pub active: bool,
    pub registered: Timestamp,
    pub deregistered: Option<Timestamp>,
    /// The registered definition, with ECS's defaults filled in.
    pub body: Map<String, Value>,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub key: ServiceKey,
    pub arn: String,
    pub status: ServiceStatus,
    pub desired: u32,
    pub task_definition: String,
    pub load_balancers: Vec<ServiceLoadBalancer>,
    pub config: DeploymentConfig,
    /// AWS seconds during which unhealthy targets are forgiven.
    pub grace: Option<u32>,
    /// The PRIMARY first.
    pub deployments: Vec<Deployment>,
    /// Id and task definition of the last deployment that completed: where a circuit breaker rolls back to.
    pub last_good: Option<(String, String)>,
    /// Newest first.
    pub events: VecDeque<ServiceEvent>,
    pub created: Timestamp,
    /// Whether the last event said so, since ECS says it once.
    pub steady: bool,
    /// Launch type, network configuration and the like, echoed as given.
    pub extra: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceStatus {
    Active,
    Draining,
    Inactive,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ServiceLoadBalancer {
    pub target_group: String,
    pub container: String,
    pub port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeploymentConfig {
    pub minimum_healthy_percent: u32,
    pub maximum_percent: u32,
    pub circuit_breaker: bool,
    pub rollback: bool,
}

impl Default for DeploymentConfig {
    fn default() -> Self {
        Self {
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            circuit_breaker: false,
            rollback: false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Deployment {
    /// `ecs-svc/` and nineteen digits.
    pub id: String,
    pub task_definition: String,
    /// The service's, as it was when the deployment began.
    pub network: Option<Value>,
    pub state: RolloutState,
    pub reason: String,
    /// Failed tasks since the last healthy one.
    pub failed: u32,
    pub created: Timestamp,
    pub updated: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolloutState {
    InProgress,
    Completed,
    Failed,
}

#[derive(Debug, Clone)]
pub struct ServiceEvent {
    pub id: String,
    pub at: Timestamp,
    pub message: String,
}

#[derive(Debug, Clone)]
pub struct Task {
    pub arn: String,
    pub service: ServiceKey,
    pub deployment: String,
    pub task_definition: String,
    pub state: TaskState,
    /// The AWS moment of the next step that time alone brings.
    pub deadline: Option<Duration>,
    pub address: Option<SocketAddr>,
    /// Since when it counts as running, for the grace period.
    pub running_since: Option<Duration>,
    /// Whether its deployment has counted it as a success.
    pub was_healthy: bool,
    pub stop_reason: Option<String>,
    pub created: Timestamp,
    pub started: Option<Timestamp>,
    pub stopping: Option<Timestamp>,
    pub stopped: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskState {
    Provisioning,
    Pending,
    /// Its server is being started.
    Activating,
    Running,
    /// Leaving its target groups.
    Deactivating,
    /// Its server is being stopped.
    Stopping,
    Stopped,
}

impl TaskState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Stopped => "STOPPED",
        }
    }

    /// Not yet told to stop.
    pub fn wanted(self) -> bool {
        self <= Self::Running
    }
}

impl RolloutState {
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

impl ServiceStatus {
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

impl Ecs {
    pub fn tasks_of<'a>(&'a self, service: &'a ServiceKey) -> impl Iterator<Item = &'a Task> {
        self.tasks.values().filter(move |task| task.service == *service)
    }

    /// Running and pending tasks of a service, or of one of its deployments, as ECS counts them.
    pub fn counts(&self, service: &ServiceKey, deployment: Option<&str>) -> (u32, u32) {
        let mut counts = (0, 0);
        for task in self
            .tasks_of(service)
            .filter(|task| deployment.is_none_or(|id| task.deployment == id))
        {
            match task.state {
                TaskState::Running => counts.0 += 1,
                state if state < TaskState::Running => counts.1 += 1,
                _ => {}
            }
        }
        counts
    }
}
