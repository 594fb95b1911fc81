# The four that change with every release.

variable "release" {
  description = "The version being released, and the tag of its image."
  type        = string
}

variable "enable_canary" {
  description = "Run the candidate beside stable, without traffic."
  type        = bool
  default     = false
}

variable "activate_canary" {
  description = "Let canary rules reach the candidate."
  type        = bool
  default     = false
}

variable "promote_to_all" {
  description = "Send everybody to the candidate."
  type        = bool
  default     = false
}

# What stays as it is from release to release.

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "image" {
  description = "Without a tag: the release is the tag."
  type        = string
}

variable "execution_role_arn" {
  description = "Lets ECS pull the image and write logs. Needed for private registries."
  type        = string
  default     = null
}

variable "rollback_window" {
  description = "How long the former color stays up after a promotion."
  type        = string
  default     = "15m"
}

variable "steps" {
  description = "Pauses on the way to everybody."
  type        = list(object({ weight = number, bake = string }))
  default     = [{ weight = 10, bake = "2m" }, { weight = 50, bake = "2m" }]
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
