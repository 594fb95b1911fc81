# What the module plans, without an account: the provider is mocked, only its schema is real.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
}

variables {
  name = "shop"
}

run "a_public_and_a_private_subnet_in_each_of_two_zones" {
  command = plan

  assert {
    condition     = aws_subnet.public[*].availability_zone == ["eu-central-1a", "eu-central-1b"]
    error_message = "The public subnets lie in ${jsonencode(aws_subnet.public[*].availability_zone)}."
  }
  assert {
    condition     = aws_subnet.private[*].availability_zone == aws_subnet.public[*].availability_zone
    error_message = "The private subnets lie in ${jsonencode(aws_subnet.private[*].availability_zone)}."
  }
}

run "the_smallest_block_has_room_for_load_balancers_and_six_zones" {
  command = plan
  variables {
    cidr_block         = "10.0.0.0/19"
    availability_zones = ["a", "b", "c", "d", "e", "f"]
  }

  assert {
    condition     = aws_subnet.public[5].cidr_block == "10.0.0.160/27"
    error_message = "The last public subnet has ${aws_subnet.public[5].cidr_block}."
  }
  assert {
    condition     = aws_subnet.private[0].cidr_block == "10.0.2.0/23" && aws_subnet.private[5].cidr_block == "10.0.12.0/23"
    error_message = "The private subnets have ${jsonencode(aws_subnet.private[*].cidr_block)}."
  }
}

run "one_gateway_serves_every_private_subnet" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route_table.private) == 1 && length(aws_route_table_association.private) == 2
    error_message = "There are ${length(aws_nat_gateway.this)} gateways and ${length(aws_route_table.private)} tables."
  }
}

run "a_gateway_in_each_zone" {
  command = plan
  variables {
    nat_gateways = "per_zone"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 2 && length(aws_route_table.private) == 2
    error_message = "There are ${length(aws_nat_gateway.this)} gateways and ${length(aws_route_table.private)} tables."
  }
}

run "without_gateways_tasks_get_public_addresses" {
  command = plan
  variables {
    nat_gateways = "none"
  }

  assert {
    condition     = length(aws_subnet.private) == 0 && length(aws_eip.nat) == 0
    error_message = "There are ${length(aws_subnet.private)} private subnets."
  }
  assert {
    condition     = output.for_tasks.assign_public_ip
    error_message = "Tasks would have no way out."
  }
}

run "a_name_that_tags_can_hold" {
  command = plan
  variables {
    name = ""
  }
  expect_failures = [var.name]
}

run "a_block_too_small_for_load_balancers" {
  command = plan
  variables {
    cidr_block = "10.0.0.0/20"
  }
  expect_failures = [var.cidr_block]
}

run "one_zone_is_not_enough" {
  command = plan
  variables {
    availability_zones = ["eu-central-1a"]
  }
  expect_failures = [var.availability_zones]
}

run "the_same_zone_twice" {
  command = plan
  variables {
    availability_zones = ["eu-central-1a", "eu-central-1a"]
  }
  expect_failures = [var.availability_zones]
}

run "an_unknown_kind_of_way_out" {
  command = plan
  variables {
    nat_gateways = "two"
  }
  expect_failures = [var.nat_gateways]
}
