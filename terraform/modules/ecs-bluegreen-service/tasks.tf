# The two colors' tasks: one definition per release, who may reach them, and the services that run them.

locals {
  tag = coalesce(var.image_tag, var.release)
  # What each color starts with; from then on the release counts and deploys.
  colors = { blue = var.desired_count, green = 0 }
  logs = var.cluster.logs == null ? {} : {
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = var.cluster.logs.group
        "awslogs-region"        = var.cluster.logs.region
        "awslogs-stream-prefix" = var.name
      }
    }
  }
}

# A revision per release. A color goes on with its own after the next release has replaced it here.
resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = var.cluster.execution_role_arn
  task_role_arn            = var.task_role_arn
  tags                     = var.tags

  container_definitions = jsonencode([merge(
    {
      name         = "app"
      image        = "${var.image}:${local.tag}"
      essential    = true
      environment  = [for name, value in var.container.environment : { name = name, value = value }]
      secrets      = [for name, arn in var.container.secrets : { name = name, valueFrom = arn }]
      portMappings = [{ containerPort = var.container.port, hostPort = var.container.port, protocol = "tcp" }]
      # What AWS fills in: left out, every plan of a release would show it as taken away.
      cpu            = 0
      mountPoints    = []
      systemControls = []
      volumesFrom    = []
    },
    var.container.command == null ? {} : { command = var.container.command },
    local.logs,
  )])

  # A color may be scaled on a revision that is gone, but not be given one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "tasks" {
  name_prefix = "${var.name}-tasks-"
  description = "Tasks of ${var.name}"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-tasks" })

  ingress {
    description     = "the load balancer"
    protocol        = "tcp"
    from_port       = var.container.port
    to_port         = var.container.port
    security_groups = [var.load_balancer.security_group_id]
  }

  egress {
    description = "images, logs, and whatever the application asks"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  # Another group has to be in place before the tasks let this one go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "color" {
  for_each                          = local.colors
  name                              = "${var.name}-${each.key}"
  cluster                           = var.cluster.name
  task_definition                   = aws_ecs_task_definition.this.arn
  desired_count                     = each.value
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = var.health_check.grace_period
  propagate_tags                    = "SERVICE"
  tags                              = var.tags

  load_balancer {
    target_group_arn = aws_lb_target_group.color[each.key].arn
    container_name   = "app"
    container_port   = var.container.port
  }

  network_configuration {
    subnets          = var.network.subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = var.network.assign_public_ip
  }

  # The release moves both, and autoscaling the first.
  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  # ECS takes a service only once its target group has a load balancer, and that is the rule's doing.
  depends_on = [bluegreen_service.this]
}
