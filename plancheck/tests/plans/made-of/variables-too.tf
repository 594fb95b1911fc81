# What the example has no variables for.
variable "force_error" {
  type    = bool
  default = false
}

variable "retry_token" {
  type    = string
  default = null
}
