output "name" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn
}

output "execution_role_name" {
  description = "Name of the role by which ECS starts tasks, for further rights, such as to read secrets."
  value       = aws_iam_role.execution.name
}

output "log_group_name" {
  description = "Where tasks write to."
  value       = aws_cloudwatch_log_group.this.name
}

output "for_services" {
  description = "What `cluster` of the module `ecs-bluegreen-service` takes."
  value = {
    name               = aws_ecs_cluster.this.name
    execution_role_arn = aws_iam_role.execution.arn
    logs = {
      group = aws_cloudwatch_log_group.this.name
      # The Region's data source calls it `name` in earlier versions of the AWS provider and `region` in later ones.
      region = element(split(":", aws_cloudwatch_log_group.this.arn), 3)
    }
  }

  # A task that starts before its role may pull images fails.
  depends_on = [aws_iam_role_policy_attachment.execution]
}
