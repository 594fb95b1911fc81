# What the module plans, without an account: the provider is mocked, only its schema is real.

mock_provider "aws" {}

variables {
  name            = "shop"
  vpc_id          = "vpc-11111111"
  subnet_ids      = ["subnet-11111111", "subnet-22222222"]
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
}

run "http_leads_to_https" {
  command = plan

  assert {
    condition     = aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].protocol == "HTTPS" && aws_lb_listener.https[0].certificate_arn == var.certificate_arn
    error_message = "The listener is ${aws_lb_listener.https[0].protocol} on ${aws_lb_listener.https[0].port}."
  }
  assert {
    condition     = aws_lb_listener.redirect[0].port == 80 && aws_lb_listener.redirect[0].default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.redirect[0].default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 is not redirected."
  }
  assert {
    condition     = length(aws_lb_listener.http) == 0
    error_message = "Somebody is served without TLS."
  }
}

run "without_a_certificate_http_serves" {
  command = plan
  variables {
    certificate_arn = null
  }

  assert {
    condition     = length(aws_lb_listener.https) == 0 && length(aws_lb_listener.redirect) == 0 && aws_lb_listener.http[0].port == 80
    error_message = "There is no HTTP listener."
  }
  assert {
    condition     = [for rule in aws_security_group.this.ingress : rule.from_port] == [80]
    error_message = "Ports ${jsonencode([for rule in aws_security_group.this.ingress : rule.from_port])} are open."
  }
}

run "no_test_listener_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_lb_listener.test) == 0 && length(aws_security_group.this.ingress) == 2
    error_message = "There is a test listener, or a port open for one."
  }
  assert {
    condition     = output.for_services.test_listener == null
    error_message = "Services are told of a test listener."
  }
}

run "only_those_who_test_reach_the_test_listener" {
  command = plan
  variables {
    test_listener = { cidrs = ["203.0.113.0/24", "198.51.100.7/32"] }
  }

  assert {
    condition     = aws_lb_listener.test[0].port == 8443 && aws_lb_listener.test[0].protocol == "HTTPS"
    error_message = "The test listener is ${aws_lb_listener.test[0].protocol} on ${aws_lb_listener.test[0].port}."
  }
  assert {
    condition     = { for rule in aws_security_group.this.ingress : rule.to_port => rule.cidr_blocks }[8443] == tolist(["203.0.113.0/24", "198.51.100.7/32"])
    error_message = "Others may connect: ${jsonencode(aws_security_group.this.ingress)}."
  }
  assert {
    condition     = { for rule in aws_security_group.this.ingress : rule.to_port => rule.cidr_blocks }[443] == tolist(["0.0.0.0/0"])
    error_message = "The public listener is not public: ${jsonencode(aws_security_group.this.ingress)}."
  }
}

run "a_name_that_aws_keeps_for_itself" {
  command = plan
  variables {
    name = "internal-shop"
  }
  expect_failures = [var.name]
}

run "one_subnet_is_not_enough" {
  command = plan
  variables {
    subnet_ids = ["subnet-11111111"]
  }
  expect_failures = [var.subnet_ids]
}

run "a_certificate_is_an_arn" {
  command = plan
  variables {
    certificate_arn = "shop.example.com"
  }
  expect_failures = [var.certificate_arn]
}

run "a_policy_of_aws" {
  command = plan
  variables {
    ssl_policy = "TLS13"
  }
  expect_failures = [var.ssl_policy]
}

run "nobody_may_connect" {
  command = plan
  variables {
    ingress_cidrs = []
  }
  expect_failures = [var.ingress_cidrs]
}

run "a_test_port_that_the_public_has" {
  command = plan
  variables {
    test_listener = { port = 443, cidrs = ["203.0.113.0/24"] }
  }
  expect_failures = [var.test_listener]
}

run "a_test_listener_for_nobody" {
  command = plan
  variables {
    test_listener = { cidrs = [] }
  }
  expect_failures = [var.test_listener]
}

run "a_test_listener_for_everybody" {
  command = plan
  variables {
    test_listener = { cidrs = ["0.0.0.0/0"] }
  }
  expect_failures = [var.test_listener]
}

run "an_idle_timeout_that_aws_knows" {
  command = plan
  variables {
    idle_timeout = 0
  }
  expect_failures = [var.idle_timeout]
}
