variable "name" {
  description = "Name of the VPC, and prefix of the names of everything in it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,47}$", var.name))
    error_message = "The name has 1 to 48 letters, digits, hyphens and underscores, and begins with a letter or a digit."
  }
}

variable "cidr_block" {
  description = "Addresses of the VPC. A public subnet gets a part that is 8 bits smaller, a private one a part that is 4 bits smaller."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  # An Application Load Balancer wants subnets of a /27 at least.
  validation {
    condition     = can(cidrsubnet(var.cidr_block, 8, 0)) && try(tonumber(split("/", var.cidr_block)[1]), 0) >= 16 && try(tonumber(split("/", var.cidr_block)[1]), 32) <= 19
    error_message = "The VPC's addresses are an IPv4 block between /16 and /19, such as 10.0.0.0/16."
  }
}

variable "availability_zones" {
  description = "Zones of the subnets; by default the first two that the Region offers. A load balancer wants two different ones at least."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.availability_zones) != 1 && length(var.availability_zones) <= 6 && length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "Name 2 to 6 different zones, or none."
  }
}

variable "nat_gateways" {
  description = "How tasks reach the internet. `one`: private subnets behind one NAT gateway; `per_zone`: behind one in each zone, so that a zone's failure stays in it; `none`: there are no private subnets, and tasks get public addresses."
  type        = string
  default     = "one"
  nullable    = false

  validation {
    condition     = contains(["none", "one", "per_zone"], var.nat_gateways)
    error_message = "There are \"none\", \"one\" or \"per_zone\" NAT gateways."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
