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

variable "vpc_id" {
  type = string
}
