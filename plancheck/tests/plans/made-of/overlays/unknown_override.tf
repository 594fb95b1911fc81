resource "bluegreen_service" "web" {
  enable_canary = terraform_data.flag.output == "yes"
}
