# A private subnet in each zone, and NAT gateways in the public ones.

locals {
  private = var.nat_gateways == "none" ? 0 : length(local.zones)
  nats    = { none = 0, one = 1, per_zone = length(local.zones) }[var.nat_gateways]
}

resource "aws_subnet" "private" {
  count             = local.private
  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[count.index]
  # The first part of this size holds the public subnets.
  cidr_block = cidrsubnet(var.cidr_block, 4, count.index + 1)
  tags       = merge(var.tags, { Name = "${var.name}-private-${local.zones[count.index]}" })
}

# Neither `vpc` nor `domain`: the first is gone in later versions of the AWS provider, the second missing in earlier
# ones, and an account without EC2-Classic knows only addresses of VPCs.
resource "aws_eip" "nat" {
  count = local.nats
  tags  = merge(var.tags, { Name = "${var.name}-nat-${local.zones[count.index]}" })

  # An address can be mapped only where there is a gateway, and has to be given back before it.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count         = local.nats
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = merge(var.tags, { Name = "${var.name}-${local.zones[count.index]}" })

  depends_on = [aws_route.public, aws_route_table_association.public]
}

resource "aws_route_table" "private" {
  count  = local.nats
  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = "${var.name}-private-${local.zones[count.index]}" })
}

resource "aws_route" "private" {
  count                  = local.nats
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}

resource "aws_route_table_association" "private" {
  count          = local.private
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[local.nats == 1 ? 0 : count.index].id
}
