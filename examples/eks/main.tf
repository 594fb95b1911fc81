# A cluster on a network of its own, and an end that works: Helm and the controllers in the cluster make load balancers
# that Terraform never hears of, and the guard in the module removes what they leave behind. `terraform destroy` needs
# nothing before it.

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

module "eks" {
  source = "../../terraform/modules/eks"

  name               = var.name
  availability_zones = var.availability_zones
  guard              = var.guard
  tags               = { Environment = "demo" }
}

output "vpc_id" {
  value = module.eks.vpc_id
}

output "kubeconfig" {
  value = module.eks.kubeconfig_command
}
