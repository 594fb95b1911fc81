# What the module plans, without an account: both providers are mocked, only their schemas are real.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

mock_provider "bluegreen" {}

variables {
  name = "demo"
}

run "two_subnets_in_the_first_two_zones" {
  command = plan

  assert {
    condition     = aws_subnet.public[*].availability_zone == ["eu-central-1a", "eu-central-1b"]
    error_message = "The subnets lie in ${jsonencode(aws_subnet.public[*].availability_zone)}."
  }
  assert {
    condition     = aws_subnet.public[*].cidr_block == ["10.0.0.0/24", "10.0.1.0/24"]
    error_message = "The subnets have ${jsonencode(aws_subnet.public[*].cidr_block)}."
  }
}

run "named_zones_win" {
  command = plan
  variables {
    availability_zones = ["eu-central-1c", "eu-central-1a"]
  }

  assert {
    condition     = aws_subnet.public[*].availability_zone == ["eu-central-1c", "eu-central-1a"]
    error_message = "The subnets lie in ${jsonencode(aws_subnet.public[*].availability_zone)}."
  }
}

run "the_guard_knows_the_cluster_by_its_name" {
  command = plan

  assert {
    condition     = bluegreen_vpc_guard.this[0].cluster_names == toset(["demo"])
    error_message = "The guard is for ${jsonencode(bluegreen_vpc_guard.this[0].cluster_names)}."
  }
}

run "no_guard_where_none_is_wanted" {
  command = plan
  variables {
    guard = false
  }

  assert {
    condition     = length(bluegreen_vpc_guard.this) == 0
    error_message = "There is a guard."
  }
}

run "one_zone_is_not_enough" {
  command = plan
  variables {
    availability_zones = ["eu-central-1a"]
  }
  expect_failures = [var.availability_zones]
}

run "addresses_for_the_subnets" {
  command = plan
  variables {
    cidr_block = "10.0.0.0/24"
  }
  expect_failures = [var.cidr_block]
}

run "a_name_that_eks_takes" {
  command = plan
  variables {
    name = "-demo"
  }
  expect_failures = [var.name]
}

run "counts_in_order" {
  command = plan
  variables {
    node_count = { desired = 1, min = 2, max = 3 }
  }
  expect_failures = [var.node_count]
}

run "a_version_that_kubernetes_has" {
  command = plan
  variables {
    kubernetes_version = "v1.33.0"
  }
  expect_failures = [var.kubernetes_version]
}

run "somebody_reaches_the_api_server" {
  command = plan
  variables {
    endpoint_public_access_cidrs = []
  }
  expect_failures = [var.endpoint_public_access_cidrs]
}

run "nodes_are_of_some_type" {
  command = plan
  variables {
    node_instance_types = []
  }
  expect_failures = [var.node_instance_types]
}

run "the_registry_keeps_something" {
  command = plan
  variables {
    images_kept = 0
  }
  expect_failures = [var.images_kept]
}
