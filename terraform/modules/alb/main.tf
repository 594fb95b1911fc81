# The load balancer and who may connect to it.

locals {
  secure = var.certificate_arn != null
  tests  = var.test_listener == null ? [] : [var.test_listener]
}

resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = var.internal
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.this.id]
  idle_timeout               = var.idle_timeout
  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  tags                       = var.tags
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-alb-"
  description = "Who may connect to load balancer ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-alb" })

  ingress {
    description = local.secure ? "redirected to HTTPS" : "public"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = var.ingress_cidrs
  }

  dynamic "ingress" {
    for_each = local.secure ? [443] : []
    content {
      description = "public"
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = var.ingress_cidrs
    }
  }

  dynamic "ingress" {
    for_each = local.tests
    content {
      description = "those who test"
      protocol    = "tcp"
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      cidr_blocks = ingress.value.cidrs
    }
  }

  egress {
    description = "tasks and their health checks"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  # Another group has to be in place before the load balancer lets this one go.
  lifecycle {
    create_before_destroy = true
  }
}
