# The service is called otherwise in the configuration, and is the same.
moved {
  from = module.service["cart"]
  to   = module.service["basket"]
}
