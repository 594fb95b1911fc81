output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, for load balancers."
  value       = aws_subnet.public[*].id

  # A load balancer that is there before the way out answers nobody.
  depends_on = [aws_route.public, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets; none without NAT gateways."
  value       = aws_subnet.private[*].id

  depends_on = [aws_route.private, aws_route_table_association.private]
}

output "for_tasks" {
  description = "What `network` of the module `ecs-bluegreen-service` takes: the private subnets or, without NAT gateways, the public ones with public addresses."
  value = {
    vpc_id           = aws_vpc.this.id
    subnet_ids       = var.nat_gateways == "none" ? aws_subnet.public[*].id : aws_subnet.private[*].id
    assign_public_ip = var.nat_gateways == "none"
  }

  # A task that starts before its way out pulls no image.
  depends_on = [
    aws_route.public, aws_route_table_association.public,
    aws_route.private, aws_route_table_association.private,
  ]
}
