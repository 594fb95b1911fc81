# Stands between the network and the cluster: made after the one, deleted after the other.
resource "bluegreen_vpc_guard" "main" {
  vpc_id        = aws_vpc.main.id
  subnet_ids    = aws_subnet.public[*].id
  cluster_names = ["main"]

  # A load balancer's addresses hold the gateway too.
  depends_on = [aws_internet_gateway.main]
}

resource "aws_eks_cluster" "main" {
  # Written out, not taken from the cluster: the guard must not depend on it.
  name     = "main"
  role_arn = var.cluster_role_arn

  vpc_config {
    # By way of the guard. This is what puts the two in order.
    subnet_ids = bluegreen_vpc_guard.main.subnet_ids
  }
}
