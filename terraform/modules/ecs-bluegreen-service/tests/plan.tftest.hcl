# What the module plans, without an account: both providers are mocked, only their schemas are real.

mock_provider "aws" {}

mock_provider "bluegreen" {}

variables {
  name          = "web"
  release       = "v1"
  image         = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web"
  priority      = 100
  cluster       = { name = "shop" }
  network       = { vpc_id = "vpc-11111111", subnet_ids = ["subnet-11111111", "subnet-22222222"] }
  load_balancer = { listener_arn = "arn:listener", security_group_id = "sg-11111111" }
}

run "blue_starts_with_everything_and_green_with_nothing" {
  command = plan

  assert {
    condition     = aws_ecs_service.color["blue"].desired_count == 2 && aws_ecs_service.color["green"].desired_count == 0
    error_message = "Blue starts with ${aws_ecs_service.color["blue"].desired_count} tasks, green with ${aws_ecs_service.color["green"].desired_count}."
  }
}

run "the_release_names_the_services_that_are_made" {
  command = plan

  assert {
    condition     = bluegreen_service.this.ecs.blue_service == aws_ecs_service.color["blue"].name && bluegreen_service.this.ecs.green_service == aws_ecs_service.color["green"].name
    error_message = "The release is for ${bluegreen_service.this.ecs.blue_service} and ${bluegreen_service.this.ecs.green_service}."
  }
  assert {
    condition     = bluegreen_service.this.alb.path_patterns == tolist(["/*"]) && bluegreen_service.this.alb.host_headers == null
    error_message = "The rule matches ${jsonencode(bluegreen_service.this.alb)}."
  }
}

run "only_the_load_balancer_reaches_the_tasks" {
  command = plan
  variables {
    container = { port = 9000 }
  }

  assert {
    condition     = jsonencode([for rule in aws_security_group.tasks.ingress : [rule.from_port, rule.to_port, rule.security_groups, coalesce(rule.cidr_blocks, [])]]) == jsonencode([[9000, 9000, ["sg-11111111"], []]])
    error_message = "The tasks let in ${jsonencode(aws_security_group.tasks.ingress)}."
  }
  assert {
    condition     = alltrue([for service in aws_ecs_service.color : [for target in service.load_balancer : target.container_port] == [9000]])
    error_message = "The services register another port."
  }
}

run "the_release_is_the_tag_of_its_image" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1"
    error_message = "The image is ${jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image}."
  }
  assert {
    condition     = !can(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration)
    error_message = "Logs go somewhere that nobody named."
  }
}

run "a_release_of_another_tag_with_logs_and_variables" {
  command = plan
  variables {
    release   = "v1-more"
    image_tag = "v1"
    container = {
      environment = { LEVEL = "debug" }
      secrets     = { TOKEN = "arn:aws:ssm:eu-central-1:123456789012:parameter/token" }
      command     = ["serve"]
    }
    cluster = { name = "shop", logs = { group = "/ecs/shop", region = "eu-central-1" } }
  }

  assert {
    condition     = endswith(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image, "/web:v1")
    error_message = "The image is ${jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image}."
  }
  assert {
    condition = [for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : [container.environment, container.secrets, container.command]] == [[
      [{ name = "LEVEL", value = "debug" }],
      [{ name = "TOKEN", valueFrom = "arn:aws:ssm:eu-central-1:123456789012:parameter/token" }],
      ["serve"],
    ]]
    error_message = "The container is ${aws_ecs_task_definition.this.container_definitions}."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration.options["awslogs-stream-prefix"] == "web"
    error_message = "The logs are those of ${aws_ecs_task_definition.this.container_definitions}."
  }
}

run "each_canary_has_a_rule" {
  command = plan
  variables {
    canaries = {
      office = { priority = 99, source_ips = ["203.0.113.0/24"] }
      beta   = { priority = 89, cookies = { beta = ["1"] } }
    }
  }

  assert {
    condition     = { for name, rule in bluegreen_canary_rule.this : name => rule.priority } == { office = 99, beta = 89 }
    error_message = "The rules are ${jsonencode(keys(bluegreen_canary_rule.this))}."
  }
}

