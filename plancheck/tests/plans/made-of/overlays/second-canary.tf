variable "vpn_ips" {
  type = list(string)
}

variable "vpn_priority" {
  type    = number
  default = 98
}

resource "bluegreen_canary_rule" "vpn" {
  route      = bluegreen_service.web.route
  priority   = var.vpn_priority
  source_ips = var.vpn_ips
}
