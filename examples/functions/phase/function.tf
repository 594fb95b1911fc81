# The phase that the flags ask for, without asking AWS.
output "asked" {
  value = provider::bluegreen::phase(var.enable_canary, var.activate_canary, var.promote_to_all)
}

# As a validation: contradicting flags are refused before anything is planned, also where no bluegreen_service is near.
variable "promote_to_all" {
  type    = bool
  default = false

  validation {
    condition     = can(provider::bluegreen::phase(var.enable_canary, var.activate_canary, var.promote_to_all))
    error_message = "These flags contradict each other; see the table on the page of the function phase."
  }
}

# As a precondition: nothing is promoted from a laptop.
resource "terraform_data" "gate" {
  input = var.release

  lifecycle {
    precondition {
      condition = (
        provider::bluegreen::phase(var.enable_canary, var.activate_canary, var.promote_to_all) != "promoted"
        || var.pipeline != null
      )
      error_message = "Promotions go through the pipeline: set pipeline to its run."
    }
  }
}