run "testers_have_a_rule_where_there_is_a_test_listener" {
  command = plan
  variables {
    load_balancer = {
      listener_arn      = "arn:listener"
      security_group_id = "sg-11111111"
      test_listener     = { arn = "arn:test-listener", cidrs = ["203.0.113.0/24"] }
    }
  }

  assert {
    condition     = bluegreen_canary_rule.test[0].priority == 100 && bluegreen_canary_rule.test[0].source_ips == tolist(["203.0.113.0/24"])
    error_message = "The rule is for ${jsonencode(bluegreen_canary_rule.test[0].source_ips)}."
  }
}

run "no_rule_for_testers_without_a_test_listener" {
  command = plan

  assert {
    condition     = length(bluegreen_canary_rule.test) == 0
    error_message = "There is a rule for testers."
  }
}

run "a_release_that_no_image_can_be_tagged_with" {
  command = plan
  variables {
    release = "-v1"
  }
  expect_failures = [var.release]
}

run "a_name_too_long_for_target_groups" {
  command = plan
  variables {
    name = "abcdefghijklmnopqrstuvwxyza"
  }
  expect_failures = [var.name]
}

run "nowhere_to_run" {
  command = plan
  variables {
    network = { vpc_id = "vpc-11111111", subnet_ids = [] }
  }
  expect_failures = [var.network]
}

run "a_priority_that_no_listener_has" {
  command = plan
  variables {
    priority = 0
  }
  expect_failures = [var.priority]
}

run "no_request_would_be_this_services" {
  command = plan
  variables {
    match = {}
  }
  expect_failures = [var.match]
}

run "an_image_that_has_a_tag_already" {
  command = plan
  variables {
    image = "registry.example.com:5000/web:v1"
  }
  expect_failures = [var.image]
}

run "a_registrys_port_is_no_tag" {
  command = plan
  variables {
    image = "registry.example.com:5000/web"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == "registry.example.com:5000/web:v1"
    error_message = "The image is ${jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image}."
  }
}

run "a_port_that_there_is" {
  command = plan
  variables {
    container = { port = 70000 }
  }
  expect_failures = [var.container]
}

run "a_size_that_fargate_has" {
  command = plan
  variables {
    size = { cpu = 256, memory = 4096 }
  }
  expect_failures = [var.size]
}

run "cpu_units_that_fargate_has" {
  command = plan
  variables {
    size = { cpu = 300, memory = 512 }
  }
  expect_failures = [var.size]
}

run "somebody_has_to_serve" {
  command = plan
  variables {
    desired_count = 0
  }
  expect_failures = [var.desired_count]
}

run "a_path_that_can_be_asked_for" {
  command = plan
  variables {
    health_check = { path = "health" }
  }
  expect_failures = [var.health_check]
}

run "an_answer_that_may_take_longer_than_until_the_next_question" {
  command = plan
  variables {
    health_check = { interval = 5, timeout = 5 }
  }
  expect_failures = [var.health_check]
}

run "one_answer_is_never_believed" {
  command = plan
  variables {
    health_check = { unhealthy_threshold = 1 }
  }
  expect_failures = [var.health_check]
}

run "a_delay_that_aws_knows" {
  command = plan
  variables {
    deregistration_delay = 7200
  }
  expect_failures = [var.deregistration_delay]
}

run "everybody_is_no_canary" {
  command = plan
  variables {
    canary_weight = 100
  }
  expect_failures = [var.canary_weight]
}

run "a_canary_for_everybody" {
  command = plan
  variables {
    canaries = { all = { priority = 99 } }
  }
  expect_failures = [var.canaries]
}

run "two_canaries_in_one_place" {
  command = plan
  variables {
    canaries = {
      office = { priority = 99, source_ips = ["203.0.113.0/24"] }
      beta   = { priority = 99, cookies = { beta = ["1"] } }
    }
  }
  expect_failures = [var.canaries]
}
