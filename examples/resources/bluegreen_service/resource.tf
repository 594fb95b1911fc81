resource "bluegreen_service" "web" {
  name            = "web"
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = var.activate_canary
  promote_to_all  = var.promote_to_all
  rollback_window = "15m"

  alb = {
    listener_arn           = var.listener_arn
    priority               = 100
    host_headers           = ["shop.example.com"]
    blue_target_group_arn  = var.blue_target_group_arn
    green_target_group_arn = var.green_target_group_arn
  }

  # Literals or variables, not references to aws_ecs_service: the rule that attaches both target groups to the load
  # balancer has to be made before ECS accepts a service for them.
  ecs = {
    cluster         = "main"
    blue_service    = "web-blue"
    green_service   = "web-green"
    desired_count   = 2
    task_definition = var.task_definition
  }

  # 10% for two minutes, half for two minutes, then everybody.
  rollout = {
    steps = [{ weight = 10, bake = "2m" }, { weight = 50, bake = "2m" }]
  }
}
