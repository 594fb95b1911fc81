# The four that change with every release: set them in env/*.tfvars.

variable "release" {
  description = "The version being released. The old one again, with all flags false, is a rollback."
  type        = string
}

variable "task_definition" {
  description = "What the release runs, as family:revision or ARN. Deployed to the candidate only."
  type        = string
}

variable "enable_canary" {
  description = "Run the candidate beside stable, without traffic."
  type        = bool
  default     = false
}

variable "activate_canary" {
  description = "Let the office reach the candidate."
  type        = bool
  default     = false
}

variable "promote_to_all" {
  description = "Send everybody to the candidate."
  type        = bool
  default     = false
}

variable "retry_token" {
  description = "A new value allows one more try of a release that failed."
  type        = string
  default     = null
}

# What stays as it is from release to release.

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "listener_arn" {
  type = string
}

variable "blue_target_group_arn" {
  type = string
}

variable "green_target_group_arn" {
  type = string
}

variable "cluster" {
  type    = string
  default = "main"
}

variable "office_ips" {
  description = "Address ranges that see the candidate during the canary."
  type        = list(string)
}

variable "canary_weight" {
  description = "Percent of the public that reaches the candidate during the canary, beside the office."
  type        = number
  default     = 0
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

variable "health_timeout" {
  type    = string
  default = "10m"
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
