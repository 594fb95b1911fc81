# Deleted after the cluster and before the network: the one moment when a load balancer that a controller made is known
# to have nobody left, and still blocks nothing.

resource "bluegreen_vpc_guard" "this" {
  count         = var.guard ? 1 : 0
  vpc_id        = aws_vpc.this.id
  subnet_ids    = aws_subnet.public[*].id
  cluster_names = [var.name]
  keep          = var.guard_keep

  # What a load balancer left behind would block.
  depends_on = [
    aws_internet_gateway.this,
    aws_route_table_association.public,
  ]
}

locals {
  # By way of the guard, so that the cluster is deleted before it.
  subnet_ids = var.guard ? bluegreen_vpc_guard.this[0].subnet_ids : aws_subnet.public[*].id
}
