# What the module plans, without an account: the provider is mocked, only its schema is real.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws-cn" }
  }
}

variables {
  name = "shop"
}

run "metrics_of_tasks_only_where_asked_for" {
  command = plan

  assert {
    condition     = [for setting in aws_ecs_cluster.this.setting : setting.value] == ["disabled"]
    error_message = "The setting is ${jsonencode(aws_ecs_cluster.this.setting)}."
  }
}

run "metrics_of_tasks_where_asked_for" {
  command = plan
  variables {
    container_insights = true
  }

  assert {
    condition     = [for setting in aws_ecs_cluster.this.setting : setting.value] == ["enabled"]
    error_message = "The setting is ${jsonencode(aws_ecs_cluster.this.setting)}."
  }
}

run "the_roles_policy_is_the_partitions" {
  command = plan

  assert {
    condition     = aws_iam_role_policy_attachment.execution.policy_arn == "arn:aws-cn:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    error_message = "The policy is ${aws_iam_role_policy_attachment.execution.policy_arn}."
  }
}

run "a_name_that_ecs_takes" {
  command = plan
  variables {
    name = "shop.example"
  }
  expect_failures = [var.name]
}

run "a_retention_that_cloudwatch_knows" {
  command = plan
  variables {
    log_retention_days = 10
  }
  expect_failures = [var.log_retention_days]
}
