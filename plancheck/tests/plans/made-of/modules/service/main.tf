# One service without ECS, and its canary.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    bluegreen = {
      source = "bluegreen-rs/bluegreen"
    }
  }
}

variable "listener" {
  type = string
}

variable "service" {
  type = object({
    name     = string
    priority = number
    release  = string
    flags    = list(bool)
  })
}

resource "aws_lb_target_group" "color" {
  for_each             = toset(["blue", "green"])
  name                 = "${var.service.name}-${each.key}"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = "vpc-0b1ae6f0c0ffee000"
  deregistration_delay = 10
}

resource "bluegreen_service" "this" {
  name            = var.service.name
  release         = var.service.release
  enable_canary   = var.service.flags[0]
  activate_canary = var.service.flags[1]
  promote_to_all  = var.service.flags[2]

  alb = {
    listener_arn           = var.listener
    priority               = var.service.priority
    host_headers           = ["${var.service.name}.example.com"]
    blue_target_group_arn  = aws_lb_target_group.color["blue"].arn
    green_target_group_arn = aws_lb_target_group.color["green"].arn
  }
}

resource "bluegreen_canary_rule" "office" {
  count      = 1
  route      = bluegreen_service.this.route
  priority   = var.service.priority - 1
  source_ips = ["192.0.2.0/24"]
}
