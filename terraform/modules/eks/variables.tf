variable "name" {
  description = "Name of the cluster, and prefix of the names of everything around it."
  type        = string
  nullable    = false

  # EKS's own rule, less the length that the names of the roles need for their endings.
  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,47}$", var.name))
    error_message = "The name has 1 to 48 letters, digits, hyphens and underscores, and begins with a letter or a digit."
  }
}

variable "cidr_block" {
  description = "Addresses of the VPC. Every subnet gets a part of it that is 8 bits smaller, at most a /28."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.cidr_block, 8, 0)) && try(tonumber(split("/", var.cidr_block)[1]), 0) >= 16 && try(tonumber(split("/", var.cidr_block)[1]), 32) <= 20
    error_message = "The VPC's addresses are an IPv4 block between /16 and /20, such as 10.0.0.0/16."
  }
}

variable "availability_zones" {
  description = "Zones of the two public subnets; by default the first two that the Region offers. EKS wants two different ones."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.availability_zones) == 0 || (length(var.availability_zones) == 2 && length(distinct(var.availability_zones)) == 2)
    error_message = "Name two different zones, or none."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the control plane, such as \"1.33\"; by default the newest that EKS offers when the cluster is made."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null || can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "A Kubernetes version is written as \"1.33\"."
  }
}

variable "endpoint_public_access_cidrs" {
  description = "Who may reach the API server from the internet."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.endpoint_public_access_cidrs) > 0 && alltrue([for cidr in var.endpoint_public_access_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Name at least one block of addresses, such as 203.0.113.0/24."
  }
}

variable "node_instance_types" {
  description = "Instance types of the nodes."
  type        = list(string)
  default     = ["t3.medium"]
  nullable    = false

  validation {
    condition     = length(var.node_instance_types) > 0
    error_message = "Name at least one instance type."
  }
}

variable "node_count" {
  description = "How many nodes there are at first, and between which bounds an autoscaler may move."
  type = object({
    desired = number
    min     = number
    max     = number
  })
  default  = { desired = 2, min = 1, max = 3 }
  nullable = false

  validation {
    condition     = 0 <= var.node_count.min && var.node_count.min <= var.node_count.desired && var.node_count.desired <= var.node_count.max && 1 <= var.node_count.max
    error_message = "The node counts are in order: 0 <= min <= desired <= max, and max is at least 1."
  }
}

variable "images_kept" {
  description = "How many images the registry keeps; older ones expire."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = 1 <= var.images_kept && var.images_kept == floor(var.images_kept)
    error_message = "The registry keeps at least one image."
  }
}

variable "guard" {
  description = "Whether `terraform destroy` deletes, between the cluster and its network, the load balancers that controllers in the cluster left behind."
  type        = bool
  default     = true
  nullable    = false
}

variable "guard_keep" {
  description = "ARNs, ids or names that the guard never deletes."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
