# Services out of a module of their own, one per name, on a listener that another configuration made.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "~> 0.1"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

provider "bluegreen" {
  region = "eu-central-1"
}

variable "listener" {
  type = string
}

variable "services" {
  type = map(object({
    name     = string
    priority = number
    release  = string
    flags    = list(bool)
  }))
}

module "service" {
  source   = "./service"
  for_each = var.services
  listener = var.listener
  service  = each.value
}
