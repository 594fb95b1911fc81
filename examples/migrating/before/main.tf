# A hand-made rule, as many have it: one forward to the color that serves.

terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }
}

provider "aws" {
  region = var.region
}

resource "aws_lb_listener_rule" "web" {
  listener_arn = var.listener_arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = var.blue_target_group_arn
  }
}

# The id of the import is made of it.
output "rule_arn" {
  value = aws_lb_listener_rule.web.arn
}
