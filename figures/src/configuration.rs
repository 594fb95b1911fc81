//! The configurations that are planned and applied: one block per resource, as people write them.
//!
//! Never `for_each`: Terraform would build the whole map of services for each canary rule, and measure itself.

use crate::town::House;
use std::fmt::Write;

/// What changes from one apply to the next.
pub const VARIABLES: &str = r#"
variable "release" {
  default = "v1"
}
variable "task_definition" {
  default = "web:1"
}
variable "enable_canary" {
  default = false
}
variable "promote_to_all" {
  default = false
}
"#;

/// Every service with its ECS services.
pub fn services(houses: &[House]) -> String {
    let mut text = String::from(
        "terraform {\n  required_providers {\n    bluegreen = { source = \"bluegreen-rs/bluegreen\" }\n  }\n}\n",
    );
    for house in houses {
        let House {
            name,
            listener,
            priority,
            blue,
            green,
        } = house;
        let _ = writeln!(
            text,
            r#"
resource "bluegreen_service" "{name}" {{
  name            = "{name}"
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = false
  promote_to_all  = var.promote_to_all
  rollback_window = "1h"
  alb = {{
    listener_arn           = "{listener}"
    priority               = {priority}
    host_headers           = ["{name}.example.com"]
    blue_target_group_arn  = "{blue}"
    green_target_group_arn = "{green}"
  }}
  ecs = {{
    cluster         = "main"
    blue_service    = "{name}-blue"
    green_service   = "{name}-green"
    desired_count   = 1
    task_definition = var.task_definition
  }}
  rollout = {{ final_bake = "1s" }}
}}"#
        );
    }
    text
}

/// A canary rule for each service.
pub fn canary_rules(houses: &[House]) -> String {
    let mut text = String::new();
    for House { name, priority, .. } in houses {
        let _ = writeln!(
            text,
            r#"
resource "bluegreen_canary_rule" "{name}" {{
  route      = bluegreen_service.{name}.route
  priority   = {}
  source_ips = ["192.0.2.0/24"]
}}"#,
            priority - 1
        );
    }
    text
}

/// As many resources that Terraform itself brings, and that ask nobody.
pub fn built_in(resources: u32) -> String {
    let mut text = String::new();
    for number in 0..resources {
        let _ = writeln!(
            text,
            "resource \"terraform_data\" \"d{number:04}\" {{\n  input = \"value {number}\"\n}}"
        );
    }
    text
}
