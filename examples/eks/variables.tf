variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "demo"
}

variable "availability_zones" {
  description = "Two zones; by default the first two of the region."
  type        = list(string)
  default     = []
}

variable "guard" {
  description = "Whether the destroy sweeps what controllers left behind. Without it, run bluegreen-teardown before or after."
  type        = bool
  default     = true
}
