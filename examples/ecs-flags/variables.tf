# What changes with every release: set it in env/*.tfvars.

variable "releases" {
  description = "Each service's release, and how far it has come. The old release again, with all flags false, is a rollback."
  type = map(object({
    release         = string
    enable_canary   = optional(bool, false) # run the candidate beside stable, without traffic
    activate_canary = optional(bool, false) # let the office reach the candidate
    promote_to_all  = optional(bool, false) # send everybody to the candidate
    retry_token     = optional(string)      # a new value allows one more try of a release that failed
  }))

  validation {
    condition     = toset(keys(var.releases)) == toset(["api", "web"])
    error_message = "Both services have a release: api and web."
  }
}

# What stays as it is: set it in terraform.tfvars.

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "name" {
  description = "Name of the network, the load balancer and the cluster."
  type        = string
  default     = "shop"
}

variable "registry" {
  description = "Where the images are: a service's is <registry>/<service>:<release>."
  type        = string
}

variable "office_ips" {
  description = "Address ranges that see a candidate early: on the public URL during the canary, and on port 8443 from the start."
  type        = list(string)
}

variable "certificate_arn" {
  description = "The certificate of the public URL. Without one it is plain HTTP, for trials only."
  type        = string
  default     = null
}

variable "nat_gateways" {
  description = "How tasks reach the internet: one, per_zone, or none."
  type        = string
  default     = "one"
}

variable "rollback_window" {
  description = "How long the former color stays up after a promotion."
  type        = string
  default     = "15m"
}

variable "rollout" {
  description = "How a release moves, where it is not as the module has it."
  type        = any
  default     = {}
}

variable "health_check" {
  description = "What the load balancer asks every task, where it is not as the module has it."
  type        = any
  default     = {}
}
