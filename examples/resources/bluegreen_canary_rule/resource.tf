# The office and the VPN see the candidate on the same URL, one step before the public does.
resource "bluegreen_canary_rule" "office" {
  route      = bluegreen_service.web.route
  priority   = 99
  source_ips = ["192.0.2.0/24", "2001:db8::/48"]
}
