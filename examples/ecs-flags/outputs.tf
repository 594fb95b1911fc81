output "url" {
  description = "Where the public is served."
  value       = "${var.certificate_arn == null ? "http" : "https"}://${module.alb.dns_name}"
}

output "services" {
  description = "How far each service's release has come."
  value = {
    for name, service in module.service : name => {
      phase   = service.phase
      live    = service.live_color
      traffic = service.traffic
      change  = service.change
    }
  }
}
