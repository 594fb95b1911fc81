output "phase" {
  description = "What is true: `stable`, `warm`, `canary` or `promoted`."
  value       = bluegreen_service.this.phase
}

output "live_color" {
  description = "The color that serves, or serves most."
  value       = bluegreen_service.this.live_color
}

output "traffic" {
  description = "Percent of traffic per color."
  value       = bluegreen_service.this.traffic
}

output "change" {
  description = "The last change, in one sentence."
  value       = bluegreen_service.this.change
}

output "route" {
  description = "What a `bluegreen_canary_rule` of your own takes."
  value       = bluegreen_service.this.route
}

output "service_names" {
  description = "Names of the ECS services by color, for scalable targets and alarms."
  value       = { for color, service in aws_ecs_service.color : color => service.name }
}

output "target_group_arns" {
  description = "ARNs of the target groups by color."
  value       = { for color, group in aws_lb_target_group.color : color => group.arn }
}

output "security_group_id" {
  description = "The tasks' security group, which databases and the like let in."
  value       = aws_security_group.tasks.id
}
