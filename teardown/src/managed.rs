//! What Terraform's states hold: whatever is in one is Terraform's to delete.
//!
//! Reads the state file (version 4, as `terraform state pull` prints it) and `terraform show -json`. A state that
//! can't be read is an error: taking it for an empty one would spare nothing. What an older version of a state held says
//! only which clusters there were and what else to spare, never where to look.

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The objects that Terraform manages, by everything that names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed {
    /// Type and ARN, id or name → address.
    named: BTreeMap<(Class, String), String>,
    clusters: BTreeSet<String>,
    /// Of older versions, where the state has lost them since.
    former_clusters: BTreeSet<String>,
    vpcs: BTreeSet<String>,
    /// The VPCs that the clusters are in: where a state holds the cluster and another one its network.
    cluster_vpcs: BTreeSet<String>,
    places: BTreeSet<Place>,
    /// Lineage and serial of each state, to see that none has changed.
    versions: BTreeMap<String, u64>,
}

/// Where a network or a cluster of a state is, by its ARN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-central-1`.
    pub region: String,
}

/// Which form a state had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// None: where there is no state yet, `terraform state pull` prints nothing.
    Empty,
    /// The state file, version 4.
    File,
    /// `terraform show -json`.
    Shown,
}

/// What was made of an older version of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Former {
    /// It is one of a state that was added; how much it adds to that.
    Taken {
        /// EKS clusters that are not in the state any more.
        clusters: usize,
        /// Load balancers, target groups, security groups and network interfaces that are not.
        objects: usize,
    },
    /// It is one of another state, or a newer one: nothing was taken from it.
    Unrelated,
}

/// Which objects share their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Classic, application, network and gateway load balancers.
    LoadBalancer,
    /// Target groups.
    TargetGroup,
    /// Security groups.
    SecurityGroup,
    /// Network interfaces.
    NetworkInterface,
}

/// Why a state can't be read.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Not JSON, or cut short.
    #[error("the state is not JSON")]
    Json(#[from] serde_json::Error),
    /// JSON, but of neither form.
    #[error("the state is neither a version 4 state file nor the output of terraform show -json")]
    Form,
    /// `terraform show -json` of a plan: its prior state is older than what an apply makes of it.
    #[error(
        "that is a plan, not a state: hand over what terraform show -json prints without a file, or terraform state pull"
    )]
    Plan,
}

#[derive(Deserialize)]
struct File {
    version: u64,
    lineage: String,
    serial: u64,
    resources: Vec<FileResource>,
}

#[derive(Deserialize)]
struct FileResource {
    #[serde(default)]
    module: Option<String>,
    mode: String,
    r#type: String,
    name: String,
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    index_key: Option<Value>,
    #[serde(default)]
    attributes: Value,
}

