output "host" {
  description = "The load balancer's name: point yours at it."
  value       = module.alb.dns_name
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
