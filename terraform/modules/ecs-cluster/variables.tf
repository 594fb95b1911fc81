variable "name" {
  description = "Name of the cluster, and prefix of its role's and its log group's."
  type        = string
  nullable    = false

  # ECS's own rule, less the length that the role's name needs for its ending.
  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,47}$", var.name))
    error_message = "The name has 1 to 48 letters, digits, hyphens and underscores, and begins with a letter or a digit."
  }
}

variable "container_insights" {
  description = "Whether CloudWatch keeps metrics of every task, which costs extra."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which CloudWatch keeps what tasks write."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827 or 3653 days."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
