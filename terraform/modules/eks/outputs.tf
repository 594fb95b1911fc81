output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "Ids of the public subnets. What uses them is destroyed before the guard looks."
  value       = local.subnet_ids
}

output "cluster_name" {
  description = "Name of the cluster, known once it is there."
  value       = aws_eks_cluster.this.name
}

output "cluster_endpoint" {
  description = "URL of the API server."
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_certificate_authority" {
  description = "The API server's certificate authority, as PEM."
  value       = base64decode(aws_eks_cluster.this.certificate_authority[0].data)
}

output "cluster_security_group_id" {
  description = "The security group that EKS made for the control plane and the nodes."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "node_role_arn" {
  description = "ARN of the nodes' role, for further rights."
  value       = aws_iam_role.node.arn
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.this.repository_url
}

output "kubeconfig_command" {
  description = "The command that adds the cluster to kubectl's configuration."
  value       = "aws eks update-kubeconfig --name ${aws_eks_cluster.this.name}"
}
