# A cluster in a network of its own, with or without a guard between them.
terraform {
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
  region = "eu-central-1"
}

provider "bluegreen" {
  region = "eu-central-1"
}

variable "guarded" {
  type = bool
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = ["eu-central-1a", "eu-central-1b"][count.index]
}

resource "bluegreen_vpc_guard" "main" {
  count         = var.guarded ? 1 : 0
  vpc_id        = aws_vpc.main.id
  subnet_ids    = aws_subnet.public[*].id
  cluster_names = ["main"]
}

resource "aws_eks_cluster" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::123456789012:role/eks"

  vpc_config {
    subnet_ids = var.guarded ? bluegreen_vpc_guard.main[0].subnet_ids : aws_subnet.public[*].id
  }
}
