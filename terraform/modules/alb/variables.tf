variable "name" {
  description = "Name of the load balancer, and prefix of its security group's."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z]([0-9A-Za-z-]{0,30}[0-9A-Za-z])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "A load balancer's name has 1 to 32 letters, digits and hyphens, no hyphen at either end, and does not begin with \"internal-\"."
  }
}

variable "vpc_id" {
  description = "The VPC of the subnets."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets in two different zones at least; public ones unless `internal`."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two different zones at least."
  }
}

variable "internal" {
  description = "Whether the load balancer has private addresses only."
  type        = bool
  default     = false
  nullable    = false
}

variable "certificate_arn" {
  description = "The certificate of the HTTPS listener, from ACM or IAM. Without one everything is plain HTTP, which is for trials only."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:(acm|iam):.+", var.certificate_arn))
    error_message = "A certificate is named by its ARN, from ACM or IAM, such as arn:aws:acm:eu-central-1:123456789012:certificate/…."
  }
}

variable "ssl_policy" {
  description = "What HTTPS clients must speak; see AWS's list of security policies."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  nullable    = false

  validation {
    condition     = startswith(var.ssl_policy, "ELBSecurityPolicy-")
    error_message = "The names of AWS's security policies begin with \"ELBSecurityPolicy-\"."
  }
}

variable "ingress_cidrs" {
  description = "Who may connect to the public listeners."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.ingress_cidrs) > 0 && alltrue([for cidr in var.ingress_cidrs : can(cidrnetmask(cidr))])
    error_message = "Name at least one IPv4 block of addresses, such as 203.0.113.0/24."
  }
}

variable "test_listener" {
  description = "A listener of its own for those who look at a release before anybody else does: `port`, and the `cidrs` that may connect to it. Services answer there only while they have a candidate."
  type = object({
    port  = optional(number, 8443)
    cidrs = list(string)
  })
  default = null

  validation {
    condition     = var.test_listener == null || try(1 <= var.test_listener.port && var.test_listener.port <= 65535 && !contains([80, 443], var.test_listener.port) && floor(var.test_listener.port) == var.test_listener.port, false)
    error_message = "The test listener's port lies between 1 and 65535 and is neither 80 nor 443."
  }
  validation {
    condition     = var.test_listener == null || try(length(var.test_listener.cidrs) > 0 && alltrue([for cidr in var.test_listener.cidrs : can(cidrnetmask(cidr))]), false)
    error_message = "Name at least one IPv4 block of addresses that may connect to the test listener, such as 203.0.113.0/24."
  }
  validation {
    condition     = var.test_listener == null || try(alltrue([for cidr in var.test_listener.cidrs : !endswith(cidr, "/0")]), false)
    error_message = "A test listener for 0.0.0.0/0 is for everybody: name the blocks of those who test."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer. Set it where production is served; a destroy needs it off first."
  type        = bool
  default     = false
  nullable    = false
}

variable "idle_timeout" {
  description = "Seconds after which a silent connection is closed."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = 1 <= var.idle_timeout && var.idle_timeout <= 4000 && floor(var.idle_timeout) == var.idle_timeout
    error_message = "The idle timeout is 1 to 4000 seconds."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