impl Managed {
    /// Adds what one state holds.
    ///
    /// # Errors
    /// If the text is no state. An empty text is what `terraform state pull` prints where there is none yet: it holds
    /// nothing.
    pub fn add(&mut self, text: &str) -> Result<Form, StateError> {
        if text.trim().is_empty() {
            return Ok(Form::Empty);
        }
        let json: Value = serde_json::from_str(text)?;
        if json.get("format_version").is_some() {
            return self.shown(&json);
        }
        if json.get("version") != Some(&Value::from(4)) {
            return Err(StateError::Form);
        }
        let file: File = serde_json::from_value(json)?;
        if file.version != 4 {
            return Err(StateError::Form);
        }
        self.versions.insert(file.lineage, file.serial);
        for resource in file
            .resources
            .iter()
            .filter(|resource| resource.mode == "managed")
        {
            let module = resource
                .module
                .as_deref()
                .map_or(String::new(), |module| format!("{module}."));
            for instance in &resource.instances {
                let key = instance
                    .index_key
                    .as_ref()
                    .map_or(String::new(), |key| format!("[{key}]"));
                let address = format!("{module}{}.{}{key}", resource.r#type, resource.name);
                self.object(&resource.r#type, &address, &instance.attributes);
            }
        }
        Ok(Form::File)
    }

    /// Adds what `terraform show -json` prints of a state.
    fn shown(&mut self, json: &Value) -> Result<Form, StateError> {
        // Other commands print a format_version too; taking a plan or a verdict for an empty state would spare nothing.
        let known = ["format_version", "terraform_version", "values", "checks"];
        let keys = json
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str());
        for key in keys {
            match key {
                "planned_values" | "resource_changes" | "prior_state" => return Err(StateError::Plan),
                other if !known.contains(&other) => return Err(StateError::Form),
                _ => {}
            }
        }
        let mut state = Managed::default();
        // A state without resources has no values.
        if let Some(values) = json.get("values") {
            state.module(values.get("root_module").ok_or(StateError::Form)?)?;
        }
        // It has no lineage and no serial: what it holds stands for them, so that a plan is bound to it all the same.
        if state.named.is_empty() && state.clusters.is_empty() && state.vpcs.is_empty() {
            return Ok(Form::Shown);
        }
        let mut digest = Sha256::new();
        for ((class, name), address) in &state.named {
            digest.update(format!("{class:?} {name} {address}\n"));
        }
        for name in state.clusters.iter().chain(&state.vpcs) {
            digest.update(format!("{name}\n"));
        }
        let hex = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        state.versions.insert(format!("shown-{hex}"), 0);
        self.merge(state);
        Ok(Form::Shown)
    }

    /// Adds what an older version of a state that was added held: the names of its clusters, which were EKS's here, and
    /// what else Terraform manages or has just destroyed. Its VPCs and its region are not taken: they may be gone.
    ///
    /// # Errors
    /// If the text is no state file.
    pub fn recall(&mut self, text: &str) -> Result<Former, StateError> {
        let mut old = Managed::default();
        if old.add(text)? != Form::File {
            return Err(StateError::Form);
        }
        let is_older = |(lineage, serial): (&String, &u64)| {
            let current = self.versions.get(lineage);
            current.is_some_and(|current| serial <= current)
        };
        if !old.versions.iter().all(is_older) {
            return Ok(Former::Unrelated);
        }
        let (clusters, objects) = (self.former_clusters.len(), self.count());
        let lost = old.clusters.difference(&self.clusters).cloned();
        self.former_clusters.extend(lost);
        for (name, address) in old.named {
            let address = || format!("{address}, in the state before Terraform's last run");
            self.named.entry(name).or_insert_with(address);
        }
        Ok(Former::Taken {
            clusters: self.former_clusters.len() - clusters,
            objects: self.count() - objects,
        })
    }

    /// Adds what other states hold.
    pub fn merge(&mut self, other: Managed) {
        self.named.extend(other.named);
        self.clusters.extend(other.clusters);
        self.former_clusters.extend(other.former_clusters);
        self.vpcs.extend(other.vpcs);
        self.cluster_vpcs.extend(other.cluster_vpcs);
        self.places.extend(other.places);
        self.versions.extend(other.versions);
    }

    fn module(&mut self, module: &Value) -> Result<(), StateError> {
        let list = |name: &str| match module.get(name) {
            None => Ok(&[][..]),
            Some(Value::Array(items)) => Ok(items.as_slice()),
            Some(_) => Err(StateError::Form),
        };
        for resource in list("resources")? {
            let text = |name: &str| resource.get(name).and_then(Value::as_str);
            let (Some(kind), Some(address)) = (text("type"), text("address")) else {
                return Err(StateError::Form);
            };
            if text("mode") == Some("managed") {
                self.object(kind, address, &resource["values"]);
            }
        }
        for child in list("child_modules")? {
            self.module(child)?;
        }
        Ok(())
    }

    fn object(&mut self, kind: &str, address: &str, attributes: &Value) {
        let text = |name: &str| attributes.get(name).and_then(Value::as_str);
        let class = match kind {
            "aws_lb" | "aws_alb" | "aws_elb" => Class::LoadBalancer,
            "aws_lb_target_group" | "aws_alb_target_group" => Class::TargetGroup,
            "aws_security_group" | "aws_default_security_group" => Class::SecurityGroup,
            "aws_network_interface" => Class::NetworkInterface,
            "aws_eks_cluster" => {
                self.clusters
                    .extend(text("name").or_else(|| text("id")).map(str::to_owned));
                let vpc = attributes.pointer("/vpc_config/0/vpc_id").and_then(Value::as_str);
                self.cluster_vpcs.extend(vpc.map(str::to_owned));
                self.places.extend(text("arn").and_then(Place::of));
                return;
            }
            "aws_vpc" => {
                self.vpcs.extend(text("id").map(str::to_owned));
                self.places.extend(text("arn").and_then(Place::of));
                return;
            }
            _ => return,
        };
        // The name too: sparing one too many is the safe side.
        for name in [text("arn"), text("id"), text("name")].into_iter().flatten() {
            self.named.insert((class, name.to_owned()), address.to_owned());
        }
    }

    /// The address of the object with any of these names.
    pub fn address<'a>(&'a self, class: Class, names: &[&str]) -> Option<&'a str> {
        names
            .iter()
            .find_map(|name| self.named.get(&(class, (*name).to_owned())))
            .map(String::as_str)
    }

    /// Whether there is, or was before Terraform's last run, an EKS cluster of this name.
    pub fn has_cluster(&self, name: &str) -> bool {
        self.clusters.contains(name) || self.former_clusters.contains(name)
    }

    /// Whether only an older version of a state has it.
    pub fn has_lost_cluster(&self, name: &str) -> bool {
        !self.clusters.contains(name) && self.former_clusters.contains(name)
    }

    /// The EKS clusters, those that the state has lost too.
    pub fn clusters(&self) -> impl Iterator<Item = &str> {
        self.clusters.union(&self.former_clusters).map(String::as_str)
    }

    /// The VPCs; where it has none, those that its clusters are in.
    pub fn vpcs(&self) -> impl Iterator<Item = &str> {
        let of = match self.vpcs.is_empty() {
            true => &self.cluster_vpcs,
            false => &self.vpcs,
        };
        of.iter().map(String::as_str)
    }

    /// Where its VPCs and clusters are.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.places.iter()
    }

    /// How many load balancers, target groups, security groups and network interfaces it holds, each counted once.
    pub fn count(&self) -> usize {
        let objects: BTreeSet<(&Class, &String)> = self
            .named
            .iter()
            .map(|((class, _), address)| (class, address))
            .collect();
        objects.len()
    }

    /// Lineage and serial of each state file that was added.
    pub fn versions(&self) -> &BTreeMap<String, u64> {
        &self.versions
    }
}

impl Place {
    fn of(arn: &str) -> Option<Place> {
        let mut parts = arn.split(':').skip(3);
        let (region, account) = (parts.next()?, parts.next()?);
        let whole = !region.is_empty() && !account.is_empty();
        whole.then(|| Place {
            account: account.to_owned(),
            region: region.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
