# 1/0/0: v2 of web runs on green, beside v1, without traffic. Testers reach it on port 8443.
releases = {
  api = { release = "v1" }
  web = { release = "v2", enable_canary = true }
}
