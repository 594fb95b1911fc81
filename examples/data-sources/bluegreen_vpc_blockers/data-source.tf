# What would be in the way if the VPC were destroyed now.
data "bluegreen_vpc_blockers" "main" {
  vpc_id        = var.vpc_id
  cluster_names = ["main"]
}

output "left_behind" {
  value = [for it in data.bluegreen_vpc_blockers.main.blockers : "${it.verdict}: ${it.name} (${it.why})"]
}

# A `check` only warns: the plan goes on, and whoever reads it knows before the destroy.
check "nothing_blocks_the_destroy" {
  assert {
    condition     = length(data.bluegreen_vpc_blockers.main.blockers) == 0
    error_message = data.bluegreen_vpc_blockers.main.summary
  }
}
