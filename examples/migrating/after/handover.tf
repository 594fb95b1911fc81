# Needed for one apply; delete this file afterwards.

# The AWS provider forgets the rule, and leaves it where it is.
removed {
  from = aws_lb_listener_rule.web

  lifecycle {
    destroy = false
  }
}

# bluegreen takes it over as it stands.
import {
  to = bluegreen_service.web
  id = "web@${var.rule_arn}"
}

variable "rule_arn" {
  description = "Of the rule that is taken over: the output rule_arn of the configuration before."
  type        = string
}
