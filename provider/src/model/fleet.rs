//! The `ecs` block, checked and typed: names that ECS could know, and one revision of a task definition. Asks nobody
//! whether they exist.

use super::ask::{Checks, EcsBlock};
use super::{number, string};
use crate::adapters::ecs::short;
use rollout::{Color, PerColor, Version};
use tfplugin::{Path, Value};

/// AWS's, for services and clusters.
const LONGEST_ECS_NAME: usize = 255;

impl Checks<'_> {
    pub(super) fn ecs(&mut self, block: &Value) -> Option<EcsBlock> {
        if block.is_null() || block.is_unknown() {
            return None;
        }
        let at = |field: &str| Path::root("ecs").field(field);
        for field in ["cluster", "blue_service", "green_service", "desired_count"] {
            self.needs(block.get(field));
        }
        let services = PerColor {
            blue: string(block.get("blue_service")).unwrap_or_default(),
            green: string(block.get("green_service")).unwrap_or_default(),
        };
        if services.blue == services.green && !services.blue.is_empty() {
            let detail = format!(
                "blue_service and green_service are both {:?}. Each color is an ECS service of its own.",
                services.blue
            );
            self.error(at("green_service"), "One ECS service for two colors", detail);
        }
        for color in Color::BOTH {
            let field = format!("{}_service", color.name());
            if let Some(name) = block.get(&field).as_str() {
                self.ecs_name(name, at(&field), "an ECS service");
            }
        }
        if let Some(cluster) = block.get("cluster").as_str() {
            let name = match cluster.split_once(":cluster/") {
                Some((arn, name)) if arn.starts_with("arn:") => name,
                _ => cluster,
            };
            self.ecs_name(name, at("cluster"), "an ECS cluster");
        }
        let count = block.get("desired_count");
        let desired_count = number(count).filter(|&count| 0 < count);
        if desired_count.is_none() && count.as_f64().is_some() {
            let detail = "desired_count is what a serving color runs at least, so it is 1 or more. To stop a service, destroy it.";
            self.error(at("desired_count"), "A serving color of nothing", detail);
        }
        let version = match block.get("task_definition") {
            Value::Null => Version::Unmanaged,
            Value::Unknown => Version::Unknown,
            value => Version::Known(
                self.task_definition(value.as_str().unwrap_or_default(), at("task_definition")),
            ),
        };
        Some(EcsBlock {
            cluster: string(block.get("cluster")).unwrap_or_default(),
            services,
            desired_count: desired_count.unwrap_or(1),
            version,
        })
    }

    fn ecs_name(&mut self, name: &str, at: Path, what: &str) {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=LONGEST_ECS_NAME).contains(&name.len()) && name.chars().all(allowed) {
            return;
        }
        let hint = if name.starts_with("arn:") {
            " This looks like an ARN: write what follows its last slash."
        } else {
            ""
        };
        let detail = format!(
            "{at} is {name:?}; the name of {what} has 1 to {LONGEST_ECS_NAME} letters, digits, hyphens and underscores.{hint}"
        );
        self.error(at, "No such name in ECS", detail);
    }

    /// Without a revision ECS would take whatever is newest at that moment, and the plan could not say what.
    fn task_definition(&mut self, text: &str, at: Path) -> String {
        let name = short(text);
        let revision = name
            .rsplit_once(':')
            .and_then(|(_, revision)| revision.parse::<u32>().ok());
        if revision.is_none() {
            let detail = format!(
                "task_definition is {text:?}; name one revision as family:revision or as an ARN, for example aws_ecs_task_definition.web.arn."
            );
            self.error(at, "Which task definition?", detail);
        }
        name.to_owned()
    }
}
