# What the example beside this file needs to run by itself.

terraform {
  required_version = ">= 1.8"
  required_providers {
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "~> 0.1"
    }
  }
}

variable "release" {
  type    = string
  default = "v1"
}

variable "task_definition" {
  type    = string
  default = "web:1"
}

# Warm first: the candidate has to be healthy before an audience may reach it.
variable "enable_canary" {
  type    = bool
  default = false
}

variable "activate_canary" {
  type    = bool
  default = false
}

variable "listener_arn" {
  type = string
}

variable "blue_target_group_arn" {
  type = string
}

variable "green_target_group_arn" {
  type = string
}

resource "bluegreen_service" "web" {
  name            = "web"
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = var.activate_canary
  promote_to_all  = false

  alb = {
    listener_arn           = var.listener_arn
    priority               = 100
    path_patterns          = ["/*"]
    blue_target_group_arn  = var.blue_target_group_arn
    green_target_group_arn = var.green_target_group_arn
  }

  ecs = {
    cluster         = "main"
    blue_service    = "web-blue"
    green_service   = "web-green"
    desired_count   = 2
    task_definition = var.task_definition
  }
}
