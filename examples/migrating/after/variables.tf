variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "listener_arn" {
  type = string
}

variable "blue_target_group_arn" {
  description = "The group that the rule forwards to."
  type        = string
}

variable "green_target_group_arn" {
  description = "The other color's group, of the same VPC and attached to no other load balancer."
  type        = string
}

# These change with every release.

variable "release" {
  type    = string
  default = "v1"
}

variable "enable_canary" {
  type    = bool
  default = false
}

variable "activate_canary" {
  type    = bool
  default = false
}

variable "promote_to_all" {
  type    = bool
  default = false
}

variable "steps" {
  type    = list(object({ weight = number, bake = string }))
  default = [{ weight = 10, bake = "2m" }]
}

variable "final_bake" {
  description = "How long the last move is watched; null: as long as health checks may take to notice."
  type        = string
  default     = null
}

variable "drain" {
  type    = string
  default = "10s"
}
