# A release that can be broken, and one that gives up soon.
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([{
    name      = "app"
    image     = "${var.image}:${var.release}"
    essential = true
    environment = [
      { name = "APP_VERSION", value = var.release },
      { name = "FORCE_ERROR", value = tostring(var.force_error) },
    ]
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
  }])
}

resource "bluegreen_service" "web" {
  retry_token = var.retry_token
  rollout = {
    steps          = var.steps
    final_bake     = var.final_bake
    drain          = var.drain
    health_timeout = "20s"
  }
}
