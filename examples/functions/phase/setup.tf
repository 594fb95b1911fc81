# What the example beside this file needs to run by itself. Validations that name other variables need Terraform 1.9.

terraform {
  required_version = ">= 1.9"
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

variable "enable_canary" {
  type    = bool
  default = false
}

variable "activate_canary" {
  type    = bool
  default = false
}

variable "pipeline" {
  description = "The run that promotes; null on a laptop."
  type        = string
  default     = null
}
