# What changes with every release.

variable "release" {
  description = "The version being released; also the tag of its image, unless `image_tag` says otherwise. The old one again, with all flags false, is a rollback."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$", var.release))
    error_message = "A release's name can be an image's tag: 1 to 128 letters, digits, underscores, dots and hyphens, the first neither a dot nor a hyphen."
  }
}

variable "enable_canary" {
  description = "Run the candidate beside stable, without traffic."
  type        = bool
  default     = false
  nullable    = false
}

variable "activate_canary" {
  description = "Let `canaries`, or `canary_weight` percent, reach the candidate."
  type        = bool
  default     = false
  nullable    = false
}

variable "promote_to_all" {
  description = "Send everybody to the candidate."
  type        = bool
  default     = false
  nullable    = false
}

variable "retry_token" {
  description = "A new value allows one more try of a release that failed."
  type        = string
  default     = null
}

# What stays as it is from release to release.

variable "name" {
  description = "Name of the service. What is made for a color is called `<name>-blue` or `<name>-green`."
  type        = string
  nullable    = false

  # A target group's name has 32 characters.
  validation {
    condition     = can(regex("^[0-9A-Za-z]([0-9A-Za-z-]{0,24}[0-9A-Za-z])?$", var.name))
    error_message = "The name has 1 to 26 letters, digits and hyphens, and no hyphen at either end."
  }
}

variable "cluster" {
  description = "`for_services` of the module `ecs-cluster`: the cluster's name, the role that pulls images, and where logs go. Without a role only public images can be pulled, without `logs` nothing is kept of what tasks write."
  type = object({
    name               = string
    execution_role_arn = optional(string)
    logs               = optional(object({ group = string, region = string }))
  })
  nullable = false
}

variable "network" {
  description = "`for_tasks` of the module `network`: where tasks run, and whether they get public addresses."
  type = object({
    vpc_id           = string
    subnet_ids       = list(string)
    assign_public_ip = optional(bool, false)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) > 0
    error_message = "Tasks need at least one subnet."
  }
}

variable "load_balancer" {
  description = "`for_services` of the module `alb`: the listener that gets the rule, whose security group may reach the tasks, and where testers connect."
  type = object({
    listener_arn      = string
    security_group_id = string
    test_listener     = optional(object({ arn = string, cidrs = list(string) }))
  })
  nullable = false
}

variable "priority" {
  description = "Priority of the service's rule on the listener. Those of `canaries` lie below it and above the next service's."
  type        = number
  nullable    = false

  validation {
    condition     = 1 <= var.priority && var.priority <= 50000 && floor(var.priority) == var.priority
    error_message = "A listener rule's priority is a whole number from 1 to 50000."
  }
}

variable "match" {
  description = "Which requests are this service's: by host name, by path, or by both."
  type = object({
    host_headers  = optional(list(string))
    path_patterns = optional(list(string))
  })
  default  = { path_patterns = ["/*"] }
  nullable = false

  validation {
    condition     = var.match.host_headers != null || var.match.path_patterns != null
    error_message = "Without host_headers and path_patterns the service would match nothing: path_patterns = [\"/*\"] is everything."
  }
}

variable "image" {
  description = "The image, without a tag: the release is the tag."
  type        = string
  nullable    = false

  # A colon before the last slash is a registry's port.
  validation {
    condition     = can(regex("^[^@]*$", var.image)) && !strcontains(element(reverse(split("/", var.image)), 0), ":") && var.image != ""
    error_message = "The image is named without tag and digest: the release is its tag, or image_tag."
  }
}

variable "image_tag" {
  description = "The image's tag where it is not the release: a change of `environment` alone is a release of the same image."
  type        = string
  default     = null
}

