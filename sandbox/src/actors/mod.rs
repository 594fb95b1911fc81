//! Kubernetes' hands in AWS: controllers that make load balancers for Services and Ingresses, make them again when
//! somebody deletes them, clean up while they live, and leave all of it behind when they die.
//!
//! Nothing of Kubernetes runs: a cluster here is a list of what was asked for and who is alive to see to it.

mod aws;
mod backends;
mod changes;
mod cloud_controller;
mod groups;
mod load_balancer_controller;
mod names;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

pub use self::changes::{
    Controller, KubernetesChange, KubernetesCluster, KubernetesController, KubernetesIngress,
    KubernetesObject, KubernetesService, ServiceClass,
};

use self::aws::Aws;
use crate::api::Call;
use crate::world::Ruled;

/// Where a controller puts what it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub cluster: String,
    pub vpc: String,
    pub subnets: Vec<String>,
    pub node_group: Option<String>,
}

/// What an EKS cluster of that name says of itself, for whoever drives the actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eks {
    pub place: Place,
    /// Not deleted and not being deleted.
    pub alive: bool,
    pub has_nodes: bool,
}

#[derive(Debug, Clone)]
struct Object<T> {
    wanted: T,
    uid: String,
    deleted: bool,
}

impl<T> Object<T> {
    fn new(wanted: T, uid: String) -> Self {
        Self {
            wanted,
            uid,
            deleted: false,
        }
    }
}

#[derive(Debug)]
struct Cluster {
    settings: KubernetesCluster,
    alive: BTreeMap<Controller, bool>,
    services: BTreeMap<String, Object<KubernetesService>>,
    ingresses: BTreeMap<String, Object<KubernetesIngress>>,
    /// Was an EKS cluster of this name ever seen, and nodes of it: what dies must have lived.
    was_eks: bool,
    had_nodes: bool,
    place: Option<Place>,
    next: Duration,
}

/// Every cluster and who is alive in it.
#[derive(Debug, Default)]
pub struct Kubernetes {
    clusters: BTreeMap<String, Cluster>,
    objects: u64,
}

/// What a controller tries again when AWS refused: security groups that interfaces still hold.
const RETRY: Duration = Duration::from_secs(5);

impl Kubernetes {
    /// Takes a change in; the controllers see it when they next act, which is at once.
    ///
    /// # Errors
    /// If the cluster or the object is not there.
    pub fn change(&mut self, change: KubernetesChange) -> anyhow::Result<()> {
        self.objects += 1;
        let nth = self.objects;
        let key = |namespace: &str, name: &str| format!("{namespace}/{name}");
        let cluster = match change {
            KubernetesChange::Cluster(settings) => {
                let name = settings.name.clone();
                self.begin(settings);
                name
            }
            KubernetesChange::Service(wanted) => {
                let cluster = self.cluster(&wanted.cluster)?;
                let given = wanted.uid.clone();
                let uid = given
                    .unwrap_or_else(|| names::uid(&wanted.cluster, &wanted.namespace, &wanted.name, nth));
                let name = wanted.cluster.clone();
                let key = key(&wanted.namespace, &wanted.name);
                cluster.services.insert(key, Object::new(wanted, uid));
                name
            }
            KubernetesChange::Ingress(wanted) => {
                let cluster = self.cluster(&wanted.cluster)?;
                let uid = names::uid(&wanted.cluster, &wanted.namespace, &wanted.name, nth);
                let name = wanted.cluster.clone();
                let key = key(&wanted.namespace, &wanted.name);
                cluster.ingresses.insert(key, Object::new(wanted, uid));
                name
            }
            KubernetesChange::DeleteService(it) => {
                let key = key(&it.namespace, &it.name);
                let found = self.cluster(&it.cluster)?.services.get_mut(&key);
                found
                    .ok_or_else(|| anyhow::anyhow!("no Service {key} in {}", it.cluster))?
                    .deleted = true;
                it.cluster
            }
            KubernetesChange::DeleteIngress(it) => {
                let key = key(&it.namespace, &it.name);
                let found = self.cluster(&it.cluster)?.ingresses.get_mut(&key);
                found
                    .ok_or_else(|| anyhow::anyhow!("no Ingress {key} in {}", it.cluster))?
                    .deleted = true;
                it.cluster
            }
            KubernetesChange::Kill(it) => {
                self.cluster(&it.cluster)?.alive.insert(it.controller, false);
                it.cluster
            }
            KubernetesChange::Start(it) => {
                self.cluster(&it.cluster)?.alive.insert(it.controller, true);
                it.cluster
            }
        };
        self.cluster(&cluster)?.next = Duration::ZERO;
        Ok(())
    }

    /// The changes that would make what is here.
    pub fn as_changes(&self) -> Vec<KubernetesChange> {
        let mut changes = Vec::new();
        for cluster in self.clusters.values() {
            let alive = cluster.alive.iter().filter(|(_, alive)| **alive);
            changes.push(KubernetesChange::Cluster(KubernetesCluster {
                controllers: alive.map(|(controller, _)| *controller).collect(),
                ..cluster.settings.clone()
            }));
            let services = cluster.services.values().filter(|it| !it.deleted);
            changes.extend(services.map(|it| {
                KubernetesChange::Service(KubernetesService {
                    uid: Some(it.uid.clone()),
                    ..it.wanted.clone()
                })
            }));
            let ingresses = cluster.ingresses.values().filter(|it| !it.deleted);
            changes.extend(ingresses.map(|it| KubernetesChange::Ingress(it.wanted.clone())));
        }
        changes
    }

