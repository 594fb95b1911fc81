# Two services behind one load balancer, from nothing: network, load balancer, cluster, and both services in two colors.
# A release of either is a change of its line in env/*.tfvars.

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

module "network" {
  source = "../../terraform/modules/network"

  name         = var.name
  nat_gateways = var.nat_gateways
}

module "alb" {
  source = "../../terraform/modules/alb"

  name            = var.name
  vpc_id          = module.network.vpc_id
  subnet_ids      = module.network.public_subnet_ids
  certificate_arn = var.certificate_arn
  test_listener   = { cidrs = var.office_ips }
}

module "cluster" {
  source = "../../terraform/modules/ecs-cluster"

  name = var.name
}

locals {
  # What stays as it is from release to release. Rules are tried from the lowest priority up: who matches less comes
  # first. Each service's audiences lie below it and above the next one.
  services = {
    api = { priority = 100, paths = ["/api/*"] }
    web = { priority = 200, paths = ["/*"] }
  }
}

module "service" {
  source   = "../../terraform/modules/ecs-bluegreen-service"
  for_each = local.services

  name          = each.key
  cluster       = module.cluster.for_services
  network       = module.network.for_tasks
  load_balancer = module.alb.for_services

  image     = "${var.registry}/${each.key}"
  container = { environment = { APP_VERSION = var.releases[each.key].release } }
  priority  = each.value.priority
  match     = { path_patterns = each.value.paths }

  # The office sees the candidate on the same URL, one step before the public does.
  canaries = { office = { priority = each.value.priority - 1, source_ips = var.office_ips } }

  release         = var.releases[each.key].release
  enable_canary   = var.releases[each.key].enable_canary
  activate_canary = var.releases[each.key].activate_canary
  promote_to_all  = var.releases[each.key].promote_to_all
  retry_token     = var.releases[each.key].retry_token

  rollback_window = var.rollback_window
  rollout         = var.rollout
  health_check    = var.health_check
}
