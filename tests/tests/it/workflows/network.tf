# An environment in two parts: a network, and a cluster in it that a workflow may destroy first.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

resource "aws_vpc" "this" {
  cidr_block = "10.3.0.0/16"
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "this" {
  for_each          = { a = "10.3.1.0/24", b = "10.3.2.0/24" }
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "eu-central-1${each.key}"
}

module "cluster" {
  source  = "./cluster"
  subnets = values(aws_subnet.this)[*].id
}

output "subnet" {
  value = aws_subnet.this["a"].id
}
