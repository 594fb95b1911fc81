# No longer Terraform's; what serves goes on serving.
removed {
  from = module.service.bluegreen_service.this
  lifecycle {
    destroy = false
  }
}

removed {
  from = module.service.bluegreen_canary_rule.office
  lifecycle {
    destroy = false
  }
}
