variable "subnets" {
  type = list(string)
}

resource "aws_eks_cluster" "this" {
  name     = "staging"
  role_arn = "arn:aws:iam::123456789012:role/cluster"
  vpc_config {
    subnet_ids = var.subnets
  }
}
