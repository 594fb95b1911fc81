variable "release" {
  sensitive = true
}

resource "aws_ecs_task_definition" "web" {
  container_definitions = "[{\"name\":\"app\",\"image\":\"app\",\"essential\":true}]"
}
