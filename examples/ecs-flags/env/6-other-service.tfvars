# The other service, straight to everybody with every gate; web rests where it is.
releases = {
  api = { release = "v2", enable_canary = true, promote_to_all = true }
  web = { release = "v1" }
}
