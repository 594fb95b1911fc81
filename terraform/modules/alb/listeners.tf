# The listeners. What none of the services answers is a 404: each service brings its own rule.

resource "aws_lb_listener" "https" {
  count             = local.secure ? 1 : 0
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.ssl_policy
  certificate_arn   = var.certificate_arn

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "no service here"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "redirect" {
  count             = local.secure ? 1 : 0
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "http" {
  count             = local.secure ? 0 : 1
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "no service here"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "test" {
  count             = length(local.tests)
  load_balancer_arn = aws_lb.this.arn
  port              = local.tests[count.index].port
  protocol          = local.secure ? "HTTPS" : "HTTP"
  ssl_policy        = local.secure ? var.ssl_policy : null
  certificate_arn   = var.certificate_arn

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "no candidate here"
      status_code  = "404"
    }
  }
}
