# Networks from nothing: what surrounds the load balancers that a teardown looks at.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

variable "endpoint" { type = string }

variable "later" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "sandbox"
  secret_key                  = "sandbox"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 2
  endpoints {
    ec2 = var.endpoint
    sts = var.endpoint
  }
}

locals {
  stage = var.later ? "b" : "a"
  tags  = { Name = "net", stage = local.stage }
}

resource "aws_vpc" "net" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = !var.later
  tags                 = local.tags
}

resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.net.id
  cidr_block              = cidrsubnet(aws_vpc.net.cidr_block, 8, count.index)
  availability_zone       = "eu-central-1${["a", "b"][count.index]}"
  map_public_ip_on_launch = !var.later
  tags                    = merge(local.tags, { "kubernetes.io/role/elb" = "1" })
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.net.id
  cidr_block        = "10.20.10.0/24"
  availability_zone = "eu-central-1c"
  tags              = local.tags
}

resource "aws_internet_gateway" "door" {
  vpc_id = aws_vpc.net.id
  tags   = local.tags
}

# Routes: of one's own resource, within a table, and of the tables that a VPC begins with.

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.net.id
  tags   = local.tags
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.door.id
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.net.id
  tags   = local.tags

  route {
    cidr_block     = var.later ? "198.51.100.0/24" : "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.out.id
  }
}

# Moves to the other table and back under another id.
resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = var.later ? aws_route_table.public.id : aws_route_table.private.id
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.net.id
  tags   = local.tags
}

resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.net.id
  route_table_id = aws_route_table.main.id
}

# Who may talk to whom: rules within their group, and rules of their own.

resource "aws_security_group" "inline" {
  name        = "inline"
  description = "rules within"
  vpc_id      = aws_vpc.net.id
  tags        = local.tags

  ingress {
    description = "everybody"
    protocol    = "tcp"
    from_port   = 443
    to_port     = var.later ? 8443 : 443
    cidr_blocks = var.later ? ["10.0.0.0/8", "192.0.2.0/24"] : ["0.0.0.0/0"]
  }
  ingress {
    description      = "everybody of the newer protocol"
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    description = "its own"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    self        = true
  }
  egress {
    description     = "a list of networks"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [aws_vpc_endpoint.direct.prefix_list_id]
  }
}

resource "aws_security_group" "apart" {
  name_prefix = "apart-"
  description = "rules beside"
  vpc_id      = aws_vpc.net.id
  tags        = local.tags
}

resource "aws_security_group_rule" "peer" {
  type                     = "ingress"
  security_group_id        = aws_security_group.apart.id
  source_security_group_id = aws_security_group.inline.id
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8081
  description              = "from the other, ${local.stage}"
}

resource "aws_security_group_rule" "itself" {
  type              = "ingress"
  security_group_id = aws_security_group.apart.id
  self              = true
  protocol          = "udp"
  from_port         = 53
  to_port           = 53
}

resource "aws_security_group_rule" "networks" {
  type              = "egress"
  security_group_id = aws_security_group.apart.id
  cidr_blocks       = ["10.0.0.0/8", "172.16.0.0/12"]
  ipv6_cidr_blocks  = ["2001:db8::/32"]
  protocol          = "icmp"
  from_port         = -1
  to_port           = -1
}

# Addresses and what holds them.

resource "aws_eip" "nat" {
  vpc        = true
  tags       = local.tags
  depends_on = [aws_internet_gateway.door]
}

resource "aws_nat_gateway" "out" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public[0].id
  tags          = local.tags
}

resource "aws_network_interface" "card" {
  subnet_id         = aws_subnet.public[1].id
  private_ips       = ["10.20.1.77"]
  security_groups   = var.later ? [aws_security_group.apart.id, aws_security_group.inline.id] : [aws_security_group.apart.id]
  description       = "card ${local.stage}"
  source_dest_check = var.later
  tags              = local.tags
}

resource "aws_eip" "card" {
  vpc  = true
  tags = local.tags
}

resource "aws_eip_association" "card" {
  allocation_id        = aws_eip.card.id
  network_interface_id = aws_network_interface.card.id
}

# Endpoints.

resource "aws_vpc_endpoint" "direct" {
  vpc_id          = aws_vpc.net.id
  service_name    = "com.amazonaws.eu-central-1.s3"
  route_table_ids = var.later ? [aws_route_table.public.id] : [aws_route_table.main.id]
  tags            = local.tags
}

resource "aws_vpc_endpoint" "behind" {
  vpc_id              = aws_vpc.net.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.eu-central-1.sts"
  subnet_ids          = var.later ? aws_subnet.public[*].id : [aws_subnet.public[0].id]
  security_group_ids  = var.later ? [aws_security_group.apart.id] : [aws_security_group.inline.id]
  private_dns_enabled = !var.later
  tags                = local.tags
}

# Network ACLs: entries within, entries beside, and the one that the VPC began with.

resource "aws_network_acl" "inline" {
  vpc_id     = aws_vpc.net.id
  subnet_ids = var.later ? [aws_subnet.private.id] : aws_subnet.public[*].id
  tags       = local.tags

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 80
    to_port    = var.later ? 81 : 80
  }
  egress {
    rule_no         = 110
    action          = "allow"
    protocol        = "-1"
    ipv6_cidr_block = "::/0"
    from_port       = 0
    to_port         = 0
  }
}

resource "aws_network_acl" "apart" {
  vpc_id = aws_vpc.net.id
  tags   = local.tags
}

resource "aws_network_acl_rule" "ping" {
  network_acl_id = aws_network_acl.apart.id
  rule_number    = var.later ? 201 : 200
  egress         = false
  protocol       = "icmp"
  icmp_type      = 8
  icmp_code      = -1
  rule_action    = "deny"
  cidr_block     = "203.0.113.0/24"
}

# What an account or a VPC has from the beginning, taken over.

resource "aws_vpc" "plain" {
  cidr_block = "10.21.0.0/16"
  tags       = local.tags
}

resource "aws_default_network_acl" "plain" {
  default_network_acl_id = aws_vpc.plain.default_network_acl_id
  tags                   = local.tags

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_default_route_table" "plain" {
  default_route_table_id = aws_vpc.plain.default_route_table_id
  tags                   = local.tags
}

resource "aws_default_security_group" "plain" {
  vpc_id = aws_vpc.plain.id
  tags   = local.tags

  ingress {
    protocol  = "-1"
    from_port = 0
    to_port   = 0
    self      = true
  }
}
