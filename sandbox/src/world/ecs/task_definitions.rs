//! Task definitions: immutable revisions of a family.
//!
//! Deregistering makes a revision INACTIVE: nothing new may start from it, what uses it goes on.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::TaskDefinition;
use crate::world::{Refusal, Ruled, World};

impl World {
    /// `body` is the request without family and tags.
    pub fn register_task_definition(
        &mut self,
        family: &str,
        mut body: Map<String, Value>,
    ) -> Ruled<&TaskDefinition> {
        let valid = !family.is_empty()
            && family.len() <= 255
            && family
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !valid {
            return Err(Refusal::client("Family contains invalid characters."));
        }
        complete(&mut body)?;
        let revisions = self.ecs.task_definitions.entry(family.to_owned()).or_default();
        let revision = u32::try_from(revisions.len() + 1).unwrap_or(u32::MAX);
        let definition = TaskDefinition {
            arn: self.ids.ecs_arn(&format!("task-definition/{family}:{revision}")),
            family: family.to_owned(),
            revision,
            active: true,
            registered: self.now.wall,
            deregistered: None,
            body,
        };
        revisions.push(definition);
        Ok(&revisions[revisions.len() - 1])
    }

    /// By ARN, `family:revision`, or family alone for its latest ACTIVE revision.
    pub fn find_task_definition(&self, reference: &str) -> Option<&TaskDefinition> {
        let name = reference.rsplit("task-definition/").next().unwrap_or(reference);
        match name.split_once(':') {
            Some((family, revision)) => {
                let revision: usize = revision.parse().ok()?;
                self.ecs
                    .task_definitions
                    .get(family)?
                    .get(revision.checked_sub(1)?)
            }
            None => self
                .ecs
                .task_definitions
                .get(name)?
                .iter()
                .rev()
                .find(|it| it.active),
        }
    }

    /// A revision new tasks may start from.
    pub(super) fn usable_task_definition(&self, reference: &str) -> Ruled<&TaskDefinition> {
        let found = self
            .find_task_definition(reference)
            .ok_or_else(|| Refusal::client("TaskDefinition not found."))?;
        if !found.active {
            return Err(Refusal::client("TaskDefinition is inactive"));
        }
        Ok(found)
    }

    pub fn deregister_task_definition(&mut self, reference: &str) -> Ruled<&TaskDefinition> {
        if !reference.rsplit('/').next().unwrap_or_default().contains(':') {
            return Err(Refusal::parameter("Revision must be specified"));
        }
        let found = self
            .find_task_definition(reference)
            .ok_or_else(|| Refusal::client("Unable to describe task definition."))?;
        let (family, index) = (found.family.clone(), found.revision as usize - 1);
        let now = self.now.wall;
        let revision = self
            .ecs
            .task_definitions
            .get_mut(&family)
            .and_then(|revisions| revisions.get_mut(index))
            .ok_or_else(|| Refusal::client("Unable to describe task definition."))?;
        if revision.active {
            revision.active = false;
            revision.deregistered = Some(now);
        }
        Ok(revision)
    }
}

impl TaskDefinition {
    fn containers(&self) -> impl Iterator<Item = &Value> {
        self.body
            .get("containerDefinitions")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }

    pub(super) fn container(&self, name: &str) -> Option<&Value> {
        self.containers().find(|container| container["name"] == name)
    }

    /// Environment and first port of the container that serves: the named one, else the first.
    pub(crate) fn program(&self, name: Option<&str>) -> (BTreeMap<String, String>, Option<u16>) {
        let named = name.and_then(|name| self.container(name));
        let Some(container) = named.or_else(|| self.containers().next()) else {
            return (BTreeMap::new(), None);
        };
        let pairs = container["environment"].as_array().into_iter().flatten();
        let env = pairs.filter_map(|pair| {
            Some((
                pair["name"].as_str()?.to_owned(),
                pair["value"].as_str().unwrap_or_default().to_owned(),
            ))
        });
        (env.collect(), ports(container).next())
    }

    pub(super) fn network_mode(&self) -> &str {
        self.body
            .get("networkMode")
            .and_then(Value::as_str)
            .unwrap_or("bridge")
    }
}

/// Container ports of a container definition.
pub(super) fn ports(container: &Value) -> impl Iterator<Item = u16> {
    let mappings = container["portMappings"].as_array().into_iter().flatten();
    mappings.filter_map(|mapping| u16::try_from(mapping["containerPort"].as_u64()?).ok())
}

/// Fills in what ECS fills in; refuses what it refuses.
fn complete(body: &mut Map<String, Value>) -> Ruled<()> {
    let awsvpc = body.get("networkMode").is_some_and(|mode| mode == "awsvpc");
    let fargate = body
        .get("requiresCompatibilities")
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|it| it == "FARGATE"));
    if fargate && !awsvpc {
        return Err(Refusal::client("Fargate only supports network mode ‘awsvpc’."));
    }
    if fargate && !(body.contains_key("cpu") && body.contains_key("memory")) {
        return Err(Refusal::client(
            "Fargate requires that 'cpu' and 'memory' be defined at the task level.",
        ));
    }
    let containers = body.get_mut("containerDefinitions").and_then(Value::as_array_mut);
    let containers = containers
        .filter(|containers| !containers.is_empty())
        .ok_or_else(|| Refusal::client("Container list cannot be empty."))?;
    for container in containers {
        let Some(container) = container.as_object_mut() else {
            return Err(Refusal::parameter("A container definition must be an object"));
        };
        if container
            .get("name")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(Refusal::client("Container.name should not be null or empty."));
        }
        if container
            .get("image")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(Refusal::client("Container.image should not be null or empty."));
        }
        let defaults = [
            ("cpu", json!(0)),
            ("essential", json!(true)),
            ("environment", json!([])),
            ("mountPoints", json!([])),
            ("portMappings", json!([])),
            ("volumesFrom", json!([])),
            ("systemControls", json!([])),
        ];
        for (name, value) in defaults {
            container.entry(name).or_insert(value);
        }
        let mappings = container
            .get_mut("portMappings")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        for mapping in mappings.filter_map(Value::as_object_mut) {
            let port = mapping.get("containerPort").cloned().unwrap_or(Value::Null);
            mapping
                .entry("hostPort")
                .or_insert(if awsvpc { port } else { json!(0) });
            mapping.entry("protocol").or_insert(json!("tcp"));
        }
    }
    for (name, value) in [("volumes", json!([])), ("placementConstraints", json!([]))] {
        body.entry(name).or_insert(value);
    }
    Ok(())
}