variable "container" {
  description = "What runs of the image. `secrets` are names of variables to ARNs of Secrets Manager or Parameter Store; the execution role needs the right to read them."
  type = object({
    port        = optional(number, 8080)
    command     = optional(list(string))
    environment = optional(map(string), {})
    secrets     = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = 1 <= var.container.port && var.container.port <= 65535 && floor(var.container.port) == var.container.port
    error_message = "A port is a whole number from 1 to 65535."
  }
}

variable "size" {
  description = "CPU units and MiB of memory of a task, in a combination that Fargate has."
  type = object({
    cpu    = number
    memory = number
  })
  default  = { cpu = 256, memory = 512 }
  nullable = false

  validation {
    condition = contains(lookup({
      256  = [512, 1024, 2048]
      512  = [for gib in range(1, 5) : gib * 1024]
      1024 = [for gib in range(2, 9) : gib * 1024]
      2048 = [for gib in range(4, 17) : gib * 1024]
      4096 = [for gib in range(8, 31) : gib * 1024]
    }, tostring(var.size.cpu), []), var.size.memory)
    error_message = "Fargate has no task of this size: 256 CPU units go with 512, 1024 or 2048 MiB, 512 with 1 to 4 GiB, 1024 with 2 to 8, 2048 with 4 to 16, 4096 with 8 to 30, in whole GiB."
  }
}

variable "task_role_arn" {
  description = "What the application itself may do in AWS."
  type        = string
  default     = null
}

variable "desired_count" {
  description = "Tasks that a serving color runs at least; autoscaling may run more."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = 1 <= var.desired_count && floor(var.desired_count) == var.desired_count
    error_message = "A color that serves runs one task at least."
  }
}

variable "health_check" {
  description = "What the load balancer asks every task, in seconds and answers in a row, and for how many seconds from its start a task is not replaced for failing it. Quick checks make a promotion quick: its last move is watched for as long as they may take to notice a failing task."
  type = object({
    path                = optional(string, "/health")
    matcher             = optional(string, "200")
    interval            = optional(number, 10)
    timeout             = optional(number, 5)
    healthy_threshold   = optional(number, 2)
    unhealthy_threshold = optional(number, 2)
    grace_period        = optional(number, 60)
  })
  default  = {}
  nullable = false

  validation {
    condition     = startswith(var.health_check.path, "/")
    error_message = "The path of the health check begins with a slash."
  }
  validation {
    condition     = 5 <= var.health_check.interval && var.health_check.interval <= 300 && 2 <= var.health_check.timeout && var.health_check.timeout < var.health_check.interval
    error_message = "Health checks are 5 to 300 seconds apart, and one is given at least 2 seconds and less than that to be answered."
  }
  validation {
    condition     = alltrue([for threshold in [var.health_check.healthy_threshold, var.health_check.unhealthy_threshold] : 2 <= threshold && threshold <= 10])
    error_message = "A load balancer believes 2 to 10 answers in a row."
  }
}

variable "deregistration_delay" {
  description = "Seconds that requests in flight get when a task is taken out."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = 0 <= var.deregistration_delay && var.deregistration_delay <= 3600
    error_message = "The deregistration delay is 0 to 3600 seconds."
  }
}

variable "canary_weight" {
  description = "Percent of the public that reaches the candidate during the canary, beside `canaries`."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = 0 <= var.canary_weight && var.canary_weight <= 99 && floor(var.canary_weight) == var.canary_weight
    error_message = "The candidate gets 0 to 99 percent during the canary; everybody is promote_to_all."
  }
}

variable "canaries" {
  description = "Who sees the candidate during the canary, each under a name: those whom everything that is set matches. A large audience takes the priorities below its own too."
  type = map(object({
    priority      = number
    source_ips    = optional(list(string))
    headers       = optional(map(list(string)))
    cookies       = optional(map(list(string)))
    path_patterns = optional(list(string))
    query_strings = optional(list(object({ key = optional(string), value = string })))
    behind_proxy  = optional(bool)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([for canary in var.canaries : anytrue([
      for kind in [canary.source_ips, canary.headers, canary.cookies, canary.path_patterns, canary.query_strings] : kind != null
    ])])
    error_message = "A canary without a condition would be for everybody: set source_ips, headers, cookies, path_patterns or query_strings, or use canary_weight."
  }
  validation {
    condition     = length(distinct([for canary in var.canaries : canary.priority])) == length(var.canaries)
    error_message = "Each canary has a priority of its own."
  }
}

variable "rollback_window" {
  description = "How long the former color stays up after a promotion, for a rollback in one rule change."
  type        = string
  default     = "15m"
  nullable    = false
}

variable "rollout" {
  description = "How a release moves: `rollout` of `bluegreen_service`."
  type = object({
    steps          = optional(list(object({ weight = number, bake = optional(string) })), [{ weight = 10, bake = "2m" }, { weight = 50, bake = "2m" }])
    final_bake     = optional(string)
    health_timeout = optional(string)
    drain          = optional(string)
    smoke = optional(object({
      url     = string
      count   = optional(number)
      headers = optional(map(string))
      status  = optional(number)
      timeout = optional(string)
    }))
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}
