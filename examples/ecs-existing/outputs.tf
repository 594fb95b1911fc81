output "phase" {
  value = bluegreen_service.web.phase
}

output "live_color" {
  value = bluegreen_service.web.live_color
}

output "traffic" {
  value = bluegreen_service.web.traffic
}

output "change" {
  value = bluegreen_service.web.change
}
