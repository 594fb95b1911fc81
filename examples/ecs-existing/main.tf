terraform {
  required_version = ">= 1.8"
  required_providers {
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "~> 0.1"
    }
  }
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
  canary_weight   = var.canary_weight
  rollback_window = var.rollback_window
  retry_token     = var.retry_token

  alb = {
    listener_arn           = var.listener_arn
    priority               = 100
    path_patterns          = ["/*"]
    blue_target_group_arn  = var.blue_target_group_arn
    green_target_group_arn = var.green_target_group_arn
  }

  ecs = {
    cluster         = var.cluster
    blue_service    = "web-blue"
    green_service   = "web-green"
    desired_count   = 2
    task_definition = var.task_definition
  }

  rollout = {
    steps          = var.steps
    final_bake     = var.final_bake
    health_timeout = var.health_timeout
    drain          = var.drain
  }
}

# The office sees the candidate on the same URL, one step before the public does.
resource "bluegreen_canary_rule" "office" {
  route      = bluegreen_service.web.route
  priority   = 99
  source_ips = var.office_ips
}