    /// Lets every controller that is due look at everything it is responsible for. `eks` tells of an EKS cluster,
    /// `call` makes a call to AWS. Returns when to come again, in AWS time.
    pub fn act(
        &mut self,
        now: Duration,
        eks: impl Fn(&str) -> Option<Eks>,
        call: &mut dyn FnMut(Call) -> Ruled<Value>,
    ) -> Option<Duration> {
        for cluster in self.clusters.values_mut() {
            if now < cluster.next {
                continue;
            }
            cluster.see(eks(&cluster.settings.name));
            let settled = cluster.reconcile(call);
            let resync = Duration::try_from_secs_f64(cluster.settings.resync_seconds);
            let pause = resync.unwrap_or(RETRY).max(Duration::from_secs(1));
            cluster.next = now + if settled { pause } else { RETRY.min(pause) };
        }
        let busy = self
            .clusters
            .values()
            .filter(|it| it.alive.values().any(|alive| *alive));
        busy.map(|it| it.next).min()
    }

    fn begin(&mut self, settings: KubernetesCluster) {
        let alive = settings.controllers.iter().map(|it| (*it, true)).collect();
        match self.clusters.get_mut(&settings.name) {
            Some(cluster) => {
                cluster.alive = alive;
                cluster.settings = settings;
            }
            None => {
                let cluster = Cluster {
                    alive,
                    services: BTreeMap::new(),
                    ingresses: BTreeMap::new(),
                    was_eks: false,
                    had_nodes: false,
                    place: None,
                    next: Duration::ZERO,
                    settings,
                };
                self.clusters.insert(cluster.settings.name.clone(), cluster);
            }
        }
    }

    fn cluster(&mut self, name: &str) -> anyhow::Result<&mut Cluster> {
        let found = self.clusters.get_mut(name);
        found.ok_or_else(|| anyhow::anyhow!("no Kubernetes cluster {name}"))
    }
}

impl Cluster {
    /// The control plane takes the cloud controller with it, the last node the load balancer controller.
    fn see(&mut self, eks: Option<Eks>) {
        let settings = &self.settings;
        let alive = eks.as_ref().is_some_and(|it| it.alive);
        let nodes = eks.as_ref().is_some_and(|it| it.has_nodes);
        self.was_eks |= alive;
        self.had_nodes |= nodes;
        if self.was_eks && !alive {
            self.alive.clear();
        }
        if self.had_nodes && !nodes {
            self.alive.remove(&Controller::LoadBalancerController);
        }
        let of_eks = eks.map(|it| it.place);
        let vpc = settings.vpc.clone().or(of_eks.as_ref().map(|it| it.vpc.clone()));
        if let Some(vpc) = vpc {
            let of_eks = of_eks.as_ref();
            self.place = Some(Place {
                cluster: settings.name.clone(),
                vpc,
                subnets: match settings.subnets.as_slice() {
                    [] => of_eks.map(|it| it.subnets.clone()).unwrap_or_default(),
                    subnets => subnets.to_vec(),
                },
                node_group: settings
                    .node_security_group
                    .clone()
                    .or(of_eks.and_then(|it| it.node_group.clone())),
            });
        }
    }

    /// Everything as wanted, as far as AWS allows; false if something has to be tried again soon.
    fn reconcile(&mut self, call: &mut dyn FnMut(Call) -> Ruled<Value>) -> bool {
        let Some(place) = self.place.clone() else {
            return true;
        };
        let lives = |controller: Controller| self.alive.get(&controller) == Some(&true);
        let mut settled = true;
        let mut gone = Vec::new();
        if lives(Controller::CloudController) {
            let mut aws = Aws::new(cloud_controller::CLIENT, call);
            for (key, service) in &self.services {
                if service.wanted.class == ServiceClass::External {
                    continue;
                }
                let done = cloud_controller::reconcile(&mut aws, &place, service);
                settled &= note(&place.cluster, key, &done);
                if done.is_ok() && service.deleted {
                    gone.push(key.clone());
                }
            }
        }
        if lives(Controller::LoadBalancerController) {
            let mut aws = Aws::new(load_balancer_controller::CLIENT, call);
            for (key, service) in &self.services {
                if service.wanted.class != ServiceClass::External {
                    continue;
                }
                let done = load_balancer_controller::service(&mut aws, &place, service);
                settled &= note(&place.cluster, key, &done);
                if done.is_ok() && service.deleted {
                    gone.push(key.clone());
                }
            }
            let mut gone_ingresses = Vec::new();
            for (key, ingress) in &self.ingresses {
                let done = load_balancer_controller::ingress(&mut aws, &place, ingress);
                settled &= note(&place.cluster, key, &done);
                if done.is_ok() && ingress.deleted {
                    gone_ingresses.push(key.clone());
                }
            }
            self.ingresses.retain(|key, _| !gone_ingresses.contains(key));
            let left = self
                .services
                .iter()
                .any(|(key, it)| it.wanted.class == ServiceClass::External && !gone.contains(key));
            if !left && self.ingresses.is_empty() {
                let done = backends::remove(&mut aws, &place);
                settled &= note(&place.cluster, "the backend group", &done);
            }
        }
        self.services.retain(|key, _| !gone.contains(key));
        settled
    }
}

/// A refusal is what a controller writes into its log before it tries again.
fn note(cluster: &str, object: &str, done: &Ruled<()>) -> bool {
    if let Err(refusal) = done {
        tracing::debug!(%cluster, %object, %refusal, "a controller was refused");
    }
    done.is_ok()
}
