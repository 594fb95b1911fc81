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

# These change with every release; env/*.tfvars of a repository hold them.

variable "release" {
  type    = string
  default = "v1"
}

variable "task_definition" {
  type    = string
  default = "web:1"
}

variable "enable_canary" {
  type    = bool
  default = false
}

variable "activate_canary" {
  type    = bool
  default = false
}

variable "promote_to_all" {
  type    = bool
  default = false
}

# These are made elsewhere and stay.

variable "listener_arn" {
  type = string
}

variable "blue_target_group_arn" {
  type = string
}

variable "green_target_group_arn" {
  type = string
}
