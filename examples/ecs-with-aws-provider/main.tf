# Everything in one apply: load balancer, cluster, both services, and the release between them.
#
# The order is forced by AWS: bluegreen_service makes the rule that attaches both target groups to the load balancer,
# and a service can't be made for a group without one. Hence `depends_on` below, and services named by literals here.

terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "~> 0.1"
    }
  }
}

provider "aws" {
  region = var.region
}

provider "bluegreen" {
  region = var.region
}

resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "application"
  subnets            = var.subnet_ids
  security_groups    = var.security_group_ids
}

resource "aws_lb_target_group" "color" {
  for_each             = toset(["blue", "green"])
  name                 = "web-${each.key}"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 10

  health_check {
    path                = "/health"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
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
      message_body = "no rule matched"
      status_code  = "404"
    }
  }
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

# One revision per release. The former one stays until nothing refers to it.
resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.execution_role_arn

  container_definitions = jsonencode([{
    name         = "app"
    image        = "${var.image}:${var.release}"
    essential    = true
    environment  = [{ name = "APP_VERSION", value = var.release }]
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
  }])

  lifecycle {
    create_before_destroy = true
  }
}

resource "bluegreen_service" "web" {
  name            = "web"
  release         = var.release
  enable_canary   = var.enable_canary
  activate_canary = var.activate_canary
  promote_to_all  = var.promote_to_all
  rollback_window = var.rollback_window

  alb = {
    listener_arn           = aws_lb_listener.http.arn
    priority               = 100
    path_patterns          = ["/*"]
    blue_target_group_arn  = aws_lb_target_group.color["blue"].arn
    green_target_group_arn = aws_lb_target_group.color["green"].arn
  }

  ecs = {
    cluster         = aws_ecs_cluster.main.name
    blue_service    = "web-blue"
    green_service   = "web-green"
    desired_count   = 2
    task_definition = aws_ecs_task_definition.web.arn
  }

  rollout = {
    steps      = var.steps
    final_bake = var.final_bake
    drain      = var.drain
  }
}

resource "aws_ecs_service" "color" {
  # What each color starts with; from then on the release counts and deploys.
  for_each        = { blue = 2, green = 0 }
  name            = "web-${each.key}"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = each.value
  launch_type     = "FARGATE"

  load_balancer {
    target_group_arn = aws_lb_target_group.color[each.key].arn
    container_name   = "app"
    container_port   = 8080
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = var.security_group_ids
  }

  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  depends_on = [bluegreen_service.web]
}

output "phase" {
  value = bluegreen_service.web.phase
}

output "traffic" {
  value = bluegreen_service.web.traffic
}
