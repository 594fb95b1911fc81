# Another port means another target group.
resource "aws_lb_target_group" "color" {
  port = 8081
}
