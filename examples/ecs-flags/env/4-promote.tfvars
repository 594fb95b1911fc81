# 1/0/1: everybody sees v2 of web, in steps.
releases = {
  api = { release = "v1" }
  web = { release = "v2", enable_canary = true, promote_to_all = true }
}
