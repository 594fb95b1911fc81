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

variable "enable_canary" {
  type    = bool
  default = true
}

variable "activate_canary" {
  type    = bool
  default = true
}

variable "promote_to_all" {
  type    = bool
  default = false
}

variable "canary_weight" {
  type    = number
  default = 10
}
