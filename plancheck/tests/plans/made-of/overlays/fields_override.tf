# Somebody forgot ignore_changes.
resource "aws_ecs_service" "color" {
  desired_count = 3
  lifecycle {
    ignore_changes = [task_definition]
  }
}
