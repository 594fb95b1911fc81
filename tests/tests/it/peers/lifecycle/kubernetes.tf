# What an environment of Kubernetes has in AWS, and the load balancers of the older kinds.

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
    ec2 = var.endpoint
    eks = var.endpoint
    elb = var.endpoint
    sts = var.endpoint
  }
}

locals {
  subnets = ["subnet-11111111", "subnet-22222222"]
  role    = "arn:aws:iam::123456789012:role/eks"
}

resource "aws_elb" "old" {
  name            = "old"
  subnets         = local.subnets
  security_groups = ["sg-11111111"]
  idle_timeout    = var.later ? 30 : 60
  tags            = { stage = var.later ? "b" : "a" }

  listener {
    lb_port           = 80
    lb_protocol       = "tcp"
    instance_port     = 30080
    instance_protocol = "tcp"
  }

  health_check {
    target              = "TCP:30080"
    interval            = var.later ? 20 : 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 6
  }
}

resource "aws_lb" "net" {
  name               = "net"
  load_balancer_type = "network"
  subnets            = local.subnets
  tags               = { stage = var.later ? "b" : "a" }
}

resource "aws_eks_cluster" "main" {
  name                      = "main"
  role_arn                  = local.role
  enabled_cluster_log_types = var.later ? ["audit"] : []
  tags                      = { stage = var.later ? "b" : "a" }

  vpc_config {
    subnet_ids = local.subnets
  }
}

resource "aws_eks_node_group" "main" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "main"
  node_role_arn   = local.role
  subnet_ids      = local.subnets
  labels          = { stage = var.later ? "b" : "a" }

  scaling_config {
    desired_size = var.later ? 2 : 1
    min_size     = 1
    max_size     = 3
  }
}
