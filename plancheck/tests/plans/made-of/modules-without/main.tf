# The module `service` without what was ours in it.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
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
