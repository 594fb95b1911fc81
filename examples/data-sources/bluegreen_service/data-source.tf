# Read from anywhere: another team's configuration, a nightly job, a dashboard.
data "bluegreen_service" "web" {
  name         = "web"
  listener_arn = var.listener_arn

  # Which group is which color is Terraform's to say; without these two only target groups are told apart.
  blue_target_group_arn  = var.blue_target_group_arn
  green_target_group_arn = var.green_target_group_arn
}

output "who_serves" {
  value = "${data.bluegreen_service.web.live_color} serves, the phase is ${data.bluegreen_service.web.phase}"
}

# A `check` only warns: the plan goes on, and whoever reads it knows.
check "both_colors_are_where_the_release_left_them" {
  assert {
    condition     = data.bluegreen_service.web.rule_intact
    error_message = "Somebody changed where rule ${data.bluegreen_service.web.rule_arn} forwards to."
  }
  assert {
    condition     = data.bluegreen_service.web.phase == "canary" || length(data.bluegreen_service.web.canary_rules) == 0
    error_message = "A canary rule was left behind: ${jsonencode(data.bluegreen_service.web.canary_rules)}"
  }
}
