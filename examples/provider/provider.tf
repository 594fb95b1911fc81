terraform {
  required_version = ">= 1.8"
  required_providers {
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "~> 0.1"
    }
  }
}

# Credentials come from where every AWS tool takes them: environment, profile, SSO, the role of the machine.
provider "bluegreen" {
  region = "eu-central-1"
}
