# A second service on the same listener. It has no ECS services: only traffic is managed.
variable "api_release" {
  type    = string
  default = "v1"
}

variable "api_warm" {
  type    = bool
  default = false
}

resource "aws_lb_target_group" "api" {
  for_each             = toset(["blue", "green"])
  name                 = "api-${each.key}"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 10
}

resource "bluegreen_service" "api" {
  name            = "api"
  release         = var.api_release
  enable_canary   = var.api_warm
  activate_canary = false
  promote_to_all  = false

  alb = {
    listener_arn           = aws_lb_listener.http.arn
    priority               = 50
    host_headers           = ["api.example.com"]
    blue_target_group_arn  = aws_lb_target_group.api["blue"].arn
    green_target_group_arn = aws_lb_target_group.api["green"].arn
  }
}
