# 1/1/0: the office sees v2 of web on the public URL, the public stays on v1.
releases = {
  api = { release = "v1" }
  web = { release = "v2", enable_canary = true, activate_canary = true }
}
