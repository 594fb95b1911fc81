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
