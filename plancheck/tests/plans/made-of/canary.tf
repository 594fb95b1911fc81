# The office sees the candidate early.
variable "office_ips" {
  type    = list(string)
  default = ["192.0.2.0/24"]
}

resource "bluegreen_canary_rule" "office" {
  route      = bluegreen_service.web.route
  priority   = 99
  source_ips = var.office_ips
}
