# Another launch type means another service.
resource "aws_ecs_service" "color" {
  launch_type = "EC2"
}
