//! The world behind its lock, and what must follow every change to it.
//!
//! Holds the lock only for rules of the world, never across an await.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use crate::actors::{Eks, Kubernetes, KubernetesChange, Place};
use crate::api::{self, Call};
use crate::clock::Clock;
use crate::dataplane::backend::Backend;
use crate::dataplane::types::RouteTable;
use crate::faults::{Fault, Faults};
use crate::limits::Buckets;
use crate::log::EventLog;
use crate::options::Options;
use crate::seed::Seed;
use crate::world::ec2::ReleasePace;
use crate::world::ecs::ServiceKey;
use crate::world::eks::Life;
use crate::world::{Ruled, Settings, World};

/// What every part of the server works on.
pub(crate) struct Shared {
    pub clock: Clock,
    pub faults: Faults,
    pub limits: Buckets,
    /// Rung after every change, for the clockwork.
    pub changed: Notify,
    world: Mutex<World>,
    routes: watch::Sender<Arc<RouteTable>>,
    backends: Mutex<HashMap<String, Backend>>,
    /// Locked before the world, never after it.
    kubernetes: Mutex<Kubernetes>,
}

impl Shared {
    pub fn new(options: &Options, log: EventLog) -> (Arc<Self>, watch::Receiver<Arc<RouteTable>>) {
        let clock = Clock::start(options.time_scale);
        let settings = Settings {
            propagation: options.propagation,
            rules_per_balancer: options.rules_per_load_balancer,
            autoscaler_reaction: options.autoscaler_reaction,
            cni_forgets_interfaces: options.cni_forgets_interfaces,
            release: ReleasePace {
                seed: options.release_seed,
                times: options.release_times,
                tail: options.release_tail,
            },
        };
        let world = World::new(&options.account, &options.region, log, clock.now(), settings);
        let (routes, table) = watch::channel(Arc::new(RouteTable::default()));
        let shared = Self {
            clock,
            faults: Faults::new(clock),
            limits: Buckets::new(options.rate_limits),
            changed: Notify::new(),
            world: Mutex::new(world),
            routes,
            backends: Mutex::default(),
            kubernetes: Mutex::default(),
        };
        (Arc::new(shared), table)
    }

    /// Reads the world.
    pub fn look<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        read(&self.locked())
    }

    /// Changes the world, tells the sockets, wakes the clockwork.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = self.quietly(change);
        self.changed.notify_one();
        result
    }

    /// Changes the world and tells the sockets: for the clockwork, which needs no waking.
    pub fn quietly<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.locked();
        let result = change(&mut world);
        // Published under the lock: tables reach the sockets in the order of the changes.
        if world.take_routes_changed() {
            let table = world.route_table(|aws| self.clock.real(aws));
            self.routes.send_if_modified(|current| {
                let differs = **current != table;
                if differs {
                    *current = Arc::new(table);
                }
                differs
            });
        }
        result
    }

    /// Applies a call and logs it before what it caused.
    pub fn call(&self, call: &Call, fault: Option<&Fault>) -> Ruled<Value> {
        let apply = |world: &mut World| {
            world.log.begin_call();
            let outcome = call.apply(world);
            let line = call_event(call, fault, &outcome, outcome.is_ok());
            let at = world.now.real_ms;
            world.log.finish_call(at, line);
            outcome
        };
        if call.mutating() {
            self.change(apply)
        } else {
            self.quietly(apply)
        }
    }

    /// Logs a call that a fault kept from the world.
    pub fn log_failed(&self, call: &Call, fault: &Fault, outcome: &Ruled<Value>) {
        let mut world = self.locked();
        let line = call_event(call, Some(fault), outcome, false);
        world.record(line);
    }

    pub fn seed(&self, seed: &Seed) -> anyhow::Result<()> {
        let mut kubernetes = self.actors();
        self.change(|world| {
            seed.apply(world)?;
            for change in &seed.kubernetes {
                kubernetes.change(change.clone()).context("in kubernetes")?;
            }
            let dump = api::dump(world);
            world.record(json!({ "event": "world", "world": dump }));
            Ok(())
        })
    }

    pub fn as_seed(&self) -> Seed {
        let kubernetes = self.kubernetes_changes();
        Seed {
            kubernetes,
            ..self.look(Seed::of)
        }
    }

    /// Something happens in Kubernetes; its controllers see it when the clockwork next comes by, which is at once.
    pub fn kubernetes(&self, change: KubernetesChange) -> anyhow::Result<()> {
        self.actors().change(change)?;
        self.changed.notify_one();
        Ok(())
    }

    pub fn kubernetes_changes(&self) -> Vec<KubernetesChange> {
        self.actors().as_changes()
    }

    /// Lets the controllers do what is due; returns when to come again, in AWS time. Faults do not reach them.
    pub fn act(&self) -> Option<Duration> {
        let now = self.clock.now().aws;
        let eks = |name: &str| self.look(|world| eks(world, name));
        self.actors().act(now, eks, &mut |call| self.call(&call, None))
    }

    fn actors(&self) -> MutexGuard<'_, Kubernetes> {
        self.kubernetes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn scale(&self, cluster: &str, service: &str, desired: u32) -> anyhow::Result<u32> {
        let key = ServiceKey {
            cluster: cluster.to_owned(),
            name: service.to_owned(),
        };
        let scaled = self.change(|world| world.scale(&key, desired, "asked for"));
        scaled.map_err(anyhow::Error::msg)
    }

    pub fn keep_backend(&self, task: &str, backend: Backend) {
        self.backends().insert(task.to_owned(), backend);
    }

    pub fn take_backend(&self, task: &str) -> Option<Backend> {
        self.backends().remove(task)
    }

    pub async fn stop_backends(&self, grace: Duration) {
        let all: Vec<Backend> = self.backends().drain().map(|(_, backend)| backend).collect();
        for backend in all {
            backend.stop(grace).await;
        }
    }

    fn backends(&self) -> MutexGuard<'_, HashMap<String, Backend>> {
        self.backends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked(&self) -> MutexGuard<'_, World> {
        // A panic under the lock is a bug of one call; the rest of the world is still worth looking at.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.now = self.clock.now();
        world
    }
}

/// What controllers can tell of their own cluster.
fn eks(world: &World, name: &str) -> Option<Eks> {
    let cluster = world.eks.clusters.get(name)?;
    Some(Eks {
        place: Place {
            cluster: name.to_owned(),
            vpc: cluster.vpc.clone(),
            subnets: cluster.subnets.clone(),
            node_group: Some(cluster.cluster_group.clone()),
        },
        alive: !matches!(cluster.life, Life::Deleting(_)),
        has_nodes: cluster.node_groups.values().any(|it| !it.nodes.is_empty()),
    })
}

fn call_event(call: &Call, fault: Option<&Fault>, outcome: &Ruled<Value>, applied: bool) -> Value {
    let (status, error) = match outcome {
        Ok(_) => (200, None),
        Err(refusal) => (refusal.status, Some(refusal.code)),
    };
    json!({
        "event": "call",
        "service": call.service.name(),
        "action": call.action,
        "client": call.client,
        "mutating": call.mutating(),
        "input": call.input,
        "output": outcome.as_ref().ok().filter(|_| call.mutating()),
        "status": status,
        "error": error,
        "fault": fault.map(Fault::name),
        "applied": applied,
    })
}
