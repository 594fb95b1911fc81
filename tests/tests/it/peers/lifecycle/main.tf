# Everything around a release that the AWS provider makes, with one variable that changes what can change in place.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

variable "endpoint" { type = string }

variable "later" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "sandbox"
  secret_key                  = "sandbox"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 2
  endpoints {
    elb = var.endpoint
    ecs = var.endpoint
    ec2 = var.endpoint
    sts = var.endpoint
    iam = var.endpoint
  }
}

locals {
  # In each kind of condition one value that changes.
  word = var.later ? "b" : "a"
  conditions = {
    host   = 10
    path   = 20
    header = 30
    query  = 40
    method = 50
    source = 60
  }
}

resource "aws_lb" "web" {
  name               = "life"
  load_balancer_type = "application"
  subnets            = ["subnet-11111111", "subnet-22222222"]
  security_groups    = ["sg-11111111"]
  idle_timeout       = var.later ? 30 : 60
  tags               = { stage = local.word }
}

resource "aws_lb_target_group" "color" {
  for_each             = toset(["blue", "green"])
  name                 = "life-${each.key}"
  port                 = 8080
  protocol             = "HTTP"
  vpc_id               = "vpc-0b1ae6f0c0ffee000"
  target_type          = "ip"
  deregistration_delay = var.later ? 5 : 10
  slow_start           = var.later ? 30 : 0
  health_check {
    path                = "/health"
    interval            = var.later ? 6 : 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
  stickiness {
    type            = "lb_cookie"
    enabled         = var.later
    cookie_duration = 600
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "no route ${local.word}"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "kind" {
  for_each     = local.conditions
  listener_arn = aws_lb_listener.http.arn
  priority     = each.value
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.color["blue"].arn
  }
  dynamic "condition" {
    for_each = each.key == "host" ? [1] : []
    content {
      host_header { values = ["${local.word}.example.com", "*.example.org"] }
    }
  }
  dynamic "condition" {
    for_each = each.key == "path" ? [1] : []
    content {
      path_pattern { values = ["/${local.word}/*"] }
    }
  }
  dynamic "condition" {
    for_each = each.key == "header" ? [1] : []
    content {
      http_header {
        http_header_name = "x-word"
        values           = [local.word]
      }
    }
  }
  dynamic "condition" {
    for_each = each.key == "query" ? [1] : []
    content {
      query_string {
        key   = "word"
        value = local.word
      }
      query_string { value = local.word }
    }
  }
  dynamic "condition" {
    for_each = each.key == "method" ? [1] : []
    content {
      http_request_method { values = [var.later ? "POST" : "GET"] }
    }
  }
  dynamic "condition" {
    for_each = each.key == "source" ? [1] : []
    content {
      source_ip { values = [var.later ? "10.0.0.0/8" : "192.0.2.0/24"] }
    }
  }
}

resource "aws_lb_listener_rule" "weights" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 100
  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.color["blue"].arn
        weight = var.later ? 10 : 90
      }
      target_group {
        arn    = aws_lb_target_group.color["green"].arn
        weight = var.later ? 90 : 10
      }
      # From the start: a group may keep clients on their target only if its rule keeps them in their group.
      stickiness {
        enabled  = true
        duration = var.later ? 900 : 600
      }
    }
  }
  condition {
    host_header { values = ["app.example.com"] }
  }
  condition {
    path_pattern { values = ["/*"] }
  }
}

resource "aws_lb_listener_rule" "redirect" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 200
  action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = var.later ? "HTTP_302" : "HTTP_301"
    }
  }
  condition {
    path_pattern { values = ["/old"] }
  }
}

resource "aws_ecs_cluster" "main" {
  name = "life"
  tags = { stage = local.word }
}

resource "aws_ecs_task_definition" "color" {
  for_each                 = toset(["blue", "green"])
  family                   = "life-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name         = "app"
    image        = "reference-application"
    essential    = true
    environment  = [{ name = "APP_VERSION", value = local.word }]
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
  }])
}

resource "aws_ecs_service" "color" {
  for_each        = toset(["blue", "green"])
  name            = "life-${each.key}"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.color[each.key].arn
  launch_type     = "FARGATE"
  desired_count   = var.later ? 2 : 1
  load_balancer {
    target_group_arn = aws_lb_target_group.color[each.key].arn
    container_name   = "app"
    container_port   = 8080
  }
  network_configuration {
    subnets         = ["subnet-11111111", "subnet-22222222"]
    security_groups = ["sg-11111111"]
  }
  # CreateService refuses a group that no load balancer uses.
  depends_on = [aws_lb_listener_rule.weights]
}
