locals {
  phase   = provider::bluegreen::phase(var.enable_canary, var.activate_canary, var.promote_to_all)
  traffic = provider::bluegreen::traffic(local.phase, var.canary_weight)
}

# { stable = 90, candidate = 10 } in a canary with canary_weight = 10.
output "asked" {
  value = local.traffic
}

# A house rule: a weighted canary gets a tenth at most.
check "canary_is_small" {
  assert {
    condition     = local.phase != "canary" || local.traffic.candidate <= 10
    error_message = "The canary would get ${local.traffic.candidate}% of the public."
  }
}
