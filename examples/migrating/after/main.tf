# The same rule, owned by a service with two colors. Without an ecs block only traffic is managed: whoever deployed and
# counted tasks before still does.

terraform {
  required_version = ">= 1.8"
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
  region = var.region
}

provider "bluegreen" {
  region = var.region
}

resource "bluegreen_service" "web" {
  name            = "web"
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = var.activate_canary
  promote_to_all  = var.promote_to_all

  alb = {
    listener_arn           = var.listener_arn
    priority               = 100
    path_patterns          = ["/*"]
    blue_target_group_arn  = var.blue_target_group_arn
    green_target_group_arn = var.green_target_group_arn
    min_healthy_targets    = 2
  }

  rollout = {
    steps      = var.steps
    final_bake = var.final_bake
    drain      = var.drain
  }
}
