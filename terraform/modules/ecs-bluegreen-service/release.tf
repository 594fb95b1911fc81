# The two target groups, the release between them, and who sees it early.

resource "aws_lb_target_group" "color" {
  for_each             = local.colors
  name                 = "${var.name}-${each.key}"
  port                 = var.container.port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.network.vpc_id
  deregistration_delay = var.deregistration_delay
  tags                 = var.tags

  health_check {
    path                = var.health_check.path
    matcher             = var.health_check.matcher
    interval            = var.health_check.interval
    timeout             = var.health_check.timeout
    healthy_threshold   = var.health_check.healthy_threshold
    unhealthy_threshold = var.health_check.unhealthy_threshold
  }
}

resource "bluegreen_service" "this" {
  name            = var.name
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = var.activate_canary
  promote_to_all  = var.promote_to_all
  canary_weight   = var.canary_weight
  rollback_window = var.rollback_window
  retry_token     = var.retry_token
  rollout         = var.rollout

  alb = {
    listener_arn           = var.load_balancer.listener_arn
    priority               = var.priority
    host_headers           = var.match.host_headers
    path_patterns          = var.match.path_patterns
    blue_target_group_arn  = aws_lb_target_group.color["blue"].arn
    green_target_group_arn = aws_lb_target_group.color["green"].arn
  }

  # Names, not references to the services: those come after this.
  ecs = {
    cluster         = var.cluster.name
    blue_service    = "${var.name}-blue"
    green_service   = "${var.name}-green"
    desired_count   = var.desired_count
    task_definition = aws_ecs_task_definition.this.arn
  }
}

resource "bluegreen_canary_rule" "this" {
  for_each      = var.canaries
  route         = bluegreen_service.this.route
  priority      = each.value.priority
  source_ips    = each.value.source_ips
  headers       = each.value.headers
  cookies       = each.value.cookies
  path_patterns = each.value.path_patterns
  query_strings = each.value.query_strings
  behind_proxy  = each.value.behind_proxy
}

# Testers reach the candidate for as long as there is one, also before the canary, on a listener of their own.
resource "bluegreen_canary_rule" "test" {
  count = var.load_balancer.test_listener == null ? 0 : 1
  route = merge(bluegreen_service.this.route, {
    active       = contains(["warm", "canary"], bluegreen_service.this.phase)
    listener_arn = var.load_balancer.test_listener.arn
    # That of the rule on the other listener, which has no say on this one.
    priority = null
  })
  priority   = var.priority
  source_ips = var.load_balancer.test_listener.cidrs
}
