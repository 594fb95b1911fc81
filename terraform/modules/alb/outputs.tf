output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "dns_name" {
  description = "The load balancer's name in DNS, for an alias or a CNAME."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "The hosted zone that an alias record names."
  value       = aws_lb.this.zone_id
}

output "security_group_id" {
  description = "The load balancer's security group."
  value       = aws_security_group.this.id
}

output "listener_arn" {
  description = "The listener that the public reaches: HTTPS, or HTTP without a certificate."
  value       = local.secure ? aws_lb_listener.https[0].arn : aws_lb_listener.http[0].arn
}

output "test_listener_arn" {
  description = "The test listener; null without one."
  value       = one(aws_lb_listener.test[*].arn)
}

output "for_services" {
  description = "What `load_balancer` of the module `ecs-bluegreen-service` takes."
  value = {
    listener_arn      = local.secure ? aws_lb_listener.https[0].arn : aws_lb_listener.http[0].arn
    security_group_id = aws_security_group.this.id
    # Not "null unless there is an ARN": whether there is a test listener must be known before it is made.
    test_listener = var.test_listener == null ? null : {
      arn   = aws_lb_listener.test[0].arn
      cidrs = var.test_listener.cidrs
    }
  }
}
